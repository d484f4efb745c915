import fc from 'fast-check';
import { basket, documentWith, line } from '../../testing/programmes';
import type { Basket } from '../occasion';
import { earningBaseOf, exclusionsOf } from './earning-base';

type Earning = NonNullable<Parameters<typeof documentWith>[0]>['earning'];

const baseOf = (bought: Basket, earning: Earning = {}) => {
  const settings = documentWith({ earning }).earning;
  return earningBaseOf(bought, settings, exclusionsOf(settings));
};
const amounts = (bought: Basket, earning: Earning = {}): readonly number[] =>
  baseOf(bought, earning).lines.map(({ baseMinor }) => baseMinor);

const three = [line(1, 1000), line(2, 2000), line(3, 3000)];

describe('what a ticket earns on', () => {
  it('is the gross of its lines', () => expect(amounts(basket(three))).toEqual([1000, 2000, 3000]));

  it('less the discount of each line', () =>
    expect(amounts(basket([line(1, 1000, { discountMinor: 250 }), line(2, 500, { discountMinor: 500 })]))).toEqual([
      750, 0,
    ]));

  it('less a share of the ticket discount, by largest remainder', () =>
    expect(amounts(basket(three, { ticketDiscountMinor: 100 }))).toEqual([983, 1967, 2950]));

  it('less a share of what points and vouchers paid', () => {
    const tenders = [
      { kind: 'points', amountMinor: 500 },
      { kind: 'voucher', amountMinor: 100 },
      { kind: 'card', amountMinor: 5400 },
    ] as const;
    expect(amounts(basket(three, { tenders }))).toEqual([900, 1800, 2700]);
    expect(amounts(basket(three, { tenders }), { pointsTenderEarns: true })).toEqual([1000, 2000, 3000]);
  });

  it('for a line kept of a sale, less its part of what the whole sale took off it, not of what is left', () => {
    const sale = basket([line(1, 800, { quantity: 4, taxMinor: 80 }), line(2, 300)], {
      tenders: [
        { kind: 'points', amountMinor: 333 },
        { kind: 'cash', amountMinor: 767 },
      ],
    });
    expect(amounts(sale)).toEqual([558, 209]);
    const kept = { ...basket([line(1, 600, { quantity: 3 })]), of: sale };
    expect(baseOf(kept)).toMatchObject({ lines: [{ baseMinor: 418 }], billMinor: 600, qualifyingMinor: 418 });
    expect(amounts(kept, { basis: 'net' })).toEqual([358]);
    expect(amounts(kept, { pointsTenderEarns: true })).toEqual([600]);
  });

  it('not less what stored value paid', () =>
    expect(
      amounts(
        basket(three, {
          tenders: [
            { kind: 'giftCard', amountMinor: 3000 },
            { kind: 'eWallet', amountMinor: 3000 },
          ],
        }),
      ),
    ).toEqual([1000, 2000, 3000]));

  it('less tax when the basis is net, never below nothing', () => {
    const taxed = [line(1, 1100, { taxMinor: 100 }), line(2, 50, { discountMinor: 48, taxMinor: 5 })];
    expect(amounts(basket(taxed))).toEqual([1100, 2]);
    expect(amounts(basket(taxed), { basis: 'net' })).toEqual([1000, 0]);
  });

  it.each<[string, Earning]>([
    ['SKU', { excludeSkus: ['A'] }],
    ['delivery SKU', { deliverySkus: ['A'] }],
    ['category', { excludeCategories: ['gift'] }],
    ['label', { excludeLabels: ['kind=gift'] }],
  ])('leaves out lines excluded by %s', (_by, earning) => {
    const bought = basket([line(1, 1000, { sku: 'A', category: 'gift', labels: ['x=y', 'kind=gift'] }), line(2, 500)]);
    expect(baseOf(bought, earning)).toMatchObject({
      lines: [{ baseMinor: 500 }],
      billMinor: 1500,
      qualifyingMinor: 1500,
    });
  });

  it('counts points toward the bill but not toward a tier', () => {
    const paid = basket(three, {
      ticketDiscountMinor: 600,
      tenders: [
        { kind: 'points', amountMinor: 1400 },
        { kind: 'cash', amountMinor: 4000 },
      ],
    });
    expect(baseOf(paid)).toMatchObject({ billMinor: 5400, qualifyingMinor: 4000 });
  });

  it('comes by line number, in whatever order the lines were scanned', () =>
    expect(baseOf(basket([...three].reverse())).lines.map(({ line: each }) => each.lineNo)).toEqual([1, 2, 3]));

  it('loses to discount and points exactly what they came to', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 20 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (prices, discounted, pointsPaid) => {
          const total = prices.reduce((sum, price) => sum + price, 0);
          const ticketDiscountMinor = Math.floor(total * discounted);
          const amountMinor = Math.floor((total - ticketDiscountMinor) * pointsPaid);
          const bought = basket(
            prices.map((price, index) => line(index + 1, price)),
            { ticketDiscountMinor, tenders: [{ kind: 'points', amountMinor }] },
          );
          const { lines, billMinor, qualifyingMinor } = baseOf(bought);
          expect(billMinor).toBe(total - ticketDiscountMinor);
          expect(qualifyingMinor).toBe(billMinor - amountMinor);
          lines.forEach(({ baseMinor }, index) => {
            expect(baseMinor).toBeGreaterThanOrEqual(0);
            expect(baseMinor).toBeLessThanOrEqual(prices[index] ?? 0);
          });
        },
      ),
    ));
});
