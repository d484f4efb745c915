import { describeWithBroker, testBrokers } from '#libs/platform/testing/kafka-broker';
import { besideRelay } from '../support/beside-relay';
import { Chain } from '../support/chain';
import type { ChainAudit } from '../support/chain-audit';
import { auditAfter, type ChainLoad } from '../support/chain-load';
import { eventually } from '../support/server-process';
import type { ServiceProcess } from '../support/service-process';
import { verifyChain } from '../support/verify-chain';

/** The same work is given to two processes, the same message comes twice, and work changes hands half done. */
const patienceMs = 120_000;

/** Statements that wait for another session. */
const waiting = `
SELECT pid, query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;

/** Sessions that are within a transaction. */
const inTransaction = "SELECT pid FROM pg_stat_activity WHERE pid = ANY($1) AND state <> 'idle'";

interface Session {
  readonly pid: number;
  readonly query: string;
}

describeWithBroker('a chain that does things twice', () => {
  let chain: Chain;
  beforeAll(async () => {
    chain = await Chain.open({ brokers: await testBrokers() });
  }, 360_000);
  afterAll(() => chain?.close(), 360_000);

  /** Something happens to a chain at work; afterwards all must be as if everything had come once. */
  const survives = async (what: string, happens: (load: ChainLoad) => Promise<void>): Promise<ChainAudit> => {
    const audit = await auditAfter(chain, what, happens);
    expect(audit.faults).toEqual([]);
    return audit;
  };

  it('shares the work when the same worker is started twice', async () => {
    const port = new URL(chain.process('worker').url).port;
    await survives('worker started twice', async (load) => {
      const same = chain.services.start('worker', { REGULARS_WORKER_PORT: port });
      const second = await chain.services.start('worker').ready();
      await load.sells();
      expect(await same.exit()).toBe(1);
      expect(same.output).toContain('EADDRINUSE');
      expect(await second.stop()).toBe(0);
    });
  }, 600_000);

  it('has every effect once when two relays publish everything side by side', async () => {
    const twice: string[] = [];
    const audit = await survives('two relays', (load) =>
      besideRelay(chain, async () => {
        const before = await chain.look((log) => log.everything());
        await load.sells();
        const after = await chain.look((log) => log.everything());
        twice.push(...after.slice(before.length).map(({ eventId }) => eventId));
      }),
    );
    expect(twice.filter((eventId) => (audit.times.get(eventId) ?? 0) < 2)).toEqual([]);
    expect(twice.length).toBeGreaterThan(40);
  }, 600_000);

  it('has every effect once when everything since the beginning is delivered again', async () => {
    const before = await chain.look((log) => log.everything());
    const audit = await survives('delivered again', async () => {
      await chain.process('relay').kill();
      await chain.query("DELETE FROM read.checkpoints WHERE name = 'relay'");
      await chain.start('relay');
    });
    expect(before.filter(({ eventId }) => (audit.times.get(eventId) ?? 0) < 2)).toEqual([]);
  }, 600_000);

  it('hands over partitions whose batch is in hand, and neither loses nor doubles it', async () => {
    const first = chain.process('worker');
    const second = (): Promise<ServiceProcess> => chain.services.start('worker').ready();
    const thatWait = async (what: RegExp): Promise<readonly number[]> =>
      (await chain.query<Session>(waiting)).filter(({ query }) => what.test(query)).map(({ pid }) => pid);
    let inHand: readonly number[] = [];
    const frozen = async (): Promise<ServiceProcess> =>
      chain.holding('LOCK TABLE read.account_overview IN SHARE MODE', async () => {
        const areInHand = async (): Promise<boolean> => (inHand = await thatWait(/account_overview/)).length > 0;
        await eventually('batches are in hand', areInHand, patienceMs);
        const other = await second();
        first.freeze();
        return other;
      });
    /** Or, on a very slow machine, the database has taken it away from the first. */
    const areHandedOver = async (): Promise<boolean> =>
      (await thatWait(/feed_offsets.*FOR UPDATE/s)).length > 0 ||
      (await chain.query(inTransaction, [inHand])).length === 0;
    await survives('rebalanced', async (load) => {
      try {
        const other = await frozen();
        await eventually('another comes to the same batch', areHandedOver, patienceMs);
        first.thaw();
        await load.sells();
        expect(await other.stop()).toBe(0);
      } finally {
        first.thaw();
      }
    });
  }, 900_000);

  it('then verify finds nothing', () => verifyChain(chain), 360_000);
});
