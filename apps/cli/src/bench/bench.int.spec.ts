import { DataSource } from 'typeorm';
import { bookTickets, withBenchServer, withClub } from './bench-club';
import { benchReplay } from './replay-bench';
import { inThrowAwayFolder } from './throw-away';
import { TicketMill } from './ticket-mill';
import { benchTill } from './till-bench';
import { benchHot, hotMember } from './hot-bench';
import { WrongResult } from './wrong-result';

const members = Array.from({ length: 30 }, (_, index) => TicketMill.member(index));
const { signal } = new AbortController();
const little = { rounds: 1, roundMs: 150, connections: 4, warmUp: 10, longRun: 40 };

it(
  'the till: every balance is what the tickets must have earned',
  () =>
    inThrowAwayFolder(async (folder) => {
      await withClub(folder, members, { signal }, async () => undefined);
      const rounds: string[] = [];
      const figures = await withBenchServer(folder, (server) =>
        benchTill(server, members, little, { onRound: (name) => rounds.push(name) }),
      );
      expect(rounds).toEqual(['regulars', 'bare route', 'SQL ledger']);
      expect(figures.tickets).toBeGreaterThan(40);
      expect(figures.memory.before).toBeGreaterThan(10_000_000);
      expect(figures.catchUpSeconds.length).toBe(2);
    }),
  360_000,
);

it(
  'the till: refuses its figures when a balance was tampered with',
  () =>
    inThrowAwayFolder(async (folder) => {
      await withClub(folder, members, { signal }, async () => undefined);
      const tampered = withBenchServer(folder, async (server) => {
        const database = await new DataSource({ type: 'postgres', url: server.databaseUrl() }).initialize();
        // Two of them: the ticket that follows puts the row of its member right again, whoever that is.
        const tamper = (): Promise<unknown> =>
          database.query(`UPDATE log.streams SET snapshot_fold = snapshot_fold; UPDATE read.account_overview
          SET wallets = jsonb_set(wallets, '{points,points}', '1') WHERE member_id IN ('M7', 'M8')`);
        try {
          return await benchTill(server, members, { ...little, longRun: 1 }, { onRound: tamper });
        } finally {
          await database.destroy();
        }
      });
      await expect(tampered).rejects.toThrow(WrongResult);
    }),
  360_000,
);

it(
  'one member with many tickets at once, and tickets sent twice: exact sums',
  () =>
    inThrowAwayFolder(async (folder) => {
      await withClub(folder, [...members, hotMember], { signal }, async () => undefined);
      const settings = { parallel: 20, tickets: 60 };
      const figures = await withBenchServer(folder, (server) => benchHot(server, members.length, settings));
      expect(figures).toMatchObject({ parallel: 20, tickets: 60, sentTwice: 12 });
    }),
  360_000,
);

describe('replay', () => {
  const replay = (change?: (database: DataSource) => Promise<unknown>) =>
    inThrowAwayFolder((folder) =>
      withClub(folder, members, { signal }, async ({ desk, workplace }) => {
        const mill = new TicketMill(members.length);
        await bookTickets(desk, mill, 60, () => undefined);
        await workplace.reacted();
        const { store, dataSource: source } = workplace.platform;
        await change?.(source);
        return benchReplay({ store, source, mill, members }, 1);
      }),
    );

  it('folds every account and builds every read model', async () => {
    const { events, accountEvents, foldPerSecond, rebuildPerSecond } = await replay();
    expect(accountEvents).toBeGreaterThanOrEqual(60 * 2);
    expect(events).toBeGreaterThan(accountEvents + members.length * 2);
    for (const perSecond of [foldPerSecond, rebuildPerSecond]) expect(perSecond).toBeGreaterThan(0);
  }, 360_000);

  it('refuses its figures when the log was tampered with', async () => {
    const tampered = replay((database) =>
      database.query(`SET session_replication_role = replica; GRANT ALL ON log.events TO CURRENT_USER;
        UPDATE log.events SET data = jsonb_set(data::jsonb, '{points}', '1')::text
        WHERE type = 'PointsEarned' AND stream_id = 'account-M3' AND revision = 1`),
    );
    await expect(tampered).rejects.toThrow(WrongResult);
  }, 360_000);
});
