import { jsonOutput, textOutput, type Sinks } from './output';

/** Both streams in memory, and a clock that is moved by hand. */
const terminal = () => {
  const written = { out: '', err: '' };
  let now = 0;
  const sinks: Sinks = {
    out: { write: (text) => void (written.out += text) },
    err: { write: (text) => void (written.err += text) },
    nowMs: () => now,
  };
  return { written, sinks, later: (ms: number) => void (now += ms) };
};

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('for people', () => {
  it('tells results on standard output and complaints beside it', () => {
    const { written, sinks } = terminal();
    const output = textOutput(sinks);
    output.tell({ event: 'verified', differences: 0 }, 'No differences.');
    output.complain({ event: 'left-out', row: 4 }, 'Left out: line 4.');
    expect(written).toEqual({ out: 'No differences.\n', err: 'Left out: line 4.\n' });
  });

  it('writes a line of progress every few seconds, off standard output', () => {
    const { written, sinks, later } = terminal();
    const progress = textOutput(sinks).progress('importing log.csv', 'tickets', 1_000);
    later(1_000);
    progress.update(1);
    later(1_000);
    progress.update(101);
    later(4_000);
    progress.update(501);
    expect(written.out).toBe('');
    expect(written.err).toBe('importing log.csv: 501 of 1,000 tickets (50 %), 100/s, 5.0 s left\n');
  });

  it('keeps quiet about short work', () => {
    const { written, sinks, later } = terminal();
    const progress = textOutput(sinks).progress('exporting', 'events', 10);
    later(100);
    progress.update(10);
    progress.finish();
    expect(written).toEqual({ out: '', err: '' });
  });

  it('promises no end while it knows no rate', () => {
    const { written, sinks, later } = terminal();
    const progress = textOutput(sinks).progress('exporting', 'events', 10);
    later(6_000);
    progress.update(0);
    expect(written.err).toBe('exporting: 0 of 10 events (0 %), 0.0/s\n');
  });

  it('counts work of an earlier run as done, but not into the rate', () => {
    const { written, sinks, later } = terminal();
    const progress = textOutput(sinks).progress('exporting', 'events', 1_000);
    progress.resumeFrom(900);
    later(10_000);
    progress.update(910);
    expect(written.err).toBe('exporting: 910 of 1,000 events (91 %), 1.0/s, 1 min 30 s left\n');
  });
});

describe('for machines', () => {
  it('writes everything as lines of JSON on standard output', () => {
    const { written, sinks } = terminal();
    const output = jsonOutput(sinks);
    output.tell({ event: 'imported', booked: 3 }, 'Booked 3.');
    output.complain({ event: 'left-out', row: 4 }, 'Left out.');
    expect(linesOf(written.out)).toEqual([
      { event: 'imported', booked: 3 },
      { event: 'left-out', row: 4 },
    ]);
    expect(written.err).toBe('');
  });

  it('tells progress at most once a second, and where it ended', () => {
    const { written, sinks, later } = terminal();
    const progress = jsonOutput(sinks).progress('checking streams', 'events', 40);
    for (let done = 1; done <= 30; done += 1) {
      later(100);
      progress.update(done);
    }
    later(10);
    progress.update(40);
    progress.finish();
    const shown = linesOf(written.out);
    expect(shown.map(({ done }) => done)).toEqual([10, 20, 30, 40]);
    expect(shown[0]).toEqual({
      event: 'progress',
      task: 'checking streams',
      unit: 'events',
      done: 10,
      total: 40,
      perSecond: 10,
      secondsLeft: 3,
    });
  });

  it('takes a corrected total', () => {
    const { written, sinks, later } = terminal();
    const progress = jsonOutput(sinks).progress('rebuilding', 'events', 100);
    progress.expect(20);
    later(2_000);
    progress.update(5);
    progress.finish();
    expect(linesOf(written.out).map(({ done, total }) => [done, total])).toEqual([
      [5, 20],
      [5, 20],
    ]);
  });

  it('keeps what is told of one line on one line, whatever it says', () => {
    const { written, sinks } = terminal();
    jsonOutput(sinks).tell({ event: 'stopped', reason: 'line 2: "a\nb"\r\u2028' }, '');
    expect(written.out.trimEnd()).not.toMatch(/[\n\r]/);
    expect(linesOf(written.out)).toEqual([{ event: 'stopped', reason: 'line 2: "a\nb"\r\u2028' }]);
  });
});
