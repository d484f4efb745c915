import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dueRows, storedRows, trade } from '#libs/platform/read-models/testing/tab-house';
import { tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { describeWithOwnBroker, ownBrokerFiles } from '#libs/platform/testing/kafka-broker';
import { LocalBroker } from './local-broker';
import { openTabBus, type TabBus } from './testing/bus';

let folder: string;
let broker: LocalBroker;
let bus: TabBus;

const rowsAreDue = async (): Promise<void> => {
  for (const projection of tabProjections)
    expect(await storedRows(bus.house.source, projection)).toEqual(await dueRows(bus.house, projection));
};

describeWithOwnBroker('a broker that goes away', () => {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regulars-broker-'));
    broker = await LocalBroker.start({ files: ownBrokerFiles(), folder });
    bus = await openTabBus([broker.address]);
  }, 240_000);
  afterEach(async () => {
    await bus.close();
    await broker.stop();
    await rm(folder, { recursive: true, force: true });
  }, 240_000);

  it.each([
    ['stopped', () => broker.stop()],
    ['killed', () => broker.kill()],
  ])(
    'and comes back, %s under load, has lost and doubled nothing',
    async (_, end) => {
      const [relay, feed] = [bus.relay(), bus.feed()];
      relay.start();
      feed.start();
      let made = await trade(bus.house, 60);
      await bus.house.readable(made);
      await feed.caughtUp(await bus.house.store.latest());
      const trading = async (rounds: readonly number[]): Promise<void> => {
        for (const round of rounds) {
          made += await trade(bus.house, 15, round);
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      };
      await Promise.all([trading([2, 3, 4, 5, 6]), end()]);
      // A broker that stops at its leisure may have taken all of the above: what follows finds it gone for certain.
      await trading([7, 8, 9]);
      await bus.house.readable(made);
      const head = await bus.house.store.head();
      expect((await relay.lag()).events).toBeGreaterThan(0);
      await broker.restart();
      await relay.caughtUp(head);
      await feed.caughtUp(head);
      await relay.stop();
      await feed.stop();
      await rowsAreDue();
    },
    360_000,
  );

  it('does not keep anybody from stopping', async () => {
    const [relay, feed] = [bus.relay(), bus.feed()];
    relay.start();
    feed.start();
    await bus.house.readable(await trade(bus.house, 10));
    await feed.caughtUp(await bus.house.store.latest());
    await broker.kill();
    await trade(bus.house, 10, 2);
    // Without a broker they could wait for ever: that they end is all that has to be seen before there is one again.
    await Promise.all([relay.stop(), feed.stop()]);
    await broker.restart();
  }, 360_000);
});
