import type { Standing } from '#libs/programme/src/contract';
import type { Ticket } from './account.state';
import { packedSale, unpackedSale } from './packed-sale';
import { reasonsIn, standingIn, toldReasons, toldStanding, toldTicket } from './told-sale';

const plain: Ticket = {
  storeId: 'S1',
  tillId: 'T1',
  ticketNo: '000123',
  businessDate: '2026-03-01',
  occurredAt: 1_772_349_600_000,
  currency: 'AUD',
  lines: [{ lineNo: 1, sku: 'A', labels: [], quantity: 2, grossMinor: 700, discountMinor: 0, taxMinor: 0 }],
  ticketDiscountMinor: 0,
  tenders: [{ kind: 'card', amountMinor: 700 }],
  redemptionIds: [],
  voucherCodes: [],
};

const rich: Ticket = {
  ...plain,
  cashierId: 'C1',
  channel: 'web',
  lines: [
    {
      ...{ lineNo: 1, sku: 'A', category: 'oil', brand: 'X', labels: ['season=winter'], quantity: 2 },
      ...{ grossMinor: 700, discountMinor: 40, taxMinor: 60 },
    },
    { lineNo: 2, sku: 'B', labels: [], quantity: 1, grossMinor: 100, discountMinor: 0, taxMinor: 0 },
  ],
  ticketDiscountMinor: 10,
  tenders: [{ kind: 'cash', amountMinor: 750 }],
  redemptionIds: ['R1'],
  voucherCodes: ['V1', 'V2'],
};

const nobody: Standing = { segments: [], firstPurchase: true, visits: 0, used: {} };
const regular: Standing = {
  ...{ tier: 'gold', segments: ['fleet'], joinedAt: 0, firstPurchase: false, visits: 3 },
  used: { 'base/day': 10 },
};

describe('a sale', () => {
  it('is told without what is nothing', () => {
    expect(toldTicket(plain)).toEqual({
      ...{ storeId: 'S1', tillId: 'T1', ticketNo: '000123', businessDate: '2026-03-01' },
      ...{ occurredAt: 1_772_349_600_000, currency: 'AUD', tenders: [{ kind: 'card', amountMinor: 700 }] },
      lines: [{ lineNo: 1, sku: 'A', quantity: 2, grossMinor: 700 }],
    });
    expect(toldStanding(nobody)).toEqual({ firstPurchase: true });
  });

  it('is told with all that there is', () => {
    const [first, second] = rich.lines;
    expect(toldTicket(rich)).toEqual({
      ...rich,
      lines: [first, { lineNo: 2, sku: 'B', quantity: 1, grossMinor: 100 }],
    });
    expect(second).toMatchObject({ labels: [] });
    expect(toldStanding(regular)).toEqual(regular);
  });

  it.each([
    ['plain', plain, nobody],
    ['rich', rich, regular],
  ])('is whole again in the account that was told of it: %s', (_, ticket, standing) => {
    const store = { storeId: 'S1', timeZone: 'UTC' };
    const said = { store, programmeVersion: 1, qualifyingMinor: 700 };
    const told = { ...said, ticket: toldTicket(ticket), standing: toldStanding(standing) };
    const through = JSON.parse(JSON.stringify(told)) as typeof told;
    expect(unpackedSale(packedSale('P1', 5, through))).toEqual({
      ...{ purchaseId: 'P1', at: 5, ...said, ticket, standing, returned: [] },
    });
    expect(standingIn(told.standing)).toEqual(standing);
  });
});

it('rules that gave nothing are told in their order, each with its reason', () => {
  const reasons = [
    { rule: 'welcome', because: 'on' },
    { rule: '7', because: 'tiers' },
    { rule: 'welcome', because: 'limit' },
  ];
  expect(reasonsIn(toldReasons(reasons))).toEqual(reasons);
  expect(toldReasons([])).toEqual({});
  expect(reasonsIn({})).toEqual([]);
});
