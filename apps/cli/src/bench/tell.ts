import { availableParallelism, loadavg } from 'node:os';
import type { Output } from '../terminal/output';
import { count, duration } from '../terminal/words';
import type { HotFigures } from './hot-bench';
import type { ReplayFigures } from './replay-bench';
import { median, type Summary } from './statistics';
import type { StoreFigures } from './store-bench';
import type { TillFigures } from './till-bench';

const ms = (value: number): string => `${value.toFixed(2)} ms`;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** What the machine is doing besides: figures of a busy one say little, their ratios a little more. */
export const tellMachine = (output: Output): void => {
  const [load = 0] = loadavg();
  const processors = availableParallelism();
  output.tell(
    { event: 'bench-machine', processors, load },
    `${processors} processors, load ${load.toFixed(1)}${load > processors / 2 ? ': other work is under way, take the figures with care' : ''}`,
  );
};

/** Ours against each of the others, measured in the same run. */
const tellSummaries = (output: Output, bench: string, unit: string, byName: ReadonlyMap<string, Summary>): void => {
  const ours = byName.get('regulars')?.perSecond ?? NaN;
  for (const [name, { perSecond, p50, p99 }] of byName) {
    const ratio = ours / perSecond;
    const compared = name === 'regulars' ? '' : `  regulars: ${ratio.toFixed(2)} ×`;
    output.tell(
      { event: 'bench', bench, name, perSecond, p50, p99, ratio },
      `${bench}  ${name.padEnd(22)} ${count(perSecond).padStart(7)} ${unit}/s  p50 ${ms(p50)}  p99 ${ms(p99)}${compared}`,
    );
  }
};

/** What the log came to beside others. */
export const tellStore = (output: Output, { byName, singleMs }: StoreFigures): void => {
  tellSummaries(output, 'store', 'appends', byName);
  for (const [name, p50] of singleMs)
    output.tell(
      { event: 'bench-single', bench: 'store', name, p50 },
      `store  ${name.padEnd(22)} one at a time: p50 ${ms(p50)}`,
    );
  if (!byName.has('emmett-postgresql'))
    output.tell({ event: 'bench-absent', name: 'emmett-postgresql' }, 'store  emmett-postgresql is not installed.');
};

/** What the till came to beside a bare route and a plain ledger. */
export const tellTill = (output: Output, figures: TillFigures): void => {
  const { byName, catchUpSeconds, memory, longRunPerSecond, tickets, points } = figures;
  tellSummaries(output, 'till', 'tickets', byName);
  const behind = median(catchUpSeconds);
  output.tell(
    { event: 'bench-catch-up', medianSeconds: behind, mostSeconds: Math.max(...catchUpSeconds) },
    `till  read models held everything ${duration(behind)} after a round (at most ${duration(Math.max(...catchUpSeconds))})`,
  );
  output.tell(
    { event: 'bench-memory', ...memory, perSecond: longRunPerSecond },
    `till  memory over the long run: ${megabytes(memory.before)} before, ${megabytes(memory.after)} after, ${megabytes(memory.most)} at most; ${count(longRunPerSecond)} tickets/s`,
  );
  output.tell(
    { event: 'bench-checked', tickets, points },
    `till  ${count(tickets)} tickets: every member has exactly what they must have earned, ${count(points)} points in all`,
  );
};

/** What one crowded member and repeated tickets came to. */
export const tellHot = (output: Output, { parallel, parallelMs, tickets, sentTwice }: HotFigures): void =>
  output.tell(
    { event: 'bench-hot', parallel, parallelMs, tickets, sentTwice },
    `hot  ${parallel} tickets of one member at once in ${ms(parallelMs)}, sum exact; ${count(sentTwice)} of ${count(tickets)} tickets sent twice, sums exact`,
  );

/** How fast history is read again. */
export const tellReplay = (
  output: Output,
  { events, accountEvents, foldPerSecond, rebuildPerSecond }: ReplayFigures,
): void =>
  output.tell(
    { event: 'bench-replay', events, accountEvents, foldPerSecond, rebuildPerSecond },
    `replay  all accounts folded from ${count(accountEvents)} events at ${count(foldPerSecond)} events/s, all read models built from ${count(events)} at ${count(rebuildPerSecond)} events/s`,
  );
