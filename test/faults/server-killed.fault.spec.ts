import { setTimeout as sleep } from 'node:timers/promises';
import { Club } from '../support/club';
import { regulars } from '../support/command-line';
import { Log } from '../support/log';
import { programme } from '../support/programmes';
import { faultRounds, Seeded } from '../support/seeded';
import { isAlive } from '../support/server-process';
import { bookings, TillLoad, wrongBookings } from '../support/till-load';

/** The server is killed while sixteen tills sell, at any instant; then it is started again on the same folder. */
const memberCount = 8;
let club: Club;
beforeAll(async () => {
  club = await Club.open({ database: 'embedded', programme: programme() });
}, 360_000);
afterAll(() => club?.close(), 360_000);

const lookIntoLog = async <T>(look: (log: Log) => Promise<T>): Promise<T> => {
  const log = await Log.of(club.server);
  try {
    return await look(log);
  } finally {
    await log.close();
  }
};

it(
  `after each of ${faultRounds} kills every accepted ticket is there once, every refused one not at all`,
  async () => {
    const chance = Seeded.announced('server killed');
    const members = await Promise.all(Array.from({ length: memberCount }, () => club.till.enrols()));
    const load = new TillLoad(club, members, chance);
    for (let round = 1; round <= faultRounds; round += 1) {
      const accepted = load.count('accepted');
      await load.during(async () => {
        await sleep(chance.between(150, 1_200));
        const postgres = chance.next() < 0.3 ? await club.server.postgresPid() : undefined;
        await club.server.kill();
        if (postgres !== undefined) process.kill(postgres, 'SIGKILL');
      });
      await club.server.run();

      expect(wrongBookings(load.history, await lookIntoLog(bookings))).toEqual([]);
      await load.resend();
      expect(load.count('unknown')).toBe(0);
      expect(wrongBookings(load.history, await lookIntoLog(bookings))).toEqual([]);
      for (const member of members) {
        const account = await club.account(member);
        expect({ points: account.wallets[0]?.available, purchases: account.purchases }).toEqual(load.expected(member));
      }
      expect(load.count('accepted')).toBeGreaterThan(accepted);
    }
    process.stdout.write(`server killed: ${load.count('accepted')} accepted, ${load.count('refused')} refused\n`);
    for (const sent of load.history.filter(({ status }) => status === 201).slice(-20)) {
      const again = await club.till.send(sent.ticket, sent.key);
      expect([again.status, again.text]).toEqual([201, sent.text]);
    }
    const verified = await regulars(club.server, 'verify', '--json');
    expect([verified.code, verified.text]).toEqual([0, verified.text]);
  },
  240_000 + faultRounds * 180_000,
);

it('stopped in order, it leaves nothing running behind', async () => {
  const postgres = await club.server.postgresPid();
  expect(postgres).toBeDefined();
  expect(await club.server.stop()).toBe(0);
  expect(isAlive(postgres ?? 0)).toBe(false);
  expect(await club.server.postgresPid()).toBeUndefined();
}, 240_000);

it('stopped in order while tills sell, it answers what is under way and keeps all it accepted', async () => {
  await club.server.run();
  const members = await Promise.all(Array.from({ length: memberCount }, () => club.till.enrols()));
  const load = new TillLoad(club, members, Seeded.announced('server stopped'));
  const code = await load.during(async () => {
    await sleep(500);
    return club.server.stop();
  });
  expect(code).toBe(0);
  await club.server.run();
  expect(wrongBookings(load.history, await lookIntoLog(bookings))).toEqual([]);
  await load.resend();
  for (const member of members) expect(await club.available(member)).toBe(load.expected(member).points);
  await club.server.stop();
}, 360_000);

it('what a kill left running is taken over by the next start and ends with it', async () => {
  await club.server.run();
  const orphan = await club.server.postgresPid();
  await club.server.kill();
  expect(isAlive(orphan ?? 0)).toBe(true);
  await club.server.run();
  expect(isAlive(orphan ?? 0)).toBe(false);
  const next = await club.server.postgresPid();
  expect(next).toBeDefined();
  await club.server.stop();
  expect(isAlive(next ?? 0)).toBe(false);
}, 360_000);
