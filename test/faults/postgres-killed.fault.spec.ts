import { setTimeout as sleep } from 'node:timers/promises';
import type { Reply } from '../support/client';
import { Club } from '../support/club';
import { regulars } from '../support/command-line';
import { Log } from '../support/log';
import { programme } from '../support/programmes';
import { faultRounds, Seeded } from '../support/seeded';
import { eventually } from '../support/server-process';
import { bookings, TillLoad, wrongBookings } from '../support/till-load';

/** PostgreSQL is killed while sixteen tills sell; the server starts it again by itself. */
let club: Club;
beforeAll(async () => {
  club = await Club.open({ database: 'embedded', programme: programme() });
}, 360_000);
afterAll(() => club?.close(), 360_000);

it(
  `${faultRounds} times: 503 meanwhile, then it goes on, and nothing accepted is lost`,
  async () => {
    const chance = Seeded.announced('PostgreSQL killed');
    const members = await Promise.all(Array.from({ length: 8 }, () => club.till.enrols()));
    const load = new TillLoad(club, members, chance);
    const { pid } = club.server;
    for (let round = 1; round <= faultRounds; round += 1) {
      const before = await load.during(async () => {
        await sleep(chance.between(150, 800));
        const postgres = await club.server.postgresPid();
        if (postgres === undefined) throw new Error('There is no PostgreSQL to kill.');
        process.kill(postgres, 'SIGKILL');
        const accepted = load.count('accepted');
        await eventually('a ticket is answered 503 or not at all', () => load.count('unknown') > 0);
        await eventually('tickets are accepted again', () => load.count('accepted') > accepted + 20);
        return postgres;
      });
      expect(await club.server.postgresPid()).not.toBe(before);
      await load.resend();
    }
    expect(club.server.pid).toBe(pid);
    const codes = new Set(load.history.map((sending) => sending.status));
    expect([...codes].filter((code) => ![200, 201, 400].includes(code ?? 0))).toEqual([]);
    const log = await Log.of(club.server);
    expect(wrongBookings(load.history, await bookings(log))).toEqual([]);
    await log.close();
    for (const member of members) {
      const account = await club.account(member);
      expect({ points: account.wallets[0]?.available, purchases: account.purchases }).toEqual(load.expected(member));
    }
    process.stdout.write(`PostgreSQL killed: ${load.count('accepted')} accepted\n`);
    const verified = await regulars(club.server, 'verify', '--json');
    expect([verified.code, verified.text]).toEqual([0, verified.text]);
  },
  240_000 + faultRounds * 180_000,
);

it('while PostgreSQL is away every route says 503 and when to come again, and is there again by itself', async () => {
  const member = await club.till.enrols({ phone: '+61400000001' });
  const routes: Readonly<Record<string, () => Promise<Reply<object>>>> = {
    sell: () => club.till.send(club.till.ticket(member, 100)),
    'look up': () => club.till.client.post('/v1/members/lookup', { identifier: '+61400000001' }),
    enrol: () => club.till.client.post('/v1/members', { storeId: 'S1', channel: 'till', profile: {} }),
    'list members': () => club.office.get('/v1/members'),
    statement: () => club.office.get(`/v1/accounts/${member}/statement`),
    report: () => club.office.get('/v1/reports/store-days?storeId=S1&from=2026-01-01&to=2026-12-31'),
    ready: () => club.office.get('/health/ready'),
  };
  const names = Object.keys(routes);
  const wrong: string[] = [];
  const unavailable = new Set<string>();
  const ask = async (name: string): Promise<number> => {
    const { status, headers, text } = await routes[name]!();
    if (status === 503 && headers.get('retry-after') === '1') unavailable.add(name);
    else if (status >= 300) wrong.push(`${name} is answered ${status}: ${text}`);
    return status;
  };
  await eventually(
    'each of them is answered 503',
    async () => {
      const postgres = await club.server.postgresPid();
      if (postgres !== undefined) process.kill(postgres, 'SIGKILL');
      await Promise.all(names.map(ask));
      return unavailable.size === names.length;
    },
    240_000,
  );
  for (const name of names) await eventually(`${name} works again`, async () => (await ask(name)) < 300);
  expect(wrong).toEqual([]);
}, 360_000);
