import { setTimeout as sleep } from 'node:timers/promises';
import { describeWithBroker, testBrokers } from '#libs/platform/testing/kafka-broker';
import { auditChain } from '../support/chain-audit';
import { Chain } from '../support/chain';
import { Joinings } from '../support/joinings';
import { faultRounds, Seeded } from '../support/seeded';
import type { ServiceName } from '../support/service-process';
import { TillLoad } from '../support/till-load';
import { verifyChain } from '../support/verify-chain';

/** Services of a chain are killed one after the other while tills sell and people join; each is started again. */
const victims: readonly ServiceName[] = ['relay', 'worker', 'till-api'];
const restMs = 15;
const lookEvery = 10;

describeWithBroker('services that are killed', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.open({ brokers: await testBrokers() });
  }, 150_000);
  afterAll(() => chain?.close(), 120_000);

  it(
    `in random order, ${faultRounds} times, lose nothing and do nothing twice`,
    async () => {
      const chance = Seeded.announced('chain killed');
      const members = await Promise.all(Array.from({ length: 8 }, () => chain.till.enrols()));
      const load = new TillLoad(chain, members, chance, restMs);
      const joinings = new Joinings(chain);
      const look = async (): Promise<void> => {
        await load.resend();
        await joinings.resend();
        const acknowledged = { tickets: load.history, members: [...members, ...joinings.members] };
        expect((await auditChain(chain, acknowledged)).faults).toEqual([]);
      };
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
        const accepted = load.count('accepted');
        await load.during(() => joinings.during(killOne));
        expect(load.count('accepted')).toBeGreaterThan(accepted);
        if (round % lookEvery === 0) await look();
      }
      await look();
      process.stdout.write(`chain killed: ${load.count('accepted')} accepted, ${joinings.members.length} joined\n`);
    },
    240_000 + faultRounds * 60_000,
  );

  it('then verify finds nothing', () => verifyChain(chain), 180_000);
});
