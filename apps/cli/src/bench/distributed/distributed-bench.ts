import { Pool } from 'pg';
import { readConfig, type Config } from '#libs/platform/app/config';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import type { Output } from '../../terminal/output';
import { quantile } from '../statistics';
import { WrongResult } from '../wrong-result';
import type { ChainGround, Environment } from './chain-ground';
import { makeTemplates } from './chain-templates';
import { ChainWatch, sleep } from './chain-watch';
import type { CaughtUp } from './followers';
import { LogFiller } from './log-filler';
import { withServices } from './service-run';
import { LogMill } from './template-accounts';

/** How much is measured. */
export interface DistributedSettings {
  /** Events of the long catch-up. */
  readonly events: number;
  /** Events that one worker, and then two, are to catch up with. */
  readonly share: number;
  /** How long to find the highest rate, and to measure at half of it, ms. */
  readonly saturateMs: number;
  readonly dripMs: number;
  /** Members who are copied, the tickets of each, and how many copies come by turns. */
  readonly templates: number;
  readonly tickets: number;
  readonly cohort: number;
  readonly atOnce: number;
  /** Events between two looks at the memory of a service. */
  readonly memoryEvery: number;
}

/** What measuring a chain of services came to. */
export interface DistributedFigures {
  readonly relay: CaughtUp;
  readonly worker: CaughtUp;
  readonly oneWorker: CaughtUp;
  readonly twoWorkers: CaughtUp;
  /** Events a second that go all the way while they are appended. */
  readonly highest: number;
  readonly latency: { readonly perSecond: number; readonly rows: number; readonly p50: number; readonly p99: number };
}

/** Events that the appends may be ahead of the read models while the highest rate is found. */
const ahead = 4_000;
const warmUpMs = 2_000;
const patienceMs = 60_000;

/** What the services are set to. */
export const configOf = (env: Environment): Config => {
  const config = readConfig(env);
  if ('errors' in config) throw new Error(config.errors.join(' '));
  return config;
};

class DistributedBench {
  constructor(
    private readonly env: Environment,
    private readonly settings: DistributedSettings,
    private readonly watch: ChainWatch,
    private readonly tools: { readonly output: Output; readonly signal: AbortSignal; readonly pool: Pool },
  ) {}

  async run(store: PostgresEventStore): Promise<DistributedFigures> {
    const { events, share, cohort, atOnce, templates: members, tickets } = this.settings;
    const needs = { config: configOf(this.env), signal: this.tools.signal, store, watch: this.watch };
    const templates = await withServices(['relay', 'worker'], this.env, () =>
      makeTemplates(needs, { members, tickets }),
    );
    const filler = new LogFiller(store, new LogMill(templates, cohort), atOnce);
    const relay = await this.publish(filler, events);
    const worker = await this.consume(1, events);
    await this.publish(filler, share);
    const oneWorker = await this.consume(1, share);
    await this.publish(filler, share);
    const twoWorkers = await this.consume(2, share);
    return withServices(['relay', 'worker'], this.env, async () => {
      const highest = await this.saturate(filler);
      const latency = await this.drip(filler, highest / 2);
      return { relay, worker, oneWorker, twoWorkers, highest, latency };
    });
  }

  /** Appends so many events while nobody follows, then lets a relay publish them. */
  private async publish(filler: LogFiller, events: number): Promise<CaughtUp> {
    const { output } = this.tools;
    const from = await this.watch.followers.published();
    const filling = output.progress('filling the log', 'events', events);
    await filler.fill(events, (done) => filling.update(done));
    filling.finish();
    const until = await this.watch.lastPosition();
    const progress = output.progress('relay', 'events', until - from);
    const published = await withServices(['relay'], this.env, ([service]) =>
      this.watch.follow(this.watch.followers.published, { from, until, progress, service }),
    );
    progress.finish();
    return published;
  }

  /** Lets so many workers take in what is published. */
  private async consume(workers: number, events: number): Promise<CaughtUp> {
    const { taken, reactedTo } = this.watch.followers;
    const progress = this.tools.output.progress(workers === 1 ? 'one worker' : `${workers} workers`, 'events', events);
    const [from, until] = [await taken(), await this.watch.messages()];
    const names = Array.from({ length: workers }, () => 'worker' as const);
    const caughtUp = await withServices(names, this.env, async ([service]) => {
      const readModels = await this.watch.follow(taken, { from, until, progress, service });
      await this.watch.follow(reactedTo, { from, until, progress });
      return readModels;
    });
    progress.finish();
    return caughtUp;
  }

  /** Finds the rate at which events come through while they are appended: never far ahead of the read models. */
  private async saturate(filler: LogFiller): Promise<number> {
    const { saturateMs } = this.settings;
    // Whatever has to begin has begun when something has come through.
    await filler.fill(1, () => undefined);
    await this.watch.takenIn();
    const [atOnce, before] = [await this.watch.followers.taken(), filler.events];
    let taken = 0;
    let marked: { readonly at: number; readonly taken: number } | undefined;
    const progress = this.tools.output.progress('highest rate', 'ms', saturateMs);
    const began = performance.now();
    const looking = (async () => {
      // Facts come through in batches: where these take longer than the measuring, it waits for one.
      const isOver = (now: number): boolean => now - began >= saturateMs && taken > (marked?.taken ?? Infinity);
      for (let now = began; !isOver(now) && now - began < saturateMs + patienceMs; now = performance.now()) {
        taken = (await this.watch.followers.taken()) - atOnce;
        progress.update(Math.min(now - began, saturateMs));
        if (marked === undefined && now - began > Math.min(warmUpMs, saturateMs / 4)) marked = { at: now, taken };
        await sleep(20);
      }
    })();
    await filler.keepAhead(saturateMs, ahead, () => before + taken);
    await looking;
    progress.finish();
    const { at, taken: first } = marked ?? { at: began, taken: 0 };
    return ((taken - first) / (performance.now() - at)) * 1000;
  }

  /** How old facts are when their row can be read, at an even rate. */
  private async drip(filler: LogFiller, perSecond: number): Promise<DistributedFigures['latency']> {
    const { dripMs } = this.settings;
    await this.watch.takenIn();
    const progress = this.tools.output.progress('half of the highest rate', 'ms', dripMs);
    const began = Date.now();
    let ages: readonly number[] = [];
    // Not every fact has a row in a statement: where few come in the time, it goes on until one had.
    while (ages.length === 0 && Date.now() - began < dripMs + patienceMs) {
      await filler.drip(dripMs, perSecond);
      const ended = Date.now();
      await this.watch.takenIn();
      ages = await this.agesOfRows(began + dripMs / 10, ended);
    }
    progress.finish();
    if (ages.length === 0) throw new WrongResult('no row came into the read model.');
    return { perSecond, rows: ages.length, p50: quantile(ages, 0.5), p99: quantile(ages, 0.99) };
  }

  /** How old the facts of this time were when their row was committed, ms. */
  private async agesOfRows(from: number, until: number): Promise<readonly number[]> {
    const { rows } = await this.tools.pool.query<{ readonly ms: number }>(
      `SELECT (extract(epoch FROM pg_xact_commit_timestamp(s.xmin)) * 1000)::float8 - e.recorded_at AS ms
       FROM log.events e JOIN read.account_statement s ON e.stream_id = 'account-' || s.member_id AND e.revision = s.revision
       WHERE e.recorded_at BETWEEN $1 AND $2`,
      [from, until],
    );
    return rows.map(({ ms }) => ms);
  }
}

/**
 * Measures a chain of services: how fast a relay publishes and workers take in what has gathered, and how long a fact
 * takes from its append to its row while the chain is half busy. Everything is a process of its own, on a real log,
 * real brokers and a real database.
 */
export const benchDistributed = async (
  ground: ChainGround,
  settings: DistributedSettings,
  tools: { readonly output: Output; readonly signal: AbortSignal },
): Promise<DistributedFigures> => {
  const pool = new Pool({ connectionString: ground.databaseUrl, max: 2 });
  try {
    const watch = new ChainWatch(configOf(ground.env), pool, { output: tools.output, ...settings });
    const store = await PostgresEventStore.open({ url: ground.databaseUrl });
    try {
      return await new DistributedBench(ground.env, settings, watch, { ...tools, pool }).run(store);
    } finally {
      await store.close();
    }
  } finally {
    await pool.end();
  }
};
