import { dueRows, storedRows, trade } from '#libs/platform/read-models/testing/tab-house';
import { tabProjections } from '#libs/platform/read-models/testing/tab-rows';
import { describeWithBroker } from '#libs/platform/testing/kafka-broker';
import { openTabBus, type TabBus } from './testing/bus';

let bus: TabBus;

const expectRows = async (): Promise<void> => {
  for (const projection of tabProjections)
    expect(await storedRows(bus.house.source, projection)).toEqual(await dueRows(bus.house, projection));
};

describeWithBroker('a feed', () => {
  beforeEach(async () => {
    bus = await openTabBus();
  });
  afterEach(() => bus.close());

  it('brings every table to what the log adds up to', async () => {
    const made = await trade(bus.house, 200);
    await bus.house.readable(made);
    await bus.publishAll();
    await bus.feedAll(bus.feed({ report: (p, d) => console.log(p, JSON.stringify(d)) }));
    await expectRows();
    expect(bus.house.reports).toEqual([]);
  });
});
