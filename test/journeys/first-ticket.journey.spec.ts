import type { PageAnswer, VoucherAnswer } from '../support/answers';
import { accepted, codeOf } from '../support/client';
import { Club } from '../support/club';
import { eventually } from '../support/server-process';
import { goods } from '../support/tickets';

/** From an empty folder to a redeemed reward: each club on a PostgreSQL of its own, as `npm start` runs it. */
let club: Club | undefined;
afterEach(() => club?.close());

const open = async (preset: string): Promise<Club> => {
  club = await Club.open({ database: 'embedded', programme: preset });
  return club;
};

const vouchersOf = async (here: Club, memberId: string): Promise<readonly VoucherAnswer[]> => {
  const path = `/v1/accounts/${memberId}/vouchers`;
  return accepted(await here.office.get<PageAnswer<VoucherAnswer>>(path), 200).items;
};

/** Points that come by themselves come a moment later. */
const comes = (here: Club, memberId: string, wallet: string, points: number): Promise<void> =>
  eventually(`${points} ${wallet}`, async () => (await here.available(memberId, wallet)) === points);

it('a sandwich card is stamped for coming and for buying, until a sandwich is free', async () => {
  const here = await open('sandwich-card');
  const { till } = here;
  const ada = await till.enrols({ givenName: 'Ada', phone: '+61400000001' });
  const lunch = [goods('FOOTLONG', 1_250, 'sandwich'), goods('COLA', 350, 'drinks')];

  // One and the same day, even if midnight passes meanwhile: stamps have a limit a day.
  const occurredAt = till.place.now();
  expect(await till.quotes(ada, lunch, { occurredAt })).toMatchObject({
    earned: [{ wallet: 'stamps', points: 1 }, { points: 16 }],
  });
  const first = await till.sells(ada, lunch, { occurredAt });
  expect(first.earned.map(({ wallet, points, rule }) => [wallet, points, rule])).toEqual([
    ['stamps', 1, 'stamp-purchase'],
    ['points', 16, 'spend'],
  ]);
  await comes(here, ada, 'stamps', 3);

  expect((await till.welcomes(ada, occurredAt)).earned).toMatchObject([{ wallet: 'stamps', points: 1 }]);
  expect((await till.welcomes(ada, occurredAt)).earned).toEqual([]);
  for (let n = 0; n < 2; n += 1) await till.sells(ada, lunch, { occurredAt });
  expect((await till.sells(ada, lunch, { occurredAt })).earned.map(({ wallet }) => wallet)).toEqual(['points']);
  expect(await here.available(ada, 'stamps')).toBe(6);

  expect((await till.asksToHold(ada, { kind: 'reward', rewardId: 'free-sandwich' })).status).toBe(409);
  const adjustment = { wallet: 'stamps', points: 4, reason: 'opening day' };
  accepted(await here.office.post(`/v1/accounts/${ada}/adjustments`, adjustment));
  const held = await till.holdsReward(ada, 'free-sandwich');
  expect(held).toMatchObject({ status: 'held', wallet: 'stamps', points: 10 });
  expect(await till.settles(held.redemptionId, 'capture')).toMatchObject({ status: 'captured' });
  expect(await here.wallet(ada, 'stamps')).toMatchObject({ available: 0, held: 0, debt: 0 });
});

it('the auto club’s points become store dollars, which pay in any store', async () => {
  const here = await open('auto-club');
  const { till } = here;
  const ben = await till.enrols({ givenName: 'Ben' });
  const first = await till.sells(ben, [goods('BATTERY', 89_900, 'electrical')]);
  expect(first.earned.map(({ points, rule }) => [rule, points])).toEqual([
    ['base', 899],
    ['first-purchase', 100],
  ]);
  expect(first.tier).toMatchObject({ code: 'silver', changed: true, from: 'member' });
  await comes(here, ben, 'points', 1_199);

  const path = `/v1/accounts/${ben}/conversions`;
  accepted(await till.client.post(path, { conversionId: 'to-dollars', times: 1 }));
  expect(await here.wallet(ben, 'dollars')).toMatchObject({ available: 1_000 });

  const elsewhere = await here.opens({ storeId: 'S2', name: 'Chapel Street' });
  const ticketNo = elsewhere.nextNumber();
  const paying = { wallet: 'dollars', billMinor: 4_000, points: 'max', ticketNo } as const;
  const held = await elsewhere.holdsPayment(ben, paying);
  expect(held).toMatchObject({ status: 'held', points: 1_000, valueMinor: 1_000 });
  const second = await elsewhere.sells(ben, 4_000, {
    ticketNo,
    tenders: [
      { kind: 'points', amountMinor: 1_000 },
      { kind: 'card', amountMinor: 3_000 },
    ],
    redemptionIds: [held.redemptionId],
  });
  expect(second.earned).toMatchObject([{ rule: 'base', points: 37 }]);
  expect(await here.wallet(ben, 'dollars')).toMatchObject({ available: 0, held: 0 });
});

it('the rental club counts visits and titles, and gives a film for them', async () => {
  const here = await open('rental-club');
  const { till } = here;
  const cy = await till.enrols({ givenName: 'Cy' });
  const evening = [goods('DVD-1', 700, 'new-release'), goods('DVD-2', 300, 'weekly'), goods('POPCORN', 450, 'snacks')];
  expect((await till.welcomes(cy)).earned).toMatchObject([{ rule: 'visit', points: 5 }]);
  const rented = await till.sells(cy, evening);
  expect(Object.fromEntries(rented.earned.map(({ rule, points }) => [rule, points]))).toEqual({
    'new-release': 10,
    weekly: 4,
    shop: 4,
  });
  for (let n = 0; n < 11; n += 1) await till.sells(cy, evening);
  expect(await here.available(cy)).toBe(5 + 12 * 18);

  const film = await till.holdsReward(cy, 'free-weekly');
  expect(await till.settles(film.redemptionId, 'capture')).toMatchObject({ status: 'captured', points: 60 });
  expect(await here.available(cy)).toBe(161);
  expect(await till.settles(film.redemptionId, 'undo')).toMatchObject({ status: 'undone' });
  expect(await here.available(cy)).toBe(221);

  const half = await till.holdsReward(cy, 'half-price');
  const { voucher } = await till.settles(half.redemptionId, 'capture');
  expect(await vouchersOf(here, cy)).toMatchObject([{ code: voucher?.code, status: 'issued' }]);
  const discounted = { ticketDiscountMinor: 725, voucherCodes: [String(voucher?.code)] };
  expect((await till.sells(cy, evening, discounted)).earned).toMatchObject([
    { rule: 'new-release', points: 10 },
    { rule: 'shop', points: 2 },
    { rule: 'weekly', points: 4 },
  ]);
  expect(await vouchersOf(here, cy)).toMatchObject([{ status: 'used' }]);
  const twice = await till.send(till.ticket(cy, evening, discounted));
  expect([twice.status, codeOf(twice)]).toEqual([409, 'voucher-used']);
});
