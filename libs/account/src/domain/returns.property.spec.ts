import fc from 'fast-check';
import { type Mode, modes, units } from './testing/giving-back';
import { line, programme, rule, Scenario, wallet } from './testing/scenario';

interface Bought {
  readonly mode: Mode;
  readonly basis: 'gross' | 'net';
  readonly lines: readonly { readonly minor: number; readonly quantity: number; readonly taxed: number }[];
  readonly discounted: number;
  readonly byPoints: number;
}

const percent = fc.integer({ min: 0, max: 100 });

const bought = fc.record({
  mode: fc.constantFrom(...modes),
  basis: fc.constantFrom('gross' as const, 'net' as const),
  lines: fc.array(
    fc.record({
      minor: fc.integer({ min: 0, max: 40 }),
      quantity: fc.integer({ min: 1, max: 4 }),
      taxed: fc.constantFrom(0, 10, 40),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  discounted: fc.constantFrom(0, 0, 15),
  byPoints: percent,
});

/** Every cent earns a point, so that a cent that a share rounds another way shows. */
const sold = ({ mode, basis, lines, discounted, byPoints }: Bought): Scenario => {
  const worth = lines.reduce((sum, { minor }) => sum + minor, 0);
  const ticketDiscountMinor = Math.floor((worth * discounted) / 100);
  const points = Math.floor(((worth - ticketDiscountMinor) * byPoints) / 100);
  const scenario = new Scenario(
    programme({
      wallets: [wallet({ returns: { points: mode, reach: 'unlimited' } })],
      earning: { basis },
      earningRules: [
        rule({ award: { kind: 'perAmount', points: 1, perMinor: 1 } }),
        rule({
          id: 'triple',
          phase: 'multiply',
          when: { lines: { skus: ['SKU2'] } },
          award: { kind: 'multiplier', num: 3, den: 1 },
        }),
        rule({ id: 'big', phase: 'bonus', when: { minTicketMinor: 50 }, award: { kind: 'fixed', points: 33 } }),
      ],
    }),
  );
  scenario.buy(
    'T',
    lines.map(({ minor, quantity, taxed }, index) =>
      line(index + 1, minor, { quantity, taxMinor: Math.floor((minor * taxed) / 100) }),
    ),
    {
      ticketDiscountMinor,
      tenders: [
        { kind: 'points', amountMinor: points },
        { kind: 'cash', amountMinor: worth - ticketDiscountMinor - points },
      ],
    },
  );
  return scenario;
};

/** The units that come back, one by one, in some order; how many of them; and after which of them a receipt ends. */
const returned = bought.chain((sale) => {
  const all = sale.lines.flatMap(({ quantity }, index) => Array.from({ length: quantity }, () => index + 1));
  return fc.record({
    sale: fc.constant(sale),
    order: fc.shuffledSubarray(all, { minLength: 1 }),
    cuts: fc.array(fc.boolean(), { minLength: all.length, maxLength: all.length }),
  });
});

const receipts = (order: readonly number[], cuts: readonly boolean[]): readonly (readonly number[])[] => {
  const parts: number[][] = [[]];
  order.forEach((lineNo, index) => {
    parts.at(-1)?.push(lineNo);
    if (cuts[index] === true && index < order.length - 1) parts.push([]);
  });
  return parts;
};

const goodsOf = (lineNos: readonly number[]) =>
  units(...[...new Set(lineNos)].map((lineNo) => [lineNo, lineNos.filter((each) => each === lineNo).length] as const));

it('what points paid is shared over the lines once: a cent it rounds up stays where it was', () => {
  const sale: Bought = {
    mode: 'reevaluate',
    basis: 'gross',
    lines: [
      { minor: 8, quantity: 4, taxed: 0 },
      { minor: 3, quantity: 3, taxed: 0 },
    ],
    discounted: 0,
    byPoints: 31,
  };
  for (const order of [
    [1, 2],
    [2, 1],
  ]) {
    const scenario = sold(sale);
    for (const lineNo of order) scenario.giveBack(`R${lineNo}`, 'T', units([lineNo, 1]));
    expect(scenario.available()).toBe(7);
  }
});

it('units that come back leave the same balance in any parts and any order', () => {
  fc.assert(
    fc.property(returned, ({ sale, order, cuts }) => {
      const stepwise = sold(sale);
      receipts(order, cuts).forEach((part, index) => stepwise.giveBack(`R${index}`, 'T', goodsOf(part)));
      const atOnce = sold(sale);
      atOnce.giveBack('R', 'T', goodsOf(order));
      expect(stepwise.balance()).toEqual(atOnce.balance());
      expect(stepwise.account.qualifying).toEqual(atOnce.account.qualifying);
    }),
    { numRuns: 1_000 },
  );
});

it('money that comes back leaves the same balance in any parts', () => {
  fc.assert(
    fc.property(bought, fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }), (sale, parts) => {
      const stepwise = sold(sale);
      const given = parts.filter((part, index) => typeof stepwise.giveBack(`R${index}`, 'T', part) !== 'string');
      const atOnce = sold(sale);
      if (given.length > 0)
        atOnce.giveBack(
          'R',
          'T',
          given.reduce((sum, part) => sum + part, 0),
        );
      expect(stepwise.balance()).toEqual(atOnce.balance());
    }),
    { numRuns: 500 },
  );
});
