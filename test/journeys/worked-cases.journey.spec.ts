import { accepted, codeOf } from '../support/client';
import { Club } from '../support/club';
import { fixedFor, perDollar, programme } from '../support/programmes';

/** Cases worked out for other systems, told here to a real server. */
const pays = { payWithPoints: { perPoints: 1, amountMinor: 1 } };
let club: Club;
beforeAll(async () => {
  club = await Club.open({ now: '2026-02-10T00:00:00Z', programme: programme({ points: pays }) });
});
afterAll(() => club?.close());

const spend = async (memberId: string, points: number): Promise<string> => {
  const held = await club.till.holdsPayment(memberId, { wallet: 'points', billMinor: points, points });
  await club.till.settles(held.redemptionId, 'capture');
  return held.redemptionId;
};

it('1,000 earned on 200, half of it comes back: 500 are taken', async () => {
  const returns = { points: 'proportional', reach: 'unlimited' };
  await club.publishes(programme({ points: { ...pays, returns }, rules: [perDollar(5)] }));
  const member = await club.till.enrols();
  const sold = await club.till.sells(member, 20_000);
  expect(sold.earned).toMatchObject([{ points: 1_000 }]);
  expect((await club.till.takesBack(member, sold.purchaseId, 10_000)).reversed).toMatchObject([{ points: 500 }]);
  expect(await club.available(member)).toBe(500);
});

it('of 200 points, 500 are refused and "max" takes 200', async () => {
  await club.publishes(programme({ points: pays }));
  const member = await club.till.enrols();
  await club.till.sells(member, 20_000);
  const wish = { kind: 'payWithPoints', wallet: 'points', billMinor: 10_000 };
  const exact = await club.till.asksToHold(member, { ...wish, points: 500 });
  expect([exact.status, codeOf(exact)]).toEqual([409, 'insufficient-points']);
  const most = accepted(await club.till.asksToHold(member, { ...wish, points: 'max' }));
  await club.till.settles(most.redemptionId, 'capture');
  expect([most.points, await club.available(member)]).toEqual([200, 0]);
  expect(await club.till.settles(most.redemptionId, 'undo')).toMatchObject({ status: 'undone' });
  const twice = await club.till.client.post(`/v1/redemptions/${most.redemptionId}/undo`);
  expect(twice.status).not.toBe(500);
  expect(await club.available(member)).toBe(200);
});

it('50 for joining, 50 burnt on an order that earns 21, the order cancelled: 50', async () => {
  await club.publishes(programme({ points: pays, rules: [perDollar(1), fixedFor('enrolment', 50)] }));
  const member = await club.till.enrols();
  await club.settled();
  const ticketNo = club.till.nextNumber();
  const wish = { wallet: 'points', billMinor: 2_150, points: 50, ticketNo };
  const { redemptionId } = await club.till.holdsPayment(member, wish);
  const tenders = [
    { kind: 'points', amountMinor: 50 },
    { kind: 'cash', amountMinor: 2_100 },
  ];
  const order = await club.till.sells(member, 2_150, { ticketNo, tenders, redemptionIds: [redemptionId] });
  expect(order.earned).toMatchObject([{ points: 21 }]);
  expect(await club.available(member)).toBe(21);
  await club.till.takesBack(member, order.purchaseId, [{ lineNo: 1, quantity: 1 }]);
  expect(await club.wallet(member, 'points')).toMatchObject({ available: 50, held: 0, debt: 0 });
});

it('reached on 10 February, a quarterly tier that lasts to the end of the next quarter is valid to the end of June', async () => {
  const tiers = {
    window: { kind: 'calendar', unit: 'quarter' },
    validity: 'endOfNextPeriod',
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 100_000 },
    ],
  };
  await club.publishes(programme({ tiers }));
  const member = await club.till.enrols();
  const sold = await club.till.sells(member, 100_000);
  expect(sold.tier).toMatchObject({ code: 'gold', from: 'member', validUntil: '2026-06-30T14:00:00.000Z' });
});

it('100 that end on day 10, burnt on day 5; 60 more; on day 11 there are 60', async () => {
  const points = { ...pays, expiry: { mode: 'after', period: 'P10D' } };
  await club.publishes(programme({ points }));
  const member = await club.till.enrols();
  await club.till.sells(member, 10_000);
  await club.clockTo('2026-02-15T00:00:00Z');
  await spend(member, 100);
  await club.clockTo('2026-02-16T00:00:00Z');
  await club.till.sells(member, 6_000);
  await club.clockTo('2026-02-21T00:00:00Z');
  expect(await club.wallet(member, 'points')).toMatchObject({ available: 60, debt: 0 });
});
