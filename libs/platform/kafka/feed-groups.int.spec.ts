import { dueRows, storedRows, trade } from '#libs/platform/read-models/testing/tab-house';
import { tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import type { BatchTaken } from './feed';
import { FedProjections } from './feed-projections';
import { openTabBus, type TabBus } from './testing/bus';

let bus: TabBus;

const rowsAreDue = async (): Promise<void> => {
  for (const projection of tabProjections)
    expect(await storedRows(bus.house.source, projection)).toEqual(await dueRows(bus.house, projection));
};

/** Takes its time over every batch, and says when it began one. */
class Slowly extends FedProjections {
  begun = 0;
  pauseMs = 300;

  override async before(): Promise<void> {
    this.begun += 1;
    await new Promise((resolve) => setTimeout(resolve, this.pauseMs));
    return super.before();
  }
}

describeWithBroker('several processes of one feed', () => {
  beforeEach(async () => {
    bus = await openTabBus();
  });
  afterEach(() => bus.close());

  const publish = async (count: number, seed: number, before: number): Promise<number> => {
    const made = before + (await trade(bus.house, count, seed));
    await bus.house.readable(made);
    await bus.publishAll();
    return made;
  };

  it('share the partitions and count nothing twice, also when one joins while a batch is in hand', async () => {
    let made = await publish(150, 1, 0);
    const slow = new Slowly(bus.house.source, tabProjections);
    const taken: Record<'first' | 'second', BatchTaken[]> = { first: [], second: [] };
    const first = bus.feed({ target: slow, onBatch: (batch) => taken.first.push(batch) });
    first.start();
    while (slow.begun === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = bus.feed({ onBatch: (batch) => taken.second.push(batch) });
    second.start();
    // What is there already may all be in the first one's hands: the second gets its share of what comes.
    for (let seed = 10; taken.second.length === 0; seed += 1) made = await publish(20, seed, made);
    slow.pauseMs = 0;
    made = await publish(60, 3, made);
    await first.caughtUp(await bus.house.store.latest());
    await rowsAreDue();
    const facts = [...taken.first, ...taken.second].reduce((sum, batch) => sum + batch.facts, 0);
    expect(facts).toBe(made);
    await second.stop();
    made = await publish(40, 4, made);
    await first.caughtUp(await bus.house.store.latest());
    await first.stop();
    await rowsAreDue();
  });

  it('lose only the race when one was thought dead and comes back with its batch', async () => {
    await publish(80, 1, 0);
    const slow = new Slowly(bus.house.source, tabProjections);
    slow.pauseMs = 9_000;
    // No sign of life while it holds its batch: its partitions are given to the other one.
    const sleeper = bus.feed({ target: slow, settings: { sessionMs: 60_000, rebalanceMs: 2_000 } });
    sleeper.start();
    while (slow.begun === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const other = bus.feed({ settings: { sessionMs: 6_000, rebalanceMs: 2_000 } });
    other.start();
    await other.caughtUp(await bus.house.store.latest());
    await rowsAreDue();
    await sleeper.stop();
    await other.stop();
    await rowsAreDue();
  }, 240_000);
});
