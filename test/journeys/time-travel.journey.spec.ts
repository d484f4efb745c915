import type { LotAnswer, PageAnswer } from '../support/answers';
import { accepted } from '../support/client';
import { Club } from '../support/club';
import { perDollar, programme } from '../support/programmes';

/** What was true at a moment, and what was known of it at another. */
let club: Club;
let member: string;
beforeAll(async () => {
  const points = { expiry: { mode: 'after', period: 'P30D' }, payWithPoints: { perPoints: 1, amountMinor: 1 } };
  club = await Club.open({ now: '2026-03-01T00:00:00Z', programme: programme({ points }) });
  const { till } = club;
  member = await till.enrols();
  await till.sells(member, 10_000);
  await club.clockTo('2026-03-05T00:00:00Z');
  const held = await till.holdsPayment(member, { wallet: 'points', billMinor: 40, points: 40 });
  await till.settles(held.redemptionId, 'capture');
  await club.clockTo('2026-03-10T00:00:00Z');
  await till.sells(member, 2_000, { occurredAt: '2026-03-03T00:00:00Z' });
  await club.publishes(programme({ points, rules: [perDollar(5)] }));
  await club.clockTo('2026-04-15T00:00:00Z');
});
afterAll(() => club?.close());

it.each([
  ['before anything happened', '2026-02-28T00:00:00Z', 0, 0],
  ['after the first sale', '2026-03-01T00:00:00Z', 100, 1],
  ['after the sale that was told a week late', '2026-03-03T00:00:00Z', 120, 2],
  ['after the redemption', '2026-03-05T00:00:00Z', 80, 2],
  ['just before the first points ended', '2026-03-30T23:59:59Z', 80, 2],
  ['as the first points ended', '2026-03-31T00:00:00Z', 20, 2],
  ['as the last points ended', '2026-04-02T00:00:00Z', 0, 2],
])('%s (%s) there were %i points of %i purchases', async (_, asOf, available, purchases) => {
  const account = await club.account(member, `asOf=${asOf}`);
  expect([account.wallets[0]?.available ?? 0, account.purchases]).toEqual([available, purchases]);
  expect(Date.parse(account.asOf)).toBe(Date.parse(asOf));
});

it.each([
  ['2026-03-03T00:00:00Z', '2026-03-09T23:59:59Z', 100],
  ['2026-03-03T00:00:00Z', '2026-03-10T00:00:00Z', 120],
  ['2026-03-08T00:00:00Z', '2026-03-04T00:00:00Z', 100],
  ['2026-03-08T00:00:00Z', '2026-03-08T00:00:00Z', 60],
])('of %s it was known at %s that there were %i points', async (asOf, knownAt, points) => {
  expect(await club.available(member, 'points', `asOf=${asOf}&knownAt=${knownAt}`)).toBe(points);
});

it('lots, statement and explanations answer for the same moments', async () => {
  const path = `/v1/accounts/${member}`;
  const early = '?asOf=2026-03-02T00:00:00Z';
  const lots = accepted(await club.office.get<PageAnswer<LotAnswer>>(`${path}/lots${early}`), 200).items;
  expect(lots).toMatchObject([{ points: 100, remaining: 100, state: 'active' }]);
  const statement = accepted(await club.office.get<PageAnswer<object>>(`${path}/statement${early}`), 200).items;
  expect(statement).toMatchObject([{ kind: 'earned', points: 100 }]);
  const explained = accepted(await club.office.get(`${path}/explain/${lots[0]?.lotId}`), 200);
  expect(explained).toMatchObject({ rule: 'base', programmeVersion: 1, award: { points: 1, perMinor: 100 } });
});

it('the programme of a moment is the one that was in force', async () => {
  const rate = async (asOf: string): Promise<unknown> => {
    const reply = await club.office.get<{ version: number }>(`/v1/programme?asOf=${asOf}`);
    return accepted(reply, 200).version;
  };
  expect([await rate('2026-03-09T23:59:59Z'), await rate('2026-03-10T00:00:00Z')]).toEqual([1, 2]);
});

it('a statement is read page by page, newest first, without gap or repeat', async () => {
  const busy = await club.till.enrols();
  for (let n = 1; n <= 7; n += 1) await club.till.sells(busy, n * 100);
  const points: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const path = `/v1/accounts/${busy}/statement?limit=3${query}`;
    const page: PageAnswer<{ points: number }> = accepted(
      await club.office.get<PageAnswer<{ points: number }>>(path),
      200,
    );
    points.push(...page.items.map((entry) => entry.points));
    cursor = page.nextCursor;
  }
  expect(points).toEqual([35, 30, 25, 20, 15, 10, 5]);
});
