import fc from 'fast-check';
import type { Sale, Ticket } from './account.state';
import { keptBasket, keptOf, lineNets, linesBack } from './kept-basket';
import { withReturned } from './returns';
import { line, Scenario } from './testing/scenario';
import { saleOf } from './tickets';

const sale = (lines: Ticket['lines'], ticketDiscountMinor = 0): Sale => {
  const scenario = new Scenario();
  scenario.buy('T', lines, { ticketDiscountMinor });
  const sold = saleOf(scenario.account, 'T');
  if (sold === undefined) throw new Error('The sale was refused.');
  return sold;
};

const back = (sold: Sale, ...goods: Parameters<typeof linesBack>[1][]): Sale =>
  goods.reduce((kept, each) => {
    const lines = linesBack(kept, each);
    return 'kind' in lines ? kept : withReturned(kept, lines);
  }, sold);

const units = (...lines: [number, number][]) => ({
  kind: 'lines' as const,
  lines: lines.map(([lineNo, quantity]) => ({ lineNo, quantity })),
});
const money = (amountMinor: number) => ({ kind: 'amount' as const, amountMinor });

describe('what lines are worth', () => {
  it('is their gross less their own discount and their share of the ticket’s', () => {
    const sold = sale([line(1, 6_000, { discountMinor: 1_000 }), line(2, 5_000)], 1_001);
    expect([...lineNets(sold.ticket)]).toEqual([
      [1, 4_499],
      [2, 4_500],
    ]);
  });
});

describe('what is kept of a sale', () => {
  const sold = sale([line(1, 3_000, { quantity: 3 }), line(2, 1_000)]);

  it('is everything at first', () => {
    expect(keptOf(sold)).toEqual({ part: 4_000, whole: 4_000 });
    expect(keptBasket(sold)).toEqual({
      lines: sold.ticket.lines,
      ticketDiscountMinor: 0,
      tenders: sold.ticket.tenders,
      of: sold.ticket,
    });
  });

  it('shrinks by units, and so does how it was paid', () => {
    const kept = keptBasket(back(sold, units([1, 1])));
    expect(kept.lines.map((each) => [each.lineNo, each.quantity, each.grossMinor])).toEqual([
      [1, 2, 2_000],
      [2, 1, 1_000],
    ]);
    expect(kept.tenders).toEqual([{ kind: 'card', amountMinor: 3_000 }]);
  });

  it('shrinks by money over all lines, keeping their units', () => {
    const kept = keptBasket(back(sold, money(400)));
    expect(kept.lines.map((each) => [each.lineNo, each.quantity, each.grossMinor])).toEqual([
      [1, 3, 2_700],
      [2, 1, 900],
    ]);
  });

  it('is nothing once all has come back, by units, by money, or by both', () => {
    for (const goods of [[units([1, 3], [2, 1])], [money(4_000)], [units([1, 1]), money(3_000)]]) {
      const left = back(sold, ...goods);
      expect(keptOf(left).part).toBe(0);
      expect(keptBasket(left).lines).toEqual([]);
    }
  });

  it('of a line with a discount is worth exactly what is kept of it', () => {
    const discounted = sale([line(1, 1_000, { quantity: 3, discountMinor: 100, taxMinor: 81 })], 50);
    const [kept] = keptBasket(back(discounted, units([1, 1]))).lines;
    expect(kept).toMatchObject({ quantity: 2, grossMinor: 667, discountMinor: 100, taxMinor: 54 });
  });
});

describe('what comes back', () => {
  it('of the last unit is all that is left of the line', () => {
    const sold = sale([line(1, 1_000, { quantity: 3 })]);
    const amounts = [1, 2, 3].reduce<{ kept: Sale; amounts: number[] }>(
      ({ kept, amounts: so }) => {
        const lines = linesBack(kept, units([1, 1]));
        return 'kind' in lines
          ? { kept, amounts: so }
          : { kept: withReturned(kept, lines), amounts: [...so, lines[0]?.amountMinor ?? 0] };
      },
      { kept: sold, amounts: [] },
    );
    expect(amounts.amounts).toEqual([333, 334, 333]);
  });

  it('of units after money counts what the money left', () => {
    const sold = back(sale([line(1, 1_000, { quantity: 2 })]), money(300));
    expect(linesBack(sold, units([1, 1]))).toEqual([{ lineNo: 1, quantity: 1, amountMinor: 350, spreadMinor: 0 }]);
    expect(keptOf(back(sold, units([1, 1]), units([1, 1]))).part).toBe(0);
  });

  it.each([
    ['a line that is not there', units([9, 1]), 'line-not-found'],
    ['more units than were sold', units([1, 4]), 'already-returned'],
    ['more money than was paid', money(4_001), 'already-returned'],
  ])('is refused for %s', (_, goods, reason) => {
    const sold = sale([line(1, 3_000, { quantity: 3 }), line(2, 1_000)]);
    expect(linesBack(sold, goods)).toMatchObject({ kind: 'refused', reason });
  });

  it('never exceeds what was paid, however units and money mix', () => {
    const goods = fc.oneof(
      fc
        .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 2 }))
        .map(([no, quantity]) => units([no, quantity])),
      fc.integer({ min: 1, max: 2_000 }).map(money),
    );
    const nets = fc.tuple(
      fc.integer({ min: 0, max: 3_000 }),
      fc.integer({ min: 1, max: 3_000 }),
      fc.integer({ min: 0, max: 99 }),
    );
    fc.assert(
      fc.property(nets, fc.array(goods, { maxLength: 8 }), (amounts, all) => {
        const sold = sale(amounts.map((amount, index) => line(index + 1, amount, { quantity: index + 1 })));
        const left = back(sold, ...all);
        const worth = lineNets(sold.ticket);
        for (const each of left.returned) {
          expect(each.amountMinor).toBeLessThanOrEqual(worth.get(each.lineNo) ?? 0);
          expect(each.quantity).toBeLessThanOrEqual(each.lineNo);
          expect(each.spreadMinor).toBeLessThanOrEqual(each.amountMinor);
        }
        const kept = keptOf(left);
        const basket = keptBasket(left).lines.reduce((sum, each) => sum + each.grossMinor - each.discountMinor, 0);
        expect(basket).toBe(kept.part);
      }),
      { numRuns: 200 },
    );
  });
});
