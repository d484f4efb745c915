import type { Output } from '../../terminal/output';
import { count } from '../../terminal/words';
import type { DistributedFigures } from './distributed-bench';
import type { CaughtUp } from './followers';

const ms = (value: number): string => `${Math.round(value)} ms`;

const megabytes = (bytes: number): string => (Number.isNaN(bytes) ? '?' : `${Math.round(bytes / 1024 / 1024)}`);

const tellCaughtUp = (output: Output, name: string, { events, perSecond, memory }: CaughtUp): void => {
  const pace = Number.isNaN(perSecond) ? 'all in one step, no pace' : `${count(perSecond).padStart(7)} events/s`;
  const held = memory.length === 0 ? '' : `; memory ${memory.map(megabytes).join(' ')} MB`;
  output.tell(
    { event: 'bench-caught-up', bench: 'distributed', name, events, perSecond, memory },
    `distributed  ${name.padEnd(12)} ${pace} over ${count(events)}${held}`,
  );
};

/** What a chain of services came to, with the processors that it had. */
export const tellDistributed = (output: Output, figures: DistributedFigures, processors: number): void => {
  const { relay, worker, oneWorker, twoWorkers, highest, latency } = figures;
  tellCaughtUp(output, 'relay', relay);
  tellCaughtUp(output, 'worker', worker);
  tellCaughtUp(output, 'one worker', { ...oneWorker, memory: [] });
  tellCaughtUp(output, 'two workers', { ...twoWorkers, memory: [] });
  const ratio = twoWorkers.perSecond / oneWorker.perSecond;
  output.tell(
    { event: 'bench-workers', bench: 'distributed', ratio, processors },
    `distributed  two workers against one: ${ratio.toFixed(2)} ×, on ${processors} processors for all processes together`,
  );
  output.tell(
    { event: 'bench-latency', bench: 'distributed', highest, ...latency },
    `distributed  from append to row: p50 ${ms(latency.p50)}, p99 ${ms(latency.p99)} of ${count(latency.rows)} rows at ${count(latency.perSecond)} events/s, half of the highest rate (${count(highest)} events/s all the way)`,
  );
};
