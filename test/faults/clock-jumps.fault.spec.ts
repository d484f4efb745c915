import { Club } from '../support/club';
import { regulars } from '../support/command-line';
import { Log } from '../support/log';
import { fixedFor, perDollar, programme } from '../support/programmes';

/** Clocks that jump: the server's far ahead in one step, a till's hither and thither. */
const document = programme({
  points: { expiry: { mode: 'after', period: 'P1M' } },
  rules: [perDollar(1), fixedFor('birthday', 10)],
  tiers: {
    window: { kind: 'calendar', unit: 'month' },
    validity: 'endOfPeriod',
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 10_000 },
    ],
  },
});
let club: Club;
beforeAll(async () => {
  club = await Club.open({ now: '2026-03-01T00:00:00Z', programme: document });
});
afterAll(() => club?.close());

it('a jump over half a year brings about everything in between, in order and at its own instant', async () => {
  const member = await club.till.enrols({ birthday: '1980-06-15' });
  await club.till.sells(member, 20_000);
  await club.clockTo('2026-09-01T00:00:00Z');
  const log = await Log.of(club.server);
  const facts = [...(await log.stream(`account-${member}`)), ...(await log.stream(`member-${member}`))];
  await log.close();
  const byTime = facts.filter(({ type }) => ['PointsExpired', 'TierLost', 'BirthdayReached'].includes(type));
  const inOrder = byTime.sort((a, b) => Date.parse(a.recordedAt) - Date.parse(b.recordedAt));
  expect(inOrder.map(({ type, recordedAt }) => [type, recordedAt])).toEqual([
    ['TierLost', '2026-03-31T13:00:00.000Z'],
    ['PointsExpired', '2026-04-01T00:00:00.000Z'],
    ['BirthdayReached', '2026-06-14T14:00:00.000Z'],
    ['PointsExpired', '2026-07-14T14:00:00.000Z'],
  ]);
  expect(await club.available(member)).toBe(0);
});

it('a till whose clock jumps back and forth ends in the same balance as one whose clock is right', async () => {
  const [steady, jumping] = [await club.till.enrols(), await club.till.enrols()];
  const hours = [0, 5, 1, 9, 3, 7, 2];
  const at = (hour: number): string =>
    new Date(Date.parse(club.now()) - 20 * 3_600_000 + hour * 3_600_000).toISOString();
  for (const hour of [...hours].sort((a, b) => a - b)) await club.till.sells(steady, 1_550, { occurredAt: at(hour) });
  for (const hour of hours) await club.till.sells(jumping, 1_550, { occurredAt: at(hour) });
  const [one, two] = [await club.account(steady), await club.account(jumping)];
  expect({ ...two, memberId: '' }).toEqual({ ...one, memberId: '' });
});

it('afterwards everything still adds up', async () => {
  const verified = await regulars(club.server, 'verify', '--json');
  expect([verified.code, verified.text]).toEqual([0, verified.text]);
});
