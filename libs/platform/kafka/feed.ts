import type { Batch, Kafka } from 'kafkajs';
import type { DataSource } from 'typeorm';
import { comparePositions, type LogPosition } from '#libs/platform/event-store/event-store';
import { idOf } from '#libs/platform/kernel/decider';
import { systemClock } from '#libs/platform/runtime/clock';
import type { Part } from '#libs/platform/runtime/lifecycle';
import { messageOf } from '#libs/platform/runtime/report';
import { Wakeable } from '#libs/platform/runtime/wakeable';
import { Consumption, LeaveGroup, type Consumed, type ConsumptionSettings } from './consumption';
import { repairHeld } from './feed-repair';
import { FeedShare, type FeedNeeds, type Taken } from './feed-share';
import { NotReady } from './feed-target';
import { FeedTransactions } from './feed-transactions';
import type { Publishing } from './cloud-event';
import { partitionOf, type Topic } from './topics';

/** What was done with one batch, for metrics. */
export interface BatchTaken extends Taken {
  readonly partition: number;
  readonly ms: number;
  /** Messages of the partition that are still to come. */
  readonly messagesBehind: number;
}

/** What a feed is. */
export interface FeedDefinition extends Omit<FeedNeeds, 'partitionOf' | 'transactions'> {
  /** Its name, also that of its consumer group. Never renamed: what it has dealt with is stored under it. */
  readonly name: string;
  readonly kafka: Kafka;
  /** Made beforehand, see `ensureTopics`. */
  readonly topic: Topic;
  /** What the facts are published under, the same as the relay's; the id in the name of their stream by default. */
  readonly keyOf?: Publishing['keyOf'];
  readonly settings?: Partial<ConsumptionSettings>;
  readonly onBatch?: (taken: BatchTaken) => void;
}

/** How a feed stands, as this process sees it. */
export interface FeedProgress {
  readonly name: string;
  /** Everything up to here in the log has been dealt with, in all processes together; undefined until that is known. */
  readonly position: LogPosition | undefined;
  /** Messages that are still to come in the partitions that this process reads. */
  readonly messagesBehind: number;
  /** How old the last fact was when it was dealt with, s; 0 when nothing is to come. */
  readonly secondsBehind: number;
  /** Failures in a row; 0 when the last batch went well. */
  readonly failures: number;
}

const lookEveryMs = 250;

/**
 * Up to where in the log a feed has dealt with everything, in all processes together; undefined while a partition has
 * not begun.
 */
export const feedPosition = async (
  source: DataSource,
  feed: string,
  topic: Topic,
): Promise<LogPosition | undefined> => {
  const places = await source.query<LogPosition[]>(
    `SELECT xid::float8 AS xid, position::float8 AS position FROM read.feed_offsets WHERE feed = $1 AND topic = $2`,
    [feed, topic.name],
  );
  if (places.length < topic.partitions) return undefined;
  return places.sort(comparePositions)[0];
};

/**
 * Brings the facts of a topic to read models or policies. Every partition is worked on by one process at a time; what
 * counts as dealt with is stored with the effects, so that messages may come twice, again from the beginning, or after
 * others have taken over.
 */
export class Feed implements Part {
  readonly name: string;
  private readonly consumption: Consumption;
  private readonly shares = new Map<number, FeedShare>();
  private readonly behind = new Map<number, { readonly messages: number; readonly seconds: number }>();
  private readonly rest = new Wakeable();
  private readonly transactions: FeedTransactions;
  private position: LogPosition | undefined;
  private looking: Promise<void> | undefined;
  private mending: Promise<void> = Promise.resolve();

  constructor(private readonly definition: FeedDefinition) {
    const { name, kafka, topic, report, settings, target } = definition;
    this.name = `feed:${name}`;
    this.transactions = new FeedTransactions(definition);
    this.consumption = new Consumption({
      kafka,
      topic: topic.name,
      groupId: name,
      report,
      ...(settings === undefined ? {} : { settings }),
      mayJoin: () => target.ready(),
      onAssigned: (partitions) => this.assigned(partitions),
      take: (batch) => this.take(batch),
    });
  }

  start(): void {
    this.consumption.start();
    this.looking ??= this.look();
  }

  /** Ends after the batches at hand. */
  async stop(): Promise<void> {
    await this.consumption.stop();
    this.rest.end();
    await this.looking;
    await this.mending;
  }

  /** Resolves once everything up to a place in the log has been dealt with. Rejects when the feed ends before. */
  async caughtUp(position: LogPosition): Promise<void> {
    while (this.position === undefined || comparePositions(this.position, position) < 0) {
      if (this.rest.ended) throw new Error(`${this.name} was stopped.`);
      await this.rest.pause(lookEveryMs / 10);
    }
  }

  progress(): FeedProgress {
    const behind = [...this.behind.values()];
    return {
      name: this.name,
      position: this.position,
      messagesBehind: behind.reduce((sum, { messages }) => sum + messages, 0),
      secondsBehind: Math.max(0, ...behind.map(({ seconds }) => seconds)),
      failures: this.consumption.failing,
    };
  }

  private async assigned(partitions: readonly number[]): Promise<ReadonlyMap<number, number>> {
    for (const partition of [...this.shares.keys()]) {
      this.shares.get(partition)?.forget();
      if (partitions.includes(partition)) continue;
      this.shares.delete(partition);
      this.behind.delete(partition);
    }
    const begin = partitions.map(async (partition) => [partition, await this.shareOf(partition).begin()] as const);
    const offsets = new Map(await Promise.all(begin));
    this.mending = this.mending.then(() => this.mend(partitions));
    return offsets;
  }

  /**
   * Gives what is held up in these partitions another try: whoever had them before may have been a program that lacked
   * something. A stream that is still held up waits for the next time partitions are given out.
   */
  private async mend(partitions: readonly number[]): Promise<void> {
    const { name, report } = this.definition;
    try {
      if (!this.rest.ended) await repairHeld(this.definition, name, { partitions });
    } catch (error) {
      report('feed-not-mended', { feed: name, error: messageOf(error) });
    }
  }

  private shareOf(partition: number): FeedShare {
    const known = this.shares.get(partition);
    if (known !== undefined) return known;
    const { name: feed, topic, keyOf = idOf } = this.definition;
    const { transactions } = this;
    const needs = {
      ...this.definition,
      transactions,
      partitionOf: (streamId: string) => partitionOf(keyOf(streamId), topic),
    };
    const share = new FeedShare(needs, { feed, topic: topic.name, partition });
    this.shares.set(partition, share);
    return share;
  }

  private async take(batch: Batch): Promise<Consumed> {
    const { partition, messages } = batch;
    const began = performance.now();
    const end = Number(batch.highWatermark);
    const taken = await this.shareOf(partition).take(messages, end).catch(leavingUnlessReady);
    if ('readFrom' in taken) return { kind: 'read-from', offset: taken.readFrom };
    const messagesBehind = Math.max(0, end - 1 - Number(batch.lastOffset()));
    this.noteBehind(partition, messagesBehind, taken.recordedAt);
    this.definition.onBatch?.({ ...taken, partition, messagesBehind, ms: performance.now() - began });
    return { kind: 'done' };
  }

  private noteBehind(partition: number, messages: number, recordedAt: number | undefined): void {
    const age = recordedAt === undefined ? 0 : Math.max(0, systemClock.now() - recordedAt) / 1_000;
    this.behind.set(partition, { messages, seconds: messages === 0 ? 0 : age });
  }

  /** Looks every now and then how far all processes together have come, and tells the target. */
  private async look(): Promise<void> {
    const { source, name, topic, target, report } = this.definition;
    while (!this.rest.ended) {
      try {
        const position = await feedPosition(source, name, topic);
        const isNews =
          position !== undefined && (this.position === undefined || comparePositions(this.position, position) < 0);
        if (isNews) await target.reached(position);
        this.position = position;
      } catch (error) {
        report('feed-position-unknown', { feed: name, error: messageOf(error) });
      }
      await this.rest.pause(lookEveryMs);
    }
  }
}

const leavingUnlessReady = (error: unknown): never => {
  throw error instanceof NotReady ? new LeaveGroup(error.message) : error;
};
