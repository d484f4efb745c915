import type { Batch, Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { FailureRows } from '#libs/platform/runtime/failure-rows';
import type { Part } from '#libs/platform/runtime/lifecycle';
import { messageOf, type Report } from '#libs/platform/runtime/report';
import { backOff, Wakeable } from '#libs/platform/runtime/wakeable';

/** What became of a batch: all of it dealt with, or messages from another offset are wanted. */
export type Consumed = { readonly kind: 'done' } | { readonly kind: 'read-from'; readonly offset: number };

/** How a topic is consumed. */
export interface ConsumptionSettings {
  /** Partitions worked on side by side. */
  readonly partitionsAtOnce: number;
  readonly bytesPerPartition: number;
  /** After this long without a sign of life the brokers give a process's partitions to others, ms. */
  readonly sessionMs: number;
  /** How long others wait for a batch in hand before the partitions are given anew, ms. */
  readonly rebalanceMs: number;
}

/** With as little patience for a process that gives no sign of life, and twice as much for a batch in hand. */
export const consumptionWithin = (sessionSeconds: number): Pick<ConsumptionSettings, 'sessionMs' | 'rebalanceMs'> => ({
  sessionMs: sessionSeconds * 1_000,
  rebalanceMs: sessionSeconds * 2_000,
});

/** For whoever has no other wish. */
export const defaultConsumption: ConsumptionSettings = {
  partitionsAtOnce: 12,
  bytesPerPartition: 2 * 1024 * 1024,
  ...consumptionWithin(30),
};

/** What consuming needs. */
export interface ConsumptionNeeds {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  readonly report: Report;
  readonly settings?: Partial<ConsumptionSettings>;
  /** Asked before this process joins its group, and again while the answer is no. */
  readonly mayJoin?: () => Promise<boolean>;
  /**
   * Called whenever partitions have been given out: what is in memory about them may be old. Answers where to read on in
   * each; where the brokers think it is counts only for those that are not in the answer.
   */
  readonly onAssigned?: (partitions: readonly number[]) => Promise<ReadonlyMap<number, number>>;
  /** Deals with a batch. When it rejects, the batch comes again after a while. */
  readonly take: (batch: Batch) => Promise<Consumed>;
}

/** Leaves the group at once, to ask later whether to join again. */
export class LeaveGroup extends Error {}

const commitEveryMs = 1_000;
const fetchWaitMs = 250;
const disconnectWithinMs = 10_000;
const askAgainMs = 1_000;
/** A membership that has lasted this long and still fetches is a good one. */
const provenAfterMs = 5_000;
const membership = 'membership';

/** Resolves in any case, after this long at the latest. */
const atMost = (ms: number, work: Promise<unknown>): Promise<void> =>
  new Promise((resolve) => {
    const patience = setTimeout(resolve, ms);
    const done = (): void => {
      clearTimeout(patience);
      resolve();
    };
    work.then(done, done);
  });

/**
 * Reads a topic as a member of a group, batch by batch. A batch that cannot be dealt with is tried again while the group
 * is told that this process lives; nothing is thrown into the client, whose own repeats end in a restart. A client that
 * gave up is replaced. The offsets committed to the brokers are for monitoring: what counts is up to whoever takes.
 */
export class Consumption implements Part {
  readonly name: string;
  private readonly rest = new Wakeable();
  private readonly settings: ConsumptionSettings;
  private running: Promise<void> | undefined;
  private leave: () => void = () => undefined;
  private readonly failures = new FailureRows();
  private committedAt = 0;

  constructor(private readonly needs: ConsumptionNeeds) {
    this.name = `consumption:${needs.groupId}`;
    this.settings = { ...defaultConsumption, ...needs.settings };
  }

  /** Failures in a row, of the partition that has most of them or of joining the group; 0 when all goes well. */
  get failing(): number {
    return this.failures.most;
  }

  /** How long something has failed without a success, ms. */
  get failingForMs(): number {
    return this.failures.forMs;
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Ends after the batches at hand. */
  async stop(): Promise<void> {
    this.rest.end();
    this.leave();
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.rest.ended) {
      try {
        if ((await this.needs.mayJoin?.()) === false) await this.rest.pause(askAgainMs);
        else await this.asMember();
      } catch (error) {
        if (error instanceof LeaveGroup) continue;
        const failures = this.failures.failed(membership);
        this.needs.report('consumption-failed', { group: this.needs.groupId, error: messageOf(error) });
        await this.rest.pause(backOff(failures));
      }
    }
  }

  /** One membership in the group, from joining to leaving. Rejects when the client gave up. */
  private async asMember(): Promise<void> {
    const consumer = this.consumer();
    let joinedAt = Infinity;
    const over = new Promise<void>((resolve, reject) => {
      this.leave = resolve;
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.on(consumer.events.FETCH, () => {
        if (performance.now() - joinedAt >= provenAfterMs) this.failures.ended(membership);
      });
      consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
        joinedAt = performance.now();
        // What failed may be another's task now; if it is still ours, it will fail again.
        this.failures.forget(membership);
        const partitions = payload.memberAssignment[this.needs.topic] ?? [];
        this.readOn(consumer, partitions).catch(reject);
      });
    });
    over.catch(() => undefined);
    try {
      await consumer.connect();
      await consumer.subscribe({ topic: this.needs.topic, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: this.settings.partitionsAtOnce,
        eachBatch: (payload) => this.eachBatch(consumer, payload),
      });
      if (!this.rest.ended) await over;
    } finally {
      await atMost(disconnectWithinMs, consumer.disconnect());
    }
  }

  /** The client does not wait for this: a batch that comes before is judged by whoever takes it. */
  private async readOn(consumer: Consumer, partitions: readonly number[]): Promise<void> {
    const offsets = await this.needs.onAssigned?.(partitions);
    const { topic } = this.needs;
    for (const [partition, offset] of offsets ?? []) consumer.seek({ topic, partition, offset: String(offset) });
  }

  private consumer(): Consumer {
    const { sessionMs, rebalanceMs, bytesPerPartition } = this.settings;
    return this.needs.kafka.consumer({
      groupId: this.needs.groupId,
      sessionTimeout: sessionMs,
      rebalanceTimeout: rebalanceMs,
      heartbeatInterval: sessionMs / 10,
      maxBytesPerPartition: bytesPerPartition,
      maxWaitTimeInMs: fetchWaitMs,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 4, restartOnFailure: () => Promise.resolve(false) },
    });
  }

  private async eachBatch(consumer: Consumer, payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition } = batch;
    const beat = setInterval(() => void payload.heartbeat().catch(() => undefined), this.settings.sessionMs / 10);
    let consumed: Consumed | undefined;
    try {
      consumed = await this.insist(payload);
    } finally {
      clearInterval(beat);
    }
    if (consumed?.kind === 'read-from') consumer.seek({ topic, partition, offset: String(consumed.offset) });
    if (consumed?.kind !== 'done') return;
    payload.resolveOffset(batch.lastOffset());
    await this.commit(payload);
    await payload.heartbeat();
  }

  /** Until it is done, or the partition is no longer ours. The heartbeat rejects when the group is dealt out anew. */
  private async insist(payload: EachBatchPayload): Promise<Consumed | undefined> {
    const { partition } = payload.batch;
    const share = `partition ${partition}`;
    while (payload.isRunning() && !payload.isStale() && !this.rest.ended) {
      try {
        const consumed = await this.needs.take(payload.batch);
        this.failures.ended(share);
        this.failures.ended(membership);
        return consumed;
      } catch (error) {
        const failures = this.failures.failed(share);
        const { groupId } = this.needs;
        this.needs.report('batch-failed', { group: groupId, partition, error: messageOf(error) });
        if (error instanceof LeaveGroup) this.leave();
        await this.rest.pause(backOff(failures));
      }
      await payload.heartbeat();
    }
    return undefined;
  }

  /** At the end of the topic, or else now and then. A failure is of no account. */
  private async commit(payload: EachBatchPayload): Promise<void> {
    const now = performance.now();
    if (payload.batch.offsetLag() !== '0' && now - this.committedAt < commitEveryMs) return;
    this.committedAt = now;
    await payload.commitOffsetsIfNecessary(payload.uncommittedOffsets()).catch(() => undefined);
  }
}
