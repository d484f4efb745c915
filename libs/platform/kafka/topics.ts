import { KafkaJSError, Partitioners, type Admin, type Kafka } from 'kafkajs';

/** A topic as it is made once, and never changed. */
export interface Topic {
  readonly name: string;
  readonly partitions: number;
  /** How long messages are kept at least, ms; −1 for ever. */
  readonly retentionMs: number;
  /** What it carries, and what keeps its order. One sentence each, for documentation. */
  readonly carries: string;
  readonly keyedBy: string;
}

/** The topics of one installation. */
export interface Topics {
  /** Every fact of the log. */
  readonly facts: Topic;
  /** Tickets from other systems, what became of them, and those that could not be read. */
  readonly tickets: Topic;
  readonly ticketResults: Topic;
  readonly deadTickets: Topic;
}

const days = 24 * 60 * 60 * 1000;

/**
 * One topic carries all facts, so that everything that is said of a member, in whichever context, keeps the order it has
 * in the log. Twelve partitions feed as many workers; they cannot be added later, since that would send a member's next
 * fact to another partition than the last one.
 */
export const topicsOf = (prefix = 'regulars', partitions = 12): Topics => ({
  facts: {
    name: `${prefix}.facts`,
    partitions,
    retentionMs: 30 * days,
    carries: 'Every fact of the log as a CloudEvent, at least once.',
    keyedBy: 'The member that the fact is about; for other facts the id of their stream.',
  },
  tickets: {
    name: `${prefix}.tickets`,
    partitions,
    retentionMs: 7 * days,
    carries: 'Tickets that other systems hand in.',
    keyedBy: 'Whatever must keep its order: the member, or the card number.',
  },
  ticketResults: {
    name: `${prefix}.ticket-results`,
    partitions,
    retentionMs: 7 * days,
    carries: 'What became of each ticket, at least once.',
    keyedBy: 'The key of the ticket.',
  },
  deadTickets: {
    name: `${prefix}.tickets.dead`,
    partitions: 1,
    retentionMs: 90 * days,
    carries: 'Tickets that could not be read, as they came, with the reason.',
    keyedBy: 'The key of the ticket.',
  },
});

/** A topic is there, but with another number of partitions. */
export class TopicDiffers extends Error {
  constructor({ name, partitions }: Topic, found: number) {
    super(
      `The topic ${name} has ${found} partitions and should have ${partitions}. The number cannot be changed: ` +
        'keys would change their partition and lose their order. Use the number it has, or another prefix.',
    );
    this.name = 'TopicDiffers';
  }
}

/** How topics are made. */
export interface TopicSettings {
  /** Copies of every message. 3 in production, 1 on a single broker. */
  readonly replicationFactor: number;
}

/** Larger than any fact: one that does not fit into a topic would hold up all that follow it. */
const largestMessageBytes = 8 * 1024 * 1024;

const existing = async (admin: Admin, topics: readonly Topic[]): Promise<ReadonlyMap<string, number>> => {
  const names = await admin.listTopics();
  const known = topics.filter(({ name }) => names.includes(name)).map(({ name }) => name);
  if (known.length === 0) return new Map();
  const { topics: found } = await admin.fetchTopicMetadata({ topics: known });
  return new Map(found.map(({ name, partitions }) => [name, partitions.length]));
};

const create = async (admin: Admin, topics: readonly Topic[], { replicationFactor }: TopicSettings): Promise<void> => {
  const inSync = replicationFactor > 2 ? replicationFactor - 1 : 1;
  await admin.createTopics({
    // The client gives up where a broker has not heard of the topic yet; see `untilKnown`.
    waitForLeaders: false,
    topics: topics.map(({ name, partitions, retentionMs }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor,
      configEntries: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: String(retentionMs) },
        { name: 'min.insync.replicas', value: String(inSync) },
        { name: 'max.message.bytes', value: String(largestMessageBytes) },
        // Kept from when it was published: facts may be older than any retention, or lie ahead on a virtual clock.
        { name: 'message.timestamp.type', value: 'LogAppendTime' },
      ],
    })),
  });
};

const longestWaitMs = 20_000;
const askAgainMs = 100;

/** What is there once every topic is known to the broker that answers: it hears of a new one a little later. */
const untilKnown = async (admin: Admin, topics: readonly Topic[]): Promise<ReadonlyMap<string, number>> => {
  for (const deadline = performance.now() + longestWaitMs; ;) {
    try {
      const found = await existing(admin, topics);
      if (topics.every(({ name }) => found.has(name)) || performance.now() > deadline) return found;
    } catch (error) {
      const passes = error instanceof KafkaJSError && error.retriable;
      if (!passes || performance.now() > deadline) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
};

/**
 * Makes the topics that are missing; several processes may do so at once. Those that are there stay as they are: throws
 * {@link TopicDiffers} when one has another number of partitions.
 */
export const ensureTopics = async (kafka: Kafka, topics: readonly Topic[], settings: TopicSettings): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const before = await existing(admin, topics);
    const missing = topics.filter(({ name }) => !before.has(name));
    if (missing.length > 0) await create(admin, missing, settings);
    const found = missing.length > 0 ? await untilKnown(admin, topics) : before;
    for (const topic of topics) {
      const partitions = found.get(topic.name) ?? 0;
      if (partitions !== topic.partitions) throw new TopicDiffers(topic, partitions);
    }
  } finally {
    await admin.disconnect();
  }
};

const partitioner = Partitioners.DefaultPartitioner();

/** Where a key belongs: Kafka's own rule (murmur2), as every client applies it. */
export const partitionOf = (key: string, { name, partitions }: Topic): number =>
  partitioner({
    topic: name,
    partitionMetadata: Array.from({ length: partitions }, (_, partitionId) => ({
      partitionId,
      partitionErrorCode: 0,
      leader: 0,
      replicas: [],
      isr: [],
    })),
    message: { key, value: null },
  });
