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
  readonly batchSize: Histogram;
  private readonly appendSeconds: Histogram;
  private readonly appendOutcomes: Counter<'outcome'>;
  private readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
  /** Samples by their labels, found once: to find one costs more than to count it. */
  private readonly outcomes = new Map<string, Counter.Internal>();
  private readonly routes = new Map<string, Map<number, Histogram.Internal<'method' | 'route' | 'status'>>>();

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

  /** An append, with what became of it and the seconds from handing it to the log until its answer. */
  appended(outcome: string, seconds: number): void {
    let counter = this.outcomes.get(outcome);
    if (counter === undefined) this.outcomes.set(outcome, (counter = this.appendOutcomes.labels(outcome)));
    counter.inc();
    this.appendSeconds.observe(seconds);
  }

  /** A request that was answered under a route's pattern within so many seconds. */
  answered(method: string, route: string, status: number, seconds: number): void {
    const name = `${method} ${route}`;
    let byStatus = this.routes.get(name);
    if (byStatus === undefined)
      this.routes.set(name, (byStatus = new Map<number, Histogram.Internal<'method' | 'route' | 'status'>>()));
    let histogram = byStatus.get(status);
    if (histogram === undefined) {
      histogram = this.requestSeconds.labels(method, route, String(status));
      byStatus.set(status, histogram);
    }
    histogram.observe(seconds);
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
