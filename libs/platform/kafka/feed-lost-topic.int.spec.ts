import { dueRows, storedRows, trade } from '#libs/platform/read-models/testing/tab-house';
import { tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import { openTabBus, type TabBus } from './testing/bus';
import { ensureTopics } from './topics';

let bus: TabBus;

/** What the brokers held is gone; the relay goes on from where it was. */
const loseTopic = async (): Promise<void> => {
  const { name } = bus.topics.facts;
  const admin = bus.kafka.admin();
  await admin.connect();
  await admin.deleteTopics({ topics: [name] });
  while ((await admin.listTopics()).includes(name)) await new Promise((resolve) => setTimeout(resolve, 50));
  await admin.disconnect();
  await ensureTopics(bus.kafka, [bus.topics.facts], { replicationFactor: 1 });
};

const rowsAreDue = async (): Promise<void> => {
  for (const projection of tabProjections)
    expect(await storedRows(bus.house.source, projection)).toEqual(await dueRows(bus.house, projection));
};

describeWithBroker('a feed whose topic was lost', () => {
  let made: number;
  const tradeAndPublish = async (count: number): Promise<void> => {
    made += await trade(bus.house, count, made + 1);
    await bus.house.readable(made);
    await bus.publishAll();
  };

  beforeEach(async () => {
    made = 0;
    bus = await openTabBus(undefined, 2);
  });
  afterEach(() => bus.close());

  it.each([
    ['is shorter', 120, 20],
    ['has outgrown it', 20, 120],
  ])('takes from the log what the new one lacks when that %s', async (_, before, after) => {
    await tradeAndPublish(before);
    await bus.feedAll(bus.feed());
    // Published, and lost before anybody had read it.
    await tradeAndPublish(10);
    await loseTopic();
    await tradeAndPublish(after);
    await bus.feedAll(bus.feed());
    expect(bus.house.reports).toContain('feed-fell-off-topic');
    await rowsAreDue();
    await tradeAndPublish(10);
    await bus.feedAll(bus.feed());
    await rowsAreDue();
  });

  it('does so while it runs', async () => {
    await tradeAndPublish(80);
    const feed = bus.feed();
    feed.start();
    await feed.caughtUp(await bus.house.store.latest());
    await loseTopic();
    await tradeAndPublish(10);
    await feed.caughtUp(await bus.house.store.latest());
    await feed.stop();
    await rowsAreDue();
  });
});
