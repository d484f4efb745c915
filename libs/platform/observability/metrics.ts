import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** From a quarter of a millisecond to ten seconds, in seconds. */
const latencies = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How many appends travelled together. */
const sizes = [1, 2, 4, 8, 16, 32, 64, 128, 256];

/** A number that is asked for when monitoring looks, under the name of whatever it belongs to. */
export type Sample = readonly [name: string, value: number];

/**
 * What one process measures of itself, for Prometheus. Labels name routes, kinds and followers, never a member, a store
 * or anything else of which there can be many.
 */
export class Metrics {
  private readonly registry = new Registry();
  /** From the request to the log's answer, whatever it was. */
  readonly appendSeconds: Histogram;
  readonly appendOutcomes: Counter<'outcome'>;
  readonly batchSize: Histogram;
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;

  /** @param service the name under which this process's samples are told from those of others */
  constructor(readonly service: string) {
    const registers = [this.registry];
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
    this.watch('process_pid', 'The number of the process.', () => process.pid);
    this.appendSeconds = new Histogram({
      name: 'regulars_append_seconds',
      help: 'Time from handing an append to the log until its answer.',
      buckets: latencies,
      registers,
    });
    this.appendOutcomes = new Counter({
      name: 'regulars_append_outcomes_total',
      help: 'Appends by what became of them: appended, conflict, duplicate-command, claim-taken or unavailable.',
      labelNames: ['outcome'],
      registers,
    });
    this.batchSize = new Histogram({
      name: 'regulars_append_batch_size',
      help: 'Appends that were written together.',
      buckets: sizes,
      registers,
    });
    this.requestSeconds = new Histogram({
      name: 'regulars_http_request_seconds',
      help: 'Time to answer a request, by route pattern.',
      labelNames: ['method', 'route', 'status'],
      buckets: latencies,
      registers,
    });
  }

  /** A number that is asked for when monitoring looks; none while it cannot be told. */
  watch(name: string, help: string, read: () => number | undefined): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      collect(): void {
        const value = read();
        if (value !== undefined) this.set(value);
      },
    });
  }

  /** The same for several things of a kind, each under its name. One that is not told of any more disappears. */
  watchEach(name: string, help: string, read: () => readonly Sample[] | Promise<readonly Sample[]>): void {
    new Gauge<'name'>({
      name,
      help,
      labelNames: ['name'],
      registers: [this.registry],
      async collect(): Promise<void> {
        this.reset();
        for (const [label, value] of await read()) this.set({ name: label }, value);
      },
    });
  }

  /** A count that somebody else keeps and that only grows, by name. */
  count(name: string, help: string, read: () => readonly Sample[]): void {
    new Counter<'name'>({
      name,
      help,
      labelNames: ['name'],
      registers: [this.registry],
      collect(): void {
        this.reset();
        for (const [label, value] of read()) this.inc({ name: label }, value);
      },
    });
  }

  /** Everything in the Prometheus text format, version 0.0.4. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
