import { join } from 'node:path';
import { catalogue } from '#libs/composition/contexts';
import { MessageSender } from '#libs/platform/kafka/message-sender';
import { describeWithBroker, testBrokers } from '#libs/platform/testing/kafka-broker';
import { Chain } from '../support/chain';
import { heldIn } from '../support/chain-audit';
import { auditAfter } from '../support/chain-load';
import { regulars } from '../support/command-line';
import { eventually } from '../support/server-process';
import { verifyChain } from '../support/verify-chain';

/** Messages that cannot be read and facts that cannot be taken come while tills sell and people join. */
const patienceMs = 120_000;
const otherRelease = join(__dirname, '..', 'support', 'other-release.cjs');

describeWithBroker('a chain that is given what it cannot take', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.open({ brokers: await testBrokers() });
  }, 360_000);
  afterAll(() => chain?.close(), 360_000);

  /** What is wrong with a chain at work to which something happened, once it is at rest. */
  const faultsAfter = async (what: string, happens: () => Promise<void>): Promise<readonly string[]> =>
    (await auditAfter(chain, what, happens)).faults;

  /** As an operator does, once the cause is gone. */
  const repairs = async (): Promise<void> => {
    const { code, text } = await regulars(chain.services, 'repair', '--json');
    expect([code, text]).toEqual([0, text]);
    expect(await heldIn(chain)).toEqual([]);
  };

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
    await repairs();
    expect(await faultsAfter('damaged messages dealt with', async () => undefined)).toEqual([]);
  }, 600_000);

  it('holds up the member of a fact that a release cannot take, and no other, until one comes that can', async () => {
    const [unlucky, ahead] = ['unlucky', await chain.till.enrols()];
    await chain.settled();
    await replaceWorker({
      NODE_OPTIONS: `--require ${otherRelease}`,
      REGULARS_TEST_UNKNOWN_TYPE: 'VisitRecorded',
      REGULARS_TEST_UNLUCKY_MEMBER: unlucky,
    });
    const faults = await faultsAfter('facts that cannot be taken', async () => {
      await chain.till.enrols({}, { memberId: unlucky });
      await chain.till.welcomes(ahead);
      for (const member of [ahead, unlucky]) await chain.till.sells(member, 3_000);
    });
    const [readModels, policies] = chain.feeds;
    const version = catalogue.versionOf('VisitRecorded');
    const unknown = `This program does not know VisitRecorded of version ${version}.`;
    const mistake = 'A mistake of this release.';
    expect(await heldIn(chain)).toEqual([
      `policy:book-enrolments passed over member-${unlucky}: ${mistake}`,
      `${policies} holds account-${ahead}: ${unknown}`,
      `${readModels} holds account-${ahead}: ${unknown}`,
      `${readModels} holds account-${unlucky}: ${mistake}`,
    ]);
    const isTheirs = (fault: string): boolean =>
      fault.includes(ahead) || fault.includes(unlucky) || fault.startsWith('store-day-sales');
    expect(faults.filter((fault) => !isTheirs(fault))).toEqual([]);
    await replaceWorker();
    const held = async (): Promise<readonly string[]> =>
      (await heldIn(chain)).filter((each) => !each.startsWith('policy:'));
    await eventually('no stream is held up any more', async () => (await held()).length === 0, patienceMs);
    await repairs();
    expect(await faultsAfter('facts taken after all', async () => undefined)).toEqual([]);
  }, 900_000);

  it('then verify finds nothing', () => verifyChain(chain), 360_000);
});
