import type { Pool } from 'pg';
import type { Config } from '#libs/platform/app/config';
import { extentsOf } from '#libs/platform/kafka/topic-reader';
import { kafkaClient } from '#libs/platform/kafka/kafka-client';
import { busOf } from '../../bus';
import type { Output, Progress } from '../../terminal/output';
import { Followers, watch, type CaughtUp, type Reading } from './followers';
import type { ServiceRun } from './service-run';

/** From where to where a follower is watched. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
  readonly progress: Progress;
  /** Whose memory is watched. */
  readonly service?: ServiceRun | undefined;
}

/** A relay tells its partitions how far it has come within this time, ms. */
const toldWithinMs = 1_000;

/** Time passes. */
export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks at a chain of services from outside. */
export class ChainWatch {
  readonly followers: Followers;

  constructor(
    private readonly config: Config,
    private readonly pool: Pool,
    private readonly tools: { readonly output: Output; readonly memoryEvery: number },
  ) {
    this.followers = new Followers(pool, busOf(config));
  }

  /** Watches until a follower has come so far. */
  follow(reading: Reading, { from, until, progress, service }: Stretch): Promise<CaughtUp> {
    const { memoryEvery } = this.tools;
    const onProgress = (done: number): void => progress.update(done);
    return watch({ reading, from, until, memoryEvery, onProgress, ...(service && { service }) });
  }

  /** Waits until the services have taken in whatever there is, and what they made of it. */
  async takenIn(): Promise<void> {
    const progress = this.tools.output.progress('waiting for the services', 'events', 0);
    for (let before = -1, now = 0; now > before;) {
      before = await this.lastPosition();
      progress.expect(before);
      await this.follow(this.followers.published, { from: 0, until: before, progress });
      const until = await this.messages();
      for (const reading of [this.followers.taken, this.followers.reactedTo])
        await this.follow(reading, { from: 0, until, progress });
      now = await this.lastPosition();
    }
    progress.finish();
  }

  /** Where the log ends. */
  async lastPosition(): Promise<number> {
    const { rows } = await this.pool.query<{ value: number }>(
      'SELECT coalesce(max(position), 0)::float8 AS value FROM log.events',
    );
    return rows[0]?.value ?? 0;
  }

  /** How many messages the topic has, once the relay has said how far it has come. */
  async messages(): Promise<number> {
    await sleep(toldWithinMs);
    const { kafkaBrokers: brokers = [], kafkaSecurity = {}, kafkaPrefix = '' } = this.config;
    const kafka = kafkaClient({ brokers, clientId: `${kafkaPrefix}.bench`, ...kafkaSecurity }, () => undefined);
    const extents = await extentsOf(kafka, busOf(this.config).topic);
    return extents.reduce((sum, { end }) => sum + end, 0);
  }
}
