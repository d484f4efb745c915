import { jsonOutput, textOutput, type Output } from '../terminal/output';
import type { Summary } from './statistics';
import { tellHot, tellMachine, tellReplay, tellStore, tellTill } from './tell';
import type { TillFigures } from './till-bench';

/** What is told, for people and, at the same time, for machines. */
const told = (tell: (output: Output) => void) => {
  const written = { text: '', json: '' };
  const outputOf = (kind: keyof typeof written, make: typeof textOutput): Output => {
    const sink = { write: (more: string) => void (written[kind] += more) };
    return make({ out: sink, err: sink, nowMs: () => 0 });
  };
  const [people, machines] = [outputOf('text', textOutput), outputOf('json', jsonOutput)];
  tell({
    ...people,
    tell: (line, text) => {
      people.tell(line, text);
      machines.tell(line, text);
    },
  });
  const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');
  return {
    text: linesOf(written.text),
    lines: linesOf(written.json).map((line) => JSON.parse(line) as Record<string, unknown>),
  };
};

const summary = (perSecond: number): Summary => ({ perSecond, p50: 1.234, p99: 20 });

describe('beside others', () => {
  const byName = new Map([
    ['regulars', summary(3_000)],
    ['one function call each', summary(1_000)],
    ['emmett-postgresql', summary(6_000)],
  ]);
  const singleMs = new Map([['regulars', 0.5]]);

  it('ours comes without a ratio, each other with how many times as fast ours is', () => {
    const { text } = told((output) => tellStore(output, { byName, singleMs }));
    expect(text).toEqual([
      'store  regulars                 3,000 appends/s  p50 1.23 ms  p99 20.00 ms',
      'store  one function call each   1,000 appends/s  p50 1.23 ms  p99 20.00 ms  regulars: 3.00 ×',
      'store  emmett-postgresql        6,000 appends/s  p50 1.23 ms  p99 20.00 ms  regulars: 0.50 ×',
      'store  regulars               one at a time: p50 0.50 ms',
    ]);
  });

  it('machines are told the figures unrounded', () => {
    const { lines } = told((output) => tellStore(output, { byName, singleMs }));
    expect(lines[1]).toEqual({
      ...{ event: 'bench', bench: 'store', name: 'one function call each' },
      ...{ perSecond: 1_000, p50: 1.234, p99: 20, ratio: 3 },
    });
  });

  it('says who could not be asked', () => {
    const { text } = told((output) => tellStore(output, { byName: new Map([...byName].slice(0, 1)), singleMs }));
    expect(text.at(-1)).toBe('store  emmett-postgresql is not installed.');
  });
});

const till: TillFigures = {
  byName: new Map([['regulars', summary(900)]]),
  catchUpSeconds: [0.3, 2.5, 0.2],
  memory: { before: 100 * 1024 * 1024, after: 120 * 1024 * 1024, most: 150.6 * 1024 * 1024 },
  ...{ longRunPerSecond: 876.5, tickets: 12_345, points: 67_890 },
};

it('the till is told with how long read models took, its memory, and what was checked', () =>
  expect(told((output) => tellTill(output, till)).text.slice(1)).toEqual([
    'till  read models held everything 300 ms after a round (at most 2.5 s)',
    'till  memory over the long run: 100 MB before, 120 MB after, 151 MB at most; 877 tickets/s',
    'till  12,345 tickets: every member has exactly what they must have earned, 67,890 points in all',
  ]));

it('a crowded member and repeated tickets are told in one line', () => {
  const hot = { parallel: 50, parallelMs: 41.5, tickets: 1_000, sentTwice: 200 };
  const { text, lines } = told((output) => tellHot(output, hot));
  expect(text).toEqual([
    'hot  50 tickets of one member at once in 41.50 ms, sum exact; 200 of 1,000 tickets sent twice, sums exact',
  ]);
  expect(lines).toEqual([{ event: 'bench-hot', ...hot }]);
});

it('history is told in events a second', () => {
  const replay = { events: 150_000, accountEvents: 140_000, foldPerSecond: 98_765.4, rebuildPerSecond: 43_210 };
  expect(told((output) => tellReplay(output, replay)).text).toEqual([
    'replay  all accounts folded from 140,000 events at 98,765 events/s, all read models built from 150,000 at 43,210 events/s',
  ]);
});

it('the machine is told before any figure, with what else it does', () => {
  const { text, lines } = told(tellMachine);
  const { processors, load } = lines[0] as { processors: number; load: number };
  expect(text[0]).toMatch(/^\d+ processors, load \d+\.\d/);
  expect(text[0]?.includes('take the figures with care')).toBe(load > processors / 2);
});
