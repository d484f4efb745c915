import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import { trade } from '#libs/platform/read-models/testing/tab-house';
import type { Checkpoints } from '#libs/platform/runtime/checkpoints';
import { onTab } from '#libs/platform/runtime/testing/tab';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import type { Sent } from './relay';
import { openTabBus, type PublishedMessage, type TabBus } from './testing/bus';
import { ensureTopics, partitionOf, TopicDiffers } from './topics';

let bus: TabBus;

const factsIn = (messages: readonly PublishedMessage[]): readonly PublishedMessage[] =>
  messages.filter(({ key }) => key !== null);

/** Revisions of each stream in the order in which they stand in the topic. */
const revisions = (partitions: readonly (readonly PublishedMessage[])[]): Record<string, number[]> => {
  const found: Record<string, number[]> = {};
  for (const { value } of factsIn(partitions.flat()))
    (found[String(value['subject'])] ??= []).push(Number(value['streamrevision']));
  return found;
};

const firstTimes = (numbers: readonly number[]): number[] => [...new Set(numbers)];
const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

describeWithBroker('a relay', () => {
  beforeEach(async () => {
    bus = await openTabBus();
  });
  afterEach(() => bus.close());

  it('publishes every fact once, in the order of its key without a hole, on the partition of its key', async () => {
    const made = await trade(bus.house, 200);
    await bus.house.readable(made);
    const sent: Sent[] = [];
    const relay = bus.relay({ onSent: (each) => sent.push(each) });
    relay.start();
    await relay.caughtUp(await bus.house.store.latest());
    expect(await relay.lag()).toEqual({ events: 0, seconds: 0 });
    await relay.stop();
    const partitions = await bus.published();
    expect(factsIn(partitions.flat())).toHaveLength(made);
    expect(sent.reduce((sum, { facts }) => sum + facts, 0)).toBe(made);
    for (const each of Object.values(revisions(partitions))) expect(each).toEqual(upTo(each.length));
    for (const [partition, messages] of partitions.entries())
      for (const { key } of factsIn(messages)) expect(partitionOf(key ?? '', bus.topics.facts)).toBe(partition);
    expect(bus.house.reports).toEqual([]);
  });

  it('says to every partition how far it has come', async () => {
    await bus.house.runner.execute(onTab('a', { kind: 'put', amount: 1 }));
    await bus.house.readable(1);
    await bus.publishAll();
    const head = await bus.house.store.head();
    for (const messages of await bus.published())
      expect(messages.at(-1)).toMatchObject({
        key: null,
        value: { type: 'regulars.LogReached', logxid: String(head.xid), logposition: String(head.position) },
      });
  });

  it('sends again what it cannot know to be acknowledged, and leaves nothing out', async () => {
    const made = await trade(bus.house, 120);
    await bus.house.readable(made);
    const stored = new PostgresCheckpoints(bus.house.source);
    let writes = 0;
    const forgetful: Checkpoints = {
      read: (name) => stored.read(name),
      write: (name, position) => {
        writes += 1;
        // As if the process had ended right after the acknowledgement.
        return writes % 2 === 1 ? Promise.reject(new Error('killed')) : stored.write(name, position);
      },
    };
    await bus.publishAll(bus.relay({ checkpoints: forgetful }));
    const found = revisions(await bus.published());
    const all = Object.values(found);
    expect(all.flat().length).toBeGreaterThan(made);
    expect(all.reduce((sum, each) => sum + firstTimes(each).length, 0)).toBe(made);
    for (const each of all) expect(firstTimes(each)).toEqual(upTo(firstTimes(each).length));
  });

  it('does no harm when two run at once', async () => {
    const relays = [bus.relay(), bus.relay()];
    for (const relay of relays) relay.start();
    const made = await trade(bus.house, 120);
    await bus.house.readable(made);
    for (const relay of relays) await relay.caughtUp(await bus.house.store.latest());
    for (const relay of relays) await relay.stop();
    for (const each of Object.values(revisions(await bus.published())))
      expect(firstTimes(each)).toEqual(upTo(firstTimes(each).length));
    await bus.feedAll(bus.feed());
  });

  it('goes on where it was', async () => {
    const before = await trade(bus.house, 40);
    await bus.house.readable(before);
    await bus.publishAll();
    const made = before + (await trade(bus.house, 40, 2));
    await bus.house.readable(made);
    const relay = bus.relay();
    expect((await relay.lag()).events).toBeGreaterThan(0);
    await bus.publishAll(relay);
    expect(factsIn((await bus.published()).flat())).toHaveLength(made);
  });

  it('can be started again after it was stopped, and says again how far it has come', async () => {
    const relay = bus.relay();
    for (const round of [1, 2, 3]) {
      await bus.house.runner.execute(onTab('a', { kind: 'put', amount: 1 }));
      await bus.house.readable(round);
      relay.start();
      await relay.caughtUp(await bus.house.store.latest());
      await new Promise((resolve) => setTimeout(resolve, 700));
      const { position } = await bus.house.store.head();
      for (const messages of await bus.published())
        expect(messages.at(-1)?.value).toMatchObject({ logposition: String(position) });
      await relay.stop();
    }
    expect(revisions(await bus.published())).toEqual({ 'tab-a': [0, 1, 2] });
  });

  it('publishes facts larger than a request is usually', async () => {
    const meta = { remark: 'n'.repeat(700_000) };
    for (let index = 0; index < 4; index += 1)
      await bus.house.runner.execute({ ...onTab('large', { kind: 'put', amount: 1 }), meta });
    await bus.house.readable(4);
    await bus.publishAll();
    expect(revisions(await bus.published())).toEqual({ 'tab-large': [0, 1, 2, 3] });
  });
});

describeWithBroker('topics', () => {
  beforeEach(async () => {
    bus = await openTabBus();
  });
  afterEach(() => bus.close());

  it('are made once, by however many at a time, and are never changed', async () => {
    const all = Object.values(bus.topics) as TabBus['topics']['facts'][];
    const make = () => ensureTopics(bus.kafka, all, { replicationFactor: 1 });
    await Promise.all([make(), make()]);
    await make();
    const more = { ...bus.topics.facts, partitions: 12 };
    await expect(ensureTopics(bus.kafka, [more], { replicationFactor: 1 })).rejects.toThrow(TopicDiffers);
    await expect(ensureTopics(bus.kafka, [more], { replicationFactor: 1 })).rejects.toThrow(
      /has 4 partitions and should have 12/,
    );
  });
});
