import { logStart } from '#libs/platform/event-store/event-store';
import { ReadModels, prepareReadModels } from '#libs/platform/read-models/read-models';
import { rebuild } from '#libs/platform/read-models/rebuild';
import { dueRows, storedRows, trade } from '#libs/platform/read-models/testing/tab-house';
import { tabBalance, tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import { feedPosition, type BatchTaken } from './feed';
import { listHeld } from './feed-repair';
import { openTabBus, sendRaw, type TabBus } from './testing/bus';

let bus: TabBus;

const rowsAreDue = async (): Promise<void> => {
  for (const projection of tabProjections)
    expect(await storedRows(bus.house.source, projection)).toEqual(await dueRows(bus.house, projection));
};

const tradeAndPublish = async (count: number, seed = 1, before = 0): Promise<number> => {
  const made = before + (await trade(bus.house, count, seed));
  await bus.house.readable(made);
  await bus.publishAll();
  return made;
};

const sum = (batches: readonly BatchTaken[], name: 'facts' | 'duplicates'): number =>
  batches.reduce((total, batch) => total + batch[name], 0);

describeWithBroker('a feed', () => {
  beforeEach(async () => {
    bus = await openTabBus();
  });
  afterEach(() => bus.close());

  it('brings every table to what the log adds up to, and says how far it is', async () => {
    await tradeAndPublish(200);
    const feed = bus.feed();
    await bus.feedAll(feed);
    await rowsAreDue();
    expect(bus.house.reports).toEqual([]);
    expect(feed.progress()).toMatchObject({ messagesBehind: 0, secondsBehind: 0, failures: 0 });
    const head = await bus.house.store.head();
    expect(feed.progress().position).toEqual(head);
    expect(await feedPosition(bus.house.source, bus.feedName, bus.topics.facts)).toEqual(head);
    const [checkpoint] = await bus.house.source.query('SELECT position::int FROM read.checkpoints WHERE fed LIMIT 1');
    expect(checkpoint).toEqual({ position: head.position });
  });

  it('passes over what is published twice, and over all of it when read from the beginning again', async () => {
    const made = await tradeAndPublish(100);
    await bus.house.source.query("DELETE FROM read.checkpoints WHERE name = 'relay'");
    await bus.publishAll();
    const batches: BatchTaken[] = [];
    await bus.feedAll(bus.feed({ onBatch: (taken) => batches.push(taken) }));
    expect([sum(batches, 'facts'), sum(batches, 'duplicates')]).toEqual([made, made]);
    await rowsAreDue();
    batches.length = 0;
    await bus.house.source.query('UPDATE read.feed_offsets SET next_offset = 0, xid = 0, position = 0');
    await bus.feedAll(bus.feed({ onBatch: (taken) => batches.push(taken) }));
    expect([sum(batches, 'facts'), sum(batches, 'duplicates')]).toEqual([0, 2 * made]);
    await rowsAreDue();
  });

  it('goes on where its tables are, whatever the brokers think', async () => {
    const made = await tradeAndPublish(60);
    const admin = bus.kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(bus.topics.facts.name);
    const partitions = ends.map(({ partition, offset }) => ({ partition, offset }));
    await admin.setOffsets({ groupId: bus.feedName, topic: bus.topics.facts.name, partitions });
    await admin.disconnect();
    const feed = bus.feed();
    feed.start();
    await tradeAndPublish(20, 2, made);
    await feed.caughtUp(await bus.house.store.latest());
    await feed.stop();
    await rowsAreDue();
  });

  it('gives what another program held up another try, as soon as it has the partition', async () => {
    const made = await tradeAndPublish(40);
    const unlucky = tabProjections.map((each) => ({
      ...each,
      on: {
        ...each.on,
        TabPaid: () => {
          throw new TypeError('no luck');
        },
      },
    }));
    const bad = bus.feed({}, unlucky);
    await bus.feedAll(bad);
    expect(bus.house.reports).toContain('feed-parked');
    const held = async (): Promise<number> => (await listHeld(bus.house, 100)).length;
    expect(await held()).toBeGreaterThan(0);
    const good = bus.feed();
    good.start();
    while ((await held()) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await tradeAndPublish(20, 2, made);
    await good.caughtUp(await bus.house.store.latest());
    await good.stop();
    await rowsAreDue();
  });

  it('looks up in the log what was lost on the way', async () => {
    const made = await tradeAndPublish(60);
    await bus.house.source.query("DELETE FROM read.checkpoints WHERE name = 'relay'");
    const all = (await bus.published()).flat();
    const lossy = await openTabBus();
    try {
      const some = all.filter(({ key }, index) => key !== null && index % 4 !== 2);
      const messages = some.map(({ key, value, headers }) => ({
        key: key ?? '',
        value: JSON.stringify(value),
        headers,
      }));
      await sendRaw({ kafka: bus.kafka, topics: lossy.topics }, messages);
      await bus.publishAll(bus.relay({ topic: lossy.topics.facts }));
      await bus.feedAll(bus.feed({ topic: lossy.topics.facts }));
      expect((await bus.house.facts()).length).toBe(made);
      await rowsAreDue();
    } finally {
      await lossy.close();
    }
  });

  it('takes from the log what the topic has forgotten', async () => {
    const made = await tradeAndPublish(80);
    const admin = bus.kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(bus.topics.facts.name);
    const partitions = ends.map(({ partition, offset }) => ({ partition, offset }));
    await admin.deleteTopicRecords({ topic: bus.topics.facts.name, partitions });
    await admin.disconnect();
    await tradeAndPublish(1, 2, made);
    await bus.feedAll(bus.feed());
    expect(bus.house.reports).toContain('feed-fell-off-topic');
    await rowsAreDue();
  });

  it('gives way to a rebuild and goes on after it, counting nothing twice', async () => {
    const feed = bus.feed();
    feed.start();
    let made = await tradeAndPublish(60);
    await feed.caughtUp(await bus.house.store.latest());
    const { source, store } = bus.house;
    const work = (async () => {
      for (let round = 2; round < 6; round += 1) made = await tradeAndPublish(30, round, made);
    })();
    await rebuild({ source, store, catalogue: tabCatalogue }, tabProjections);
    await work;
    await rebuild({ source, store, catalogue: tabCatalogue }, [tabBalance]);
    made = await tradeAndPublish(30, 9, made);
    await feed.caughtUp(await store.latest());
    await feed.stop();
    await rowsAreDue();
  });

  it('never keeps tables together with a reader of the log, which builds them anew when it takes over', async () => {
    const { source, store, report } = bus.house;
    const made = await tradeAndPublish(40);
    const feed = bus.feed();
    feed.start();
    await feed.caughtUp(await store.latest());
    const models = new ReadModels(source, new LogTail(store, tabCatalogue), tabProjections, { report });
    models.start();
    await tradeAndPublish(40, 2, made);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(models.progress().position).toBeUndefined();
    await models.stop();
    await feed.caughtUp(await store.latest());
    await rowsAreDue();
    await feed.stop();
    const names = tabProjections.map(({ name }) => name);
    expect(await prepareReadModels({ source, store, catalogue: tabCatalogue }, tabProjections, 'bus')).toEqual([]);
    expect(await prepareReadModels({ source, store, catalogue: tabCatalogue }, tabProjections)).toEqual(names);
    const alone = new ReadModels(source, new LogTail(store, tabCatalogue), tabProjections, { report });
    alone.start();
    await alone.caughtUp(await store.latest());
    await alone.stop();
    await rowsAreDue();
  });

  it('stays away while the tables are of a newer version than it knows', async () => {
    await tradeAndPublish(20);
    const older = bus.feed({}, [{ ...tabBalance, version: 0 }]);
    older.start();
    const newer = bus.feed();
    await bus.feedAll(newer);
    expect(older.progress().messagesBehind).toBe(0);
    await older.stop();
    await rowsAreDue();
    await expect(older.caughtUp({ ...logStart, xid: 1e9 })).rejects.toThrow('was stopped');
  });
});
