import { toText } from '#libs/platform/kernel/instant';
import { openLoyaltyCases, type WorkedCase } from '../testing/open-loyalty-cases';
import {
  at,
  basket,
  documentWith,
  fixed,
  line,
  perAmount,
  perUnit,
  purchase,
  rule,
  type RuleDraft,
  rulebookWith,
  standing,
  times,
} from '../testing/programmes';
import { assess } from './earning/assess';
import { lotTerms } from './lot-terms';
import type { Basket, Occasion } from './occasion';
import { voucherValueMinor } from './rewards';

const total = ({ rules, event, programme = {}, member = {} }: WorkedCase): number =>
  assess(rulebookWith({ earningRules: [...rules], ...programme }), event, standing(member)).awards.reduce(
    (sum, award) => sum + award.points,
    0,
  );

const spent = (amountMinor: number, changes: Partial<Basket> = {}): Occasion =>
  purchase(basket([line(1, amountMinor)], changes));
const onePerUnit = [rule('spend', perAmount(1))];
const nonStackable = (id: string, points: number, priority: number): RuleDraft =>
  rule(id, fixed(points), { priority, stopAfter: true });
const taxed = [line(1, 5000, { taxMinor: 800 }), line(2, 1000, { sku: 'SHIPPING', taxMinor: 200 })];

/** Cases of Setono's plugin for Sylius, of Square and of Odoo. */
const otherCases: Readonly<Record<string, WorkedCase>> = {
  'S5 SY: 1 point per 1.00 on 19.99': { rules: onePerUnit, event: spent(1999), expected: 19 },
  'S6 SY: 3 points per 1.00 on 40': { rules: [rule('spend', perAmount(3))], event: spent(4000), expected: 120 },
  'S7 SY: fixed 100 × 3 units': {
    rules: [rule('unit', perUnit(100))],
    event: purchase([line(1, 900, { quantity: 3 })]),
    expected: 300,
  },
  'S8 SY: 19.x + 9.x by item': {
    rules: [rule('spend', perAmount(1), { roundPer: 'line' })],
    event: purchase([line(1, 1960), line(2, 960)]),
    expected: 28,
  },
  'S9 SY: a non-stackable 100 with stackables': {
    rules: [nonStackable('alone', 100, 10), rule('a', fixed(50)), rule('b', perAmount(1))],
    event: spent(4000),
    expected: 100,
  },
  'S10 SY: two non-stackables, the highest priority': {
    rules: [nonStackable('low', 100, 1), nonStackable('high', 200, 10)],
    event: spent(4000),
    expected: 200,
  },
  'S11 SY: base 19.00 ×2': { rules: [...onePerUnit, rule('x', times(2))], event: spent(1900), expected: 38 },
  'S11 SY: base 19.00 ×1.5, floor': {
    rules: [...onePerUnit, rule('x', times(3, 2))],
    event: spent(1900),
    expected: 28,
  },
  'S11 SY: base 19.00 ×1.5, round': {
    rules: [rule('spend', perAmount(1), { rounding: 'halfUp' }), rule('x', times(3, 2))],
    event: spent(1900),
    expected: 29,
  },
  'S11 SY: base 19.00 ×1.5, ceil': {
    rules: [rule('spend', perAmount(1), { rounding: 'ceil' }), rule('x', times(3, 2))],
    event: spent(1900),
    expected: 29,
  },
  'S12 SY: items, gross': {
    rules: onePerUnit,
    event: purchase(taxed),
    programme: { earning: { deliverySkus: ['SHIPPING'] } },
    expected: 50,
  },
  'S12 SY: items, net': {
    rules: onePerUnit,
    event: purchase(taxed),
    programme: { earning: { deliverySkus: ['SHIPPING'], basis: 'net' } },
    expected: 42,
  },
  'S12 SY: order, gross': { rules: onePerUnit, event: purchase(taxed), expected: 60 },
  'S12 SY: order, net': {
    rules: onePerUnit,
    event: purchase(taxed),
    programme: { earning: { basis: 'net' } },
    expected: 50,
  },
  'Q1 Square: $105 at 1 point per $10': {
    rules: [rule('spend', perAmount(1, 1000))],
    event: spent(10_500),
    expected: 10,
  },
  'Q3 Square: base 5, promotion ×3': {
    rules: [rule('visit', fixed(5)), rule('x', times(3))],
    event: spent(100),
    expected: 15,
  },
  'Q4 Square: base 4, ×1.5': {
    rules: [rule('visit', fixed(4)), rule('x', times(3, 2))],
    event: spent(100),
    expected: 6,
  },
  'Q5 Square: base 5, addition 3': {
    rules: [rule('visit', fixed(5)), rule('more', fixed(3), { phase: 'bonus' })],
    event: spent(100),
    expected: 8,
  },
  'Q9 OD: 10 % off 100 at 1 point a unit': {
    rules: onePerUnit,
    event: spent(10_000, { ticketDiscountMinor: 1000 }),
    expected: 90,
  },
  'Q10 OD: an e-wallet pays 100': {
    rules: onePerUnit,
    event: spent(10_000, { tenders: [{ kind: 'eWallet', amountMinor: 10_000 }] }),
    expected: 100,
  },
  'Q10 OD: a gift card pays 100': {
    rules: onePerUnit,
    event: spent(10_000, { tenders: [{ kind: 'giftCard', amountMinor: 10_000 }] }),
    expected: 100,
  },
  'Q12 OD: a coupon for a product outside the programme, 135 of 150': {
    rules: [rule('spend', perAmount(1), { when: { lines: { skus: ['IN'] } } })],
    event: purchase([line(1, 10_000, { sku: 'IN' }), line(2, 5000, { sku: 'OUT', discountMinor: 1500 })]),
    expected: 100,
  },
};

describe('earning', () => {
  it.each(Object.entries({ ...openLoyaltyCases, ...otherCases }))('%s', (_name, worked) =>
    expect(total(worked)).toBe(worked.expected),
  );
});

it('Q2 Square: P12M earned 2020-07-06 expires 2021-08-01', () => {
  const expiry = { mode: 'after', period: 'P12M', roundUp: 'month' } as const;
  const [wallet] = documentWith({ wallets: [{ code: 'points', name: { en: 'Points' }, expiry }] }).wallets;
  const { expiresAt } = wallet ? lotTerms(wallet, 'UTC', at('2020-07-06T15:30:00Z')) : { expiresAt: null };
  expect(expiresAt === null ? null : toText(expiresAt)).toBe('2021-08-01T00:00:00.000Z');
});

it.each([
  [10_000, 1000],
  [4700, 500],
  [3200, 300],
])('B24 OL: a voucher of 10 % on %d, rounded to whole units', (bill, off) =>
  expect(voucherValueMinor({ kind: 'percentVoucher', percent: 10, roundToMinor: 100 }, bill)).toBe(off),
);
