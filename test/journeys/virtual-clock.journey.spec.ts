import type { PageAnswer } from '../support/answers';
import { accepted, codeOf } from '../support/client';
import { Club } from '../support/club';
import { Log } from '../support/log';
import { fixedFor, perDollar, programme } from '../support/programmes';

/** What time alone brings about, each thing at its own instant and in order. */
const tiers = {
  metric: 'netSpend',
  window: { kind: 'calendar', unit: 'quarter' },
  validity: 'endOfNextPeriod',
  downgrade: 'toQualified',
  notice: 'P30D',
  levels: [
    { code: 'member', min: 0 },
    { code: 'silver', min: 50_000 },
  ],
};
const document = programme({
  points: {
    pending: { mode: 'after', period: 'P14D' },
    expiry: { mode: 'after', period: 'P6M' },
    payWithPoints: { perPoints: 1, amountMinor: 1 },
  },
  rules: [perDollar(1), fixedFor('enrolment', 200), fixedFor('birthday', 100)],
  tiers,
});

let club: Club;
let log: Log | undefined;
beforeAll(async () => {
  club = await Club.open({ now: '2026-02-10T00:00:00Z', programme: document });
  log = await Log.of(club.server);
});
afterAll(async () => {
  await log?.close();
  await club?.close();
});

interface Entry {
  readonly at: string;
  readonly kind: string;
  readonly points: number;
}

const statement = async (memberId: string): Promise<readonly Entry[]> =>
  accepted(await club.office.get<PageAnswer<Entry>>(`/v1/accounts/${memberId}/statement?limit=100`), 200).items;

const code = async (memberId: string): Promise<string | undefined> => (await club.account(memberId)).tier?.code;

it('a year in the life of a member', async () => {
  const ada = await club.till.enrols({ givenName: 'Ada', birthday: '1990-05-17' });
  await club.settled();
  expect(await club.wallet(ada, 'points')).toMatchObject({ available: 0, pending: 200 });

  const sold = await club.till.sells(ada, 60_000);
  expect(sold.tier).toMatchObject({ code: 'silver', from: 'member', validUntil: '2026-06-30T14:00:00.000Z' });
  expect(await club.wallet(ada, 'points')).toMatchObject({ available: 0, pending: 800 });

  await club.clockTo('2026-02-23T23:59:59.999Z');
  expect(await club.wallet(ada, 'points')).toMatchObject({ available: 0, pending: 800 });
  await club.clockTo('2026-02-24T00:00:00Z');
  expect(await club.wallet(ada, 'points')).toMatchObject({ available: 800, pending: 0 });

  const held = await club.till.holdsPayment(ada, { wallet: 'points', billMinor: 1_000, points: 300 });
  await club.clockTo('2026-02-24T00:14:59Z');
  expect(await club.wallet(ada, 'points')).toMatchObject({ available: 500, held: 300 });
  await club.clockTo('2026-02-24T00:15:00Z');
  expect(await club.wallet(ada, 'points')).toMatchObject({ available: 800, held: 0 });
  const captured = await club.till.client.post(`/v1/redemptions/${held.redemptionId}/capture`);
  expect([captured.status, captured.status === 200 ? '' : codeOf(captured)]).toEqual([200, '']);
  expect(await club.available(ada)).toBe(500);

  await club.clockTo('2026-05-18T00:00:00Z');
  expect(await club.wallet(ada, 'points')).toMatchObject({ available: 500, pending: 100 });
  expect((await statement(ada))[0]).toMatchObject({ at: '2026-05-16T14:00:00.000Z', points: 100 });

  await club.clockTo('2026-06-30T13:59:59.999Z');
  expect(await code(ada)).toBe('silver');
  await club.clockTo('2026-06-30T14:00:00Z');
  expect(await code(ada)).toBe('member');

  await club.clockTo('2026-08-24T00:59:59.999Z');
  expect(await club.available(ada)).toBe(600);
  await club.clockTo('2026-08-24T01:00:00Z');
  expect(await club.available(ada)).toBe(100);
  expect((await statement(ada))[0]).toMatchObject({ at: '2026-08-24T01:00:00.000Z', kind: 'expired' });

  await club.clockTo('2027-02-10T00:00:00Z');
  expect(await club.available(ada)).toBe(0);

  const byTime = ['TierNoticed', 'TierLost', 'PointsExpired', 'BirthdayReached'];
  const facts = [...(await log!.stream(`account-${ada}`)), ...(await log!.stream(`member-${ada}`))]
    .filter(({ type }) => byTime.includes(type))
    .sort((a, b) => (a.at < b.at ? -1 : 1));
  expect([...new Set(facts.map(({ type, at }) => `${type} ${at}`))]).toEqual([
    'BirthdayReached 2026-05-16T14:00:00.000Z',
    'TierNoticed 2026-05-31T14:00:00.000Z',
    'TierLost 2026-06-30T14:00:00.000Z',
    'PointsExpired 2026-08-24T01:00:00.000Z',
    'PointsExpired 2026-11-29T13:00:00.000Z',
  ]);
  expect(facts.filter(({ at, recordedAt }) => at !== recordedAt)).toEqual([]);
});

it('the clock never goes back, and only head office moves it', async () => {
  const back = await club.office.post('/v1/clock', { now: '2026-02-10T00:00:00Z' });
  expect([back.status, codeOf(back)]).toEqual([409, 'clock-runs-forward']);
  expect((await club.till.client.post('/v1/clock', { now: '2030-01-01T00:00:00Z' })).status).toBe(403);
});
