import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalBroker } from '#libs/platform/kafka/local-broker';
import { EmbeddedPostgres } from '#libs/platform/postgres/embedded-postgres';
import { describeWithOwnBroker, ownBrokerFiles } from '#libs/platform/testing/kafka-broker';
import { Chain } from '../support/chain';
import { auditAfter, type ChainLoad } from '../support/chain-load';
import { isFullForm } from '../support/seeded';
import { eventually } from '../support/server-process';
import { verifyChain } from '../support/verify-chain';

/** What a chain stands on goes away while tills sell and people join, and comes back. */
const brokerAwayMs = isFullForm ? 30_000 : 2_500;
const postgresAwayMs = isFullForm ? 20_000 : 1_500;
const patienceMs = 90_000;

describeWithOwnBroker('a chain whose neighbours go away', () => {
  let folder: string;
  let broker: LocalBroker;
  let postgres: EmbeddedPostgres;
  let chain: Chain;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'regulars-faults-'));
    await chmod(folder, 0o755);
    broker = await LocalBroker.start({ files: ownBrokerFiles(), folder: join(folder, 'kafka') });
    postgres = await EmbeddedPostgres.start({ folder });
    const database = { url: postgres.url, drop: () => postgres.stop() };
    chain = await Chain.open({ brokers: [broker.address], database });
  }, 480_000);
  afterAll(async () => {
    await chain?.close();
    await broker?.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }, 360_000);

  const names = ['till-api', 'office-api', 'worker', 'relay'] as const;
  const numbers = (): readonly number[] => names.map((name) => chain.process(name).pid);

  /** Something happens to a chain at work; afterwards all must be as if nothing had, with the same processes. */
  const survives = async (what: string, happens: (load: ChainLoad) => Promise<void>): Promise<void> => {
    const before = numbers();
    const { faults } = await auditAfter(chain, what, async (load) => {
      await load.sells();
      await happens(load);
    });
    expect(faults).toEqual([]);
    expect(numbers()).toEqual(before);
  };

  it('goes on selling while the broker is away, and catches up when it is back', async () => {
    await survives('broker stopped', async (load) => {
      await broker.stop();
      await sleep(brokerAwayMs);
      await load.sells();
      await broker.restart();
    });
  }, 900_000);

  it('answers 503 while PostgreSQL is stopped, and goes on when it is back', async () => {
    await survives('PostgreSQL stopped', async ({ tickets }) => {
      await postgres.stop();
      await eventually('a ticket is answered 503 or not at all', () => tickets.count('unknown') > 0, patienceMs);
      await sleep(postgresAwayMs);
      postgres = await EmbeddedPostgres.start({ folder });
    });
  }, 900_000);

  it('loses nothing when PostgreSQL is killed', async () => {
    await survives('PostgreSQL killed under a chain', async ({ tickets }) => {
      const unknown = tickets.count('unknown');
      process.kill(postgres.pid ?? 0, 'SIGKILL');
      await eventually('a ticket is answered 503 or not at all', () => tickets.count('unknown') > unknown, patienceMs);
    });
  }, 900_000);

  it('then verify finds nothing', () => verifyChain(chain), 360_000);
});
