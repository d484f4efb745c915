import { accepted, codeOf } from '../support/client';
import { Club } from '../support/club';
import { programme } from '../support/programmes';
import { goods } from '../support/tickets';
import type { Till } from '../support/till';

/** Goods come back: never more is taken than was earned, and all of it when nothing is kept. */
const payWithPoints = { perPoints: 1, amountMinor: 1 };
let club: Club;
let till: Till;
beforeAll(async () => {
  const returns = { points: 'proportional', reach: 'unlimited' };
  club = await Club.open({ programme: programme({ points: { returns, payWithPoints } }) });
  till = club.till;
});
afterAll(() => club?.close());

it('ten returns of a dollar take as much as one of ten', async () => {
  const [ann, bob] = [await till.enrols(), await till.enrols()];
  const [hers, his] = [await till.sells(ann, 4_999), await till.sells(bob, 4_999)];
  const once = await till.takesBack(bob, his.purchaseId, 1_000);
  let taken = 0;
  for (let n = 0; n < 10; n += 1) {
    const { reversed } = await till.takesBack(ann, hers.purchaseId, 100);
    taken += reversed.reduce((sum, { points }) => sum + points, 0);
  }
  expect(taken).toBe(once.reversed[0]?.points);
  expect(await club.available(ann)).toBe(await club.available(bob));
});

it('by line and quantity, step by step to nothing; then there is no more to return', async () => {
  const member = await till.enrols();
  const sold = await till.sells(member, [{ sku: 'MUG', quantity: 4, unitPriceMinor: 1_250 }, goods('JUG', 2_000)]);
  const taken: number[] = [];
  for (const what of [[{ lineNo: 1, quantity: 1 }], [{ lineNo: 1, quantity: 3 }], [{ lineNo: 2, quantity: 1 }]])
    taken.push((await till.takesBack(member, sold.purchaseId, what)).reversed[0]?.points ?? 0);
  expect(taken.reduce((sum, each) => sum + each, 0)).toBe(70);
  expect(await club.available(member)).toBe(0);
  const more = await till.sendReturn(member, sold.purchaseId, [{ lineNo: 2, quantity: 1 }]);
  expect([more.status, codeOf(more)]).toEqual([409, 'already-returned']);
});

it('points spent meanwhile become a debt, which new points repay before any can be spent', async () => {
  const member = await till.enrols();
  const sold = await till.sells(member, 10_000);
  const held = await till.holdsPayment(member, { wallet: 'points', billMinor: 80, points: 80 });
  await till.settles(held.redemptionId, 'capture');
  const back = await till.takesBack(member, sold.purchaseId, 10_000);
  expect(back).toMatchObject({ reversed: [{ wallet: 'points', points: 100, forgiven: 0 }], debtIncurred: 80 });
  const wish = { kind: 'payWithPoints', wallet: 'points', billMinor: 500, points: 'max' };
  const refused = await till.asksToHold(member, wish);
  expect([refused.status, codeOf(refused)]).toEqual([409, 'in-debt']);
  await till.sells(member, 5_000);
  expect(await club.wallet(member, 'points')).toMatchObject({ available: 0, debt: 30 });
  await till.sells(member, 5_000);
  expect(await club.wallet(member, 'points')).toMatchObject({ available: 20, debt: 0 });
});

it('a whole return gives back what the ticket was paid with, and takes what it earned', async () => {
  const member = await till.enrols();
  await till.sells(member, 5_000);
  const ticketNo = till.nextNumber();
  const held = await till.holdsPayment(member, { wallet: 'points', billMinor: 2_150, points: 50, ticketNo });
  const tenders = [
    { kind: 'points', amountMinor: 50 },
    { kind: 'card', amountMinor: 2_100 },
  ];
  const sold = await till.sells(member, 2_150, { ticketNo, tenders, redemptionIds: [held.redemptionId] });
  expect(sold.earned).toMatchObject([{ points: 21 }]);
  const back = await till.takesBack(member, sold.purchaseId, [{ lineNo: 1, quantity: 1 }]);
  expect(back.reversed).toMatchObject([{ points: 21 }]);
  expect(back.reinstated).toMatchObject([{ redemptionId: held.redemptionId, points: 50 }]);
  expect(await club.wallet(member, 'points')).toMatchObject({ available: 50, held: 0, debt: 0 });
});

it('a return names a sale of the same member', async () => {
  const [ann, bob] = [await till.enrols(), await till.enrols()];
  const sold = await till.sells(ann, 1_000);
  const back = await till.takesBack(ann, sold.purchaseId, 400);
  const refusals = [
    await till.sendReturn(bob, sold.purchaseId, 100),
    await till.sendReturn(ann, back.returnId, 100),
    await till.sendReturn(ann, 'there-is-no-such-sale', 100),
  ];
  expect(refusals.map((reply) => [reply.status, codeOf(reply)])).toEqual([
    [409, 'another-member'],
    [409, 'not-a-sale'],
    [404, 'purchase-not-found'],
  ]);
});

it('told twice, a return is booked once; with other content it is refused', async () => {
  const member = await till.enrols();
  const sold = await till.sells(member, 10_000);
  const same = { ticketNo: till.nextNumber(), occurredAt: till.place.now() };
  const first = await till.sendReturn(member, sold.purchaseId, 3_000, same);
  const again = await till.sendReturn(member, sold.purchaseId, 3_000, same);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body).toEqual({ ...first.body, duplicate: true });
  const other = await till.sendReturn(member, sold.purchaseId, 3_001, same);
  expect([other.status, codeOf(other)]).toEqual([409, 'ticket-differs']);
  expect(await club.available(member)).toBe(70);
});

it('a return that overtook its sale waits for it where the till asks for that', async () => {
  const member = await till.enrols();
  const ticket = till.ticket(member, 6_000);
  const { storeId, tillId, ticketNo, businessDate } = ticket;
  const of = { storeId, tillId, ticketNo, businessDate };
  const occurredAt = till.place.now();
  const body = {
    memberId: member,
    storeId,
    tillId,
    occurredAt,
    businessDate,
    ticketNo: till.nextNumber(),
    of,
    amountMinor: 1_500,
  };
  const lost = await till.client.post('/v1/returns', body);
  expect([lost.status, codeOf(lost)]).toEqual([404, 'purchase-not-found']);
  const parked = await till.client.post('/v1/returns?park=true', body);
  expect(parked).toMatchObject({ status: 202, body: { status: 'parked' } });
  accepted(await till.send(ticket));
  expect(await club.available(member)).toBe(45);
});
