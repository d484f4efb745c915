import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithBroker, testBrokers } from '#libs/platform/testing/kafka-broker';
import { Chain } from '../support/chain';
import { ChainLoad } from '../support/chain-load';
import { faultRounds } from '../support/seeded';
import { eventually } from '../support/server-process';
import type { ServiceName } from '../support/service-process';
import { verifyChain } from '../support/verify-chain';

/** Services of a chain are killed one after the other while tills sell and people join; each is started again. */
const victims: readonly ServiceName[] = ['relay', 'worker', 'till-api'];
/** Rounds between two looks at everything. */
const lookEvery = 5;

describeWithBroker('services that are killed', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.open({ brokers: await testBrokers() });
  }, 360_000);
  afterAll(() => chain?.close(), 360_000);

  it(
    `in random order, ${faultRounds} times, lose nothing and do nothing twice`,
    async () => {
      const load = await ChainLoad.on(chain, 'chain killed');
      const { chance, tickets } = load;
      let order: ServiceName[] = [];
      const killOne = async (): Promise<void> => {
        if (order.length === 0) order = chance.shuffled(victims);
        const victim = order.pop() ?? 'worker';
        await sleep(chance.between(50, 1_000));
        await chain.process(victim).kill();
        await sleep(chance.between(0, 300));
        await chain.start(victim);
      };
      for (let round = 1; round <= faultRounds; round += 1) {
        const accepted = tickets.count('accepted');
        await load.during(async () => {
          await killOne();
          await eventually('tickets are accepted again', () => tickets.count('accepted') > accepted);
        });
        if (round % lookEvery === 0 || round === faultRounds) expect((await load.audit()).faults).toEqual([]);
      }
      const [accepted, refused] = (['accepted', 'refused'] as const).map((outcome) => tickets.count(outcome));
      process.stdout.write(`chain killed ${faultRounds} times: ${accepted} accepted, ${refused} refused\n`);
    },
    480_000 + faultRounds * 180_000,
  );

  it('then verify finds nothing', () => verifyChain(chain), 360_000);
});
