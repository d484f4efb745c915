import type { Kafka } from 'kafkajs';
import { prepareReadModels } from '#libs/platform/read-models/read-models';
import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { openTabHouse, type TabHouse } from '#libs/platform/read-models/testing/tab-house';
import { tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { idOf } from '#libs/platform/kernel/decider';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { freshName, testBrokers } from '#libs/platform/testing/kafka-broker';
import type { Publishing } from '../cloud-event';
import { Feed, type FeedDefinition } from '../feed';
import { FedProjections } from '../feed-projections';
import { kafkaClient } from '../kafka-client';
import { MessageSender } from '../message-sender';
import { Relay, type RelayNeeds } from '../relay';
import { ensureTopics, topicsOf, type Topics } from '../topics';

/** How tabs are published in specs. */
export const tabPublishing: Publishing = { source: 'urn:regulars:spec', keyOf: idOf, withheld: {} };

/** A house of tabs with a bus of its own: topics that no other suite uses, on the run's broker or another one. */
export interface TabBus {
  readonly house: TabHouse;
  readonly kafka: Kafka;
  readonly topics: Topics;
  readonly feedName: string;
  relay(parts?: Partial<RelayNeeds>): Relay;
  feed(parts?: Partial<FeedDefinition>, projections?: readonly AnyProjection[]): Feed;
  /** Starts a feed, waits until it has dealt with everything that can be read now, and stops it. */
  feedAll(feed: Feed): Promise<void>;
  /** Publishes everything that can be read now. */
  publishAll(relay?: Relay): Promise<void>;
  /** Everything in the topic of facts, partition by partition. */
  published(): Promise<readonly (readonly PublishedMessage[])[]>;
  close(): Promise<void>;
}

/** A message as it stands in a topic. */
export interface PublishedMessage {
  readonly key: string | null;
  readonly value: Record<string, unknown>;
  readonly headers: Readonly<Record<string, string>>;
}

/** Everything in a topic now, by partition. */
export const readTopic = async (kafka: Kafka, topic: string): Promise<readonly (readonly PublishedMessage[])[]> => {
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  const found: PublishedMessage[][] = ends.map(() => []);
  const missing = new Set(ends.filter(({ offset, low }) => offset !== low).map(({ partition }) => partition));
  if (missing.size === 0) return found;
  const consumer = kafka.consumer({ groupId: freshName(), maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message: { key, value, headers, offset } }) => {
        found[partition]?.push({
          key: key?.toString() ?? null,
          value: JSON.parse(value?.toString() ?? 'null') as Record<string, unknown>,
          headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
        });
        const end = ends.find((each) => each.partition === partition)?.offset;
        if (Number(offset) + 1 >= Number(end)) missing.delete(partition);
        if (missing.size === 0) resolve();
        return Promise.resolve();
      },
    });
  });
  await consumer.disconnect();
  return found;
};

/** The first group that a broker ever hears of has to wait for its coordinator; specs do that before they begin. */
const awaken = async (kafka: Kafka): Promise<void> => {
  const admin = kafka.admin();
  await admin.connect();
  for (let asleep = true; asleep;) {
    asleep = await admin.fetchOffsets({ groupId: 'awake' }).then(
      () => false,
      () => true,
    );
  }
  await admin.disconnect();
};

/** Opens a house with its read models prepared for feeds, and its topics. */
export const openTabBus = async (
  brokers?: readonly string[],
  partitions = 4,
  projections: readonly AnyProjection[] = tabProjections,
): Promise<TabBus> => {
  const house = await openTabHouse();
  const prefix = freshName();
  const kafka = kafkaClient({ brokers: brokers ?? (await testBrokers()), clientId: prefix }, () => undefined);
  const topics = topicsOf(prefix, partitions);
  await ensureTopics(kafka, [topics.facts], { replicationFactor: 1 });
  await awaken(kafka);
  await prepareReadModels({ source: house.source, store: house.store, catalogue: tabCatalogue }, projections, 'bus');
  const feedName = `${prefix}.read-models`;
  const relay = (parts: Partial<RelayNeeds> = {}): Relay =>
    new Relay({
      kafka,
      topic: topics.facts,
      log: new LogTail(house.store, tabCatalogue),
      checkpoints: new PostgresCheckpoints(house.source),
      publishing: tabPublishing,
      report: house.report,
      settings: { batchSize: 50, pollMs: 20, reachedEveryMs: 20 },
      ...parts,
    });
  const publishAll = async (publisher = relay()): Promise<void> => {
    publisher.start();
    await publisher.caughtUp(await house.store.latest());
    await publisher.stop();
  };
  const feed = (parts: Partial<FeedDefinition> = {}, fed: readonly AnyProjection[] = projections): Feed =>
    new Feed({
      name: feedName,
      kafka,
      topic: topics.facts,
      keyOf: tabPublishing.keyOf,
      source: house.source,
      store: house.store,
      catalogue: tabCatalogue,
      target: new FedProjections(house.source, fed),
      report: house.report,
      settings: { sessionMs: 6_000, rebalanceMs: 6_000 },
      ...parts,
    });
  const feedAll = async (each: Feed): Promise<void> => {
    each.start();
    await each.caughtUp(await house.store.latest());
    await each.stop();
  };
  return {
    house,
    kafka,
    topics,
    feedName,
    relay,
    feed,
    feedAll,
    publishAll,
    published: () => readTopic(kafka, topics.facts.name),
    close: () => house.close(),
  };
};

/** Sends messages as they are to the topic of facts. */
export const sendRaw = async (
  { kafka, topics }: Pick<TabBus, 'kafka' | 'topics'>,
  messages: readonly { readonly key: string; readonly value: string; readonly headers?: Record<string, string> }[],
): Promise<void> => {
  const sender = new MessageSender(kafka);
  await sender.send({ topic: topics.facts.name, messages });
  await sender.close();
};
