import { join } from 'node:path';
import { MessageSender } from '#libs/platform/kafka/message-sender';
import { describeWithBroker, testBrokers } from '#libs/platform/testing/kafka-broker';
import { Chain } from '../support/chain';
import { auditChain, heldIn } from '../support/chain-audit';
import { Joinings } from '../support/joinings';
import { Seeded } from '../support/seeded';
import { eventually } from '../support/server-process';
import { TillLoad } from '../support/till-load';
import { verifyChain } from '../support/verify-chain';

/** Messages that cannot be read and facts that cannot be taken come while tills sell and people join. */
const restMs = 15;
const patienceMs = 120_000;
const otherRelease = join(__dirname, '..', 'support', 'other-release.cjs');

describeWithBroker('a chain that is given what it cannot take', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.open({ brokers: await testBrokers() });
  }, 150_000);
  afterAll(() => chain?.close(), 120_000);

  /** Sells and enrols while something happens; answers what is wrong with it when it has come to rest. */
  const faultsAfter = async (what: string, happens: () => Promise<void>): Promise<readonly string[]> => {
    const members = await Promise.all(Array.from({ length: 8 }, () => chain.till.enrols()));
    const load = new TillLoad(chain, members, Seeded.announced(what), restMs);
    const joinings = new Joinings(chain);
    const sells = async (): Promise<void> => {
      const accepted = load.count('accepted');
      await eventually('tickets are accepted', () => load.count('accepted') > accepted + 60, patienceMs);
    };
    await load.during(() =>
      joinings.during(async () => {
        await happens();
        await sells();
      }),
    );
    await load.resend();
    await joinings.resend();
    const { faults } = await auditChain(chain, { tickets: load.history, members: [...members, ...joinings.members] });
    return faults;
  };

  const nothingIsHeld = (): Promise<void> =>
    eventually('nothing is held up any more', async () => (await heldIn(chain)).length === 0, patienceMs);

  const replaceWorker = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
    const before = chain.process('worker');
    await chain.start('worker', more);
    await before.stop();
  };

  it('looks up what a damaged message was about, and notes one that says nothing', async () => {
    const member = await chain.till.enrols();
    await chain.settled();
    const faults = await faultsAfter('damaged messages', async () => {
      await chain.process('relay').kill();
      const facts = await chain.look((log) => log.stream(`account-${member}`));
      await chain.till.sells(member, 1_000);
      const value = '{"specversion":"1.0","id":';
      const sender = new MessageSender(chain.kafka);
      await sender.send({
        topic: chain.topic.name,
        messages: [
          { key: member, value, headers: { fact: `account-${member}@${facts.length}` } },
          { key: member, value },
        ],
      });
      await sender.close();
      await chain.start('relay');
      await chain.till.sells(member, 2_000);
    });
    expect(faults.filter((fault) => !fault.includes(` holds ${chain.topic.name}/`))).toEqual([]);
    expect(faults.length).toBe(chain.feeds.length);
    await replaceWorker();
    await nothingIsHeld();
    expect(await faultsAfter('damaged messages dealt with', async () => undefined)).toEqual([]);
  }, 300_000);

  it('holds up the member of a fact that a release cannot take, and no other, until one comes that can', async () => {
    const [unlucky, ahead] = [await chain.till.enrols(), await chain.till.enrols()];
    await chain.settled();
    await replaceWorker({
      NODE_OPTIONS: `--require ${otherRelease}`,
      REGULARS_TEST_UNKNOWN_TYPE: 'VisitRecorded',
      REGULARS_TEST_UNLUCKY_STREAM: `account-${unlucky}`,
    });
    const faults = await faultsAfter('a fact that cannot be taken', async () => {
      await chain.till.welcomes(ahead);
      for (const member of [ahead, unlucky]) await chain.till.sells(member, 3_000);
    });
    const [readModels, policies] = chain.feeds;
    const held = faults.filter((fault) => fault.includes(' holds '));
    expect(held.sort()).toEqual(
      [
        `${policies} holds account-${ahead}: This program does not know VisitRecorded of version 1.`,
        `${readModels} holds account-${ahead}: This program does not know VisitRecorded of version 1.`,
        `${readModels} holds account-${unlucky}: A mistake of this release.`,
      ].sort(),
    );
    const isTheirs = (fault: string): boolean =>
      fault.includes(ahead) || fault.includes(unlucky) || fault.startsWith('store-day-sales');
    expect(faults.filter((fault) => !isTheirs(fault))).toEqual([]);
    await replaceWorker();
    await nothingIsHeld();
    expect(await faultsAfter('facts taken after all', async () => undefined)).toEqual([]);
    await verifyChain(chain);
  }, 420_000);
});
