import { PostgresCheckpoints } from '#libs/platform/read-models/postgres-checkpoints';
import { systemClock } from '#libs/platform/runtime/clock';
import type { Dispatcher } from '#libs/platform/runtime/dispatch';
import { LogTail } from '#libs/platform/runtime/log-tail';
import { Policies } from '#libs/platform/runtime/policies';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import { onTab, tabCatalogue, tabs, type TabCommand } from '#libs/platform/runtime/testing/tab';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import type { Feed } from './feed';
import { FedPolicies } from './feed-policies';
import { openTabBus, type TabBus } from './testing/bus';

interface Gift {
  readonly to: string;
  readonly command: TabCommand;
}

let bus: TabBus;

/** One is put on the house's tab for everything that is put on another. */
const giveToTheHouse: AnyPolicy<Gift> = {
  name: 'give-to-the-house',
  on: {
    TabPut: (fact: never) => {
      const { streamId } = fact as { readonly streamId: string };
      return streamId === 'tab-house' ? [] : [{ to: 'house', command: { kind: 'put', amount: 1 } }];
    },
  },
};

const dispatch: Dispatcher<Gift> = ({ to, command }, { idempotency, meta }) =>
  bus.house.runner.execute({ ...onTab(to, command), idempotency, meta });

const needs = () => ({
  dispatch,
  parking: new PostgresCheckpoints(bus.house.source),
  clock: systemClock,
  log: bus.house.store,
  memory: bus.house.runner,
  report: bus.house.report,
});

const target = (policy: AnyPolicy<Gift> = giveToTheHouse) => new FedPolicies(bus.house.source, [policy], needs());

const feedOf = (policies = target()): Feed => bus.feed({ name: `${bus.feedName}.policies`, target: policies });

const inTheHouse = async (): Promise<number> =>
  (await bus.house.runner.current(onTab('house', { kind: 'look' }).aggregate, 'house')).state.balance;

const putAndPublish = async (count: number): Promise<void> => {
  const { house } = bus;
  for (let index = 0; index < count; index += 1)
    await house.runner.execute(onTab(`a${index % 5}`, { kind: 'put', amount: 2 }));
  const end = await house.store.latest();
  while ((await house.store.head()).position < end.position) await new Promise((resolve) => setTimeout(resolve, 5));
  await bus.publishAll();
};

describeWithBroker('policies over the bus', () => {
  beforeEach(async () => {
    bus = await openTabBus();
  });
  afterEach(() => bus.close());

  it('have each effect once, however often the facts come', async () => {
    await putAndPublish(20);
    await bus.house.source.query("DELETE FROM read.checkpoints WHERE name = 'relay'");
    await bus.publishAll();
    await bus.feedAll(feedOf());
    expect(await inTheHouse()).toBe(20);
    await bus.house.source.query('DELETE FROM read.feed_streams');
    await bus.house.source.query('UPDATE read.feed_offsets SET next_offset = 0, xid = 0, position = 0');
    const again = target();
    await bus.publishAll();
    await bus.feedAll(feedOf(again));
    expect(await inTheHouse()).toBe(20);
    expect(again.counts().get('give-to-the-house')).toMatchObject({ accepted: 20, refused: 0, parked: 0 });
  });

  it('pass over facts of types that they do not look at, without a gap', async () => {
    const policies = target();
    expect(['TabPut', 'TabPaid', 'toString'].map(policies.wants)).toEqual([true, false, false]);
    for (let round = 0; round < 3; round += 1) {
      await bus.house.runner.execute(onTab('a0', { kind: 'pay', amount: 1 }));
      await putAndPublish(10);
    }
    await bus.feedAll(feedOf(policies));
    expect(await inTheHouse()).toBe(30);
    expect(policies.counts().get('give-to-the-house')).toMatchObject({ accepted: 30, parked: 0 });
    const [tip] = await bus.house.source.query<{ readonly revision: string }[]>(
      `SELECT revision FROM read.feed_streams WHERE stream_id = 'tab-a0'`,
    );
    expect(Number(tip?.revision)).toBe((await bus.house.runner.current(tabs, 'a0')).revision);
  });

  it('go on where they were when they read the log themselves', async () => {
    const { house } = bus;
    await putAndPublish(10);
    const alone = new Policies([giveToTheHouse], new LogTail(house.store, tabCatalogue), {
      ...needs(),
      checkpoints: new PostgresCheckpoints(house.source),
    });
    alone.start();
    await alone.caughtUp(await house.store.latest());
    await alone.stop();
    await putAndPublish(5);
    const policies = target();
    await bus.feedAll(feedOf(policies));
    expect(await inTheHouse()).toBe(15);
    expect(policies.counts().get('give-to-the-house')?.accepted).toBe(5);
  });

  it('may begin with what comes from now on', async () => {
    await putAndPublish(10);
    const fromNow: AnyPolicy<Gift> = { ...giveToTheHouse, name: 'from-now', from: 'now' };
    await bus.feedAll(feedOf(target(fromNow)));
    expect(await inTheHouse()).toBe(0);
    await putAndPublish(3);
    await bus.feedAll(feedOf(target(fromNow)));
    expect(await inTheHouse()).toBe(3);
  });

  it('park a fact that they fail on, and go on', async () => {
    const failing: AnyPolicy<Gift> = {
      ...giveToTheHouse,
      on: {
        TabPut: (fact: never) => {
          if ((fact as { streamId: string }).streamId === 'tab-a1') throw new TypeError('not that one');
          return giveToTheHouse.on['TabPut']?.(fact) ?? [];
        },
      },
    };
    await putAndPublish(5);
    await bus.feedAll(feedOf(target(failing)));
    expect(await inTheHouse()).toBe(4);
    expect(await new PostgresCheckpoints(bus.house.source).listParked(5)).toMatchObject([
      { consumer: 'policy:give-to-the-house', key: 'tab-a1', error: 'not that one' },
    ]);
  });
});
