import { randomBytes } from 'node:crypto';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { OffsetMessage } from './topic-mark';
import type { Topic } from './topics';

/** Which messages a partition holds: from `low` on, before `end`. */
export interface Extent {
  readonly partition: number;
  readonly low: number;
  readonly end: number;
}

/** The extents of a topic now. Rejects when the topic is not there, or the brokers cannot be reached. */
export const extentsOf = async (kafka: Kafka, { name }: Pick<Topic, 'name'>): Promise<readonly Extent[]> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const found = await admin.fetchTopicOffsets(name);
    return found
      .map(({ partition, low, high }) => ({ partition, low: Number(low), end: Number(high) }))
      .sort((left, right) => left.partition - right.partition);
  } finally {
    await admin.disconnect();
  }
};

/** What is read, and who takes it. */
export interface TopicReading {
  readonly kafka: Kafka;
  readonly topic: Pick<Topic, 'name'>;
  /** Read up to here; what comes later is left alone. */
  readonly extents: readonly Extent[];
  /** Takes messages of one partition, in order and each once, partition after partition as they come. */
  readonly take: (partition: number, messages: readonly OffsetMessage[]) => Promise<void>;
  /** Gives up when no message has come for so long, ms. */
  readonly patienceMs?: number;
}

const defaultPatienceMs = 60_000;
const bytesPerPartition = 512 * 1024;

/** One reading of a whole topic. */
class Reading {
  private readonly next: Map<number, number>;
  private readonly ends: ReadonlyMap<number, number>;
  private lastNewsAt = performance.now();

  constructor(private readonly reading: TopicReading) {
    const filled = reading.extents.filter(({ low, end }) => end > low);
    this.next = new Map(filled.map(({ partition, low }) => [partition, low]));
    this.ends = new Map(filled.map(({ partition, end }) => [partition, end]));
  }

  get isDone(): boolean {
    return [...this.next].every(([partition, offset]) => offset >= (this.ends.get(partition) ?? 0));
  }

  run(consumer: Consumer): Promise<void> {
    return new Promise((resolve, reject) => {
      const patienceMs = this.reading.patienceMs ?? defaultPatienceMs;
      const looking = setInterval(() => {
        if (performance.now() - this.lastNewsAt > patienceMs) end(new Error('The topic could not be read to its end.'));
      }, 500);
      const end = (error?: Error): void => {
        clearInterval(looking);
        if (error === undefined) resolve();
        else reject(error);
      };
      consumer.on(consumer.events.CRASH, ({ payload }) => end(payload.error));
      const eachBatch = async (payload: EachBatchPayload): Promise<void> => {
        try {
          await this.take(payload);
          if (this.isDone) end();
        } catch (error) {
          end(error instanceof Error ? error : new Error(String(error)));
        }
      };
      consumer.run({ autoCommit: false, eachBatch }).catch(end);
    });
  }

  /** After a hiccup of the client the same messages may come again: those were taken. */
  private async take(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { partition, messages } = batch;
    const [next, end] = [this.next.get(partition), this.ends.get(partition)];
    if (next === undefined || end === undefined) return;
    this.lastNewsAt = performance.now();
    const fresh = messages.filter(({ offset }) => Number(offset) >= next && Number(offset) < end);
    if (fresh.length > 0) await this.reading.take(partition, fresh);
    // Numbers that hold no message, at the end too, are passed over by the batch as a whole.
    this.next.set(partition, Math.max(next, Number(batch.lastOffset()) + 1));
    this.lastNewsAt = performance.now();
    await payload.heartbeat();
  }
}

/**
 * Reads everything that a topic held at a moment, in a few megabytes of memory, and leaves no trace: no offset is
 * committed, and its group is removed. Rejects when the topic cannot be read to its end.
 */
export const readTopic = async (wanted: TopicReading): Promise<void> => {
  const { kafka, topic } = wanted;
  const reading = new Reading(wanted);
  if (reading.isDone) return;
  const groupId = `${topic.name}.reader-${randomBytes(6).toString('hex')}`;
  const consumer = kafka.consumer({
    groupId,
    maxBytesPerPartition: bytesPerPartition,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 8 },
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic: topic.name, fromBeginning: true });
    await reading.run(consumer);
  } finally {
    await consumer.disconnect().catch(() => undefined);
    await forgetGroup(kafka, groupId).catch(() => undefined);
  }
};

const forgetGroup = async (kafka: Kafka, groupId: string): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    await admin.deleteGroups([groupId]);
  } finally {
    await admin.disconnect();
  }
};
