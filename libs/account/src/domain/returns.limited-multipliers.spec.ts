import fc from 'fast-check';
import { type Mode, modes, under, units } from './testing/giving-back';
import { line, rule, type Scenario } from './testing/scenario';

const times = (id: string, num: number, points?: number, category?: string) =>
  rule({
    id,
    phase: 'multiply',
    award: { kind: 'multiplier', num, den: 1 },
    when: category === undefined ? {} : { lines: { categories: [category] } },
    limits: points === undefined ? [] : [{ id: 'day', per: 'day', points }],
  });

/** Three units of each of three lines, two of them oil. */
const sold = (mode: Mode, limits: readonly number[], prices: readonly number[]): Scenario => {
  const [oil, all, more] = limits;
  const scenario = under(mode, {
    earningRules: [rule(), times('free', 2), times('oil', 3, oil, 'oil'), times('all', 3, all), times('more', 2, more)],
  });
  scenario.buy(
    'T',
    prices.map((price, index) =>
      line(index + 1, 3 * price, index === 0 ? { quantity: 3 } : { quantity: 3, category: 'oil' }),
    ),
  );
  return scenario;
};

const limits = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 3, maxLength: 3 });
const prices = fc.array(fc.integer({ min: 100, max: 3_000 }), { minLength: 3, maxLength: 3 });
const single = (count: number) => fc.shuffledSubarray([1, 1, 1, 2, 2, 2, 3, 3, 3], { minLength: count, maxLength: 9 });

describe.each(modes)('what limited multipliers gave, returned by %s', (mode) => {
  it('is the same in whatever order units come back, and at once', () =>
    fc.assert(
      fc.property(limits, prices, single(1), (most, price, order) => {
        const back = (lines: readonly number[]): Scenario => {
          const scenario = sold(mode, most, price);
          lines.forEach((lineNo, index) => scenario.giveBack(`R${index}`, 'T', units([lineNo, 1])));
          return scenario;
        };
        const atOnce = sold(mode, most, price);
        const counted = [...new Set(order)].map(
          (lineNo) => [lineNo, order.filter((each) => each === lineNo).length] as const,
        );
        atOnce.giveBack('R', 'T', units(...counted));
        expect(back(order).available()).toBe(atOnce.available());
        expect(back(order.toSorted()).available()).toBe(atOnce.available());
      }),
      { numRuns: 25 },
    ));

  it('is all gone in the end, and its room is free again', () =>
    fc.assert(
      fc.property(limits, prices, single(9), (most, price, order) => {
        const scenario = sold(mode, most, price);
        const before = scenario.available();
        order.forEach((lineNo, index) => scenario.giveBack(`R${index}`, 'T', units([lineNo, 1])));
        expect(scenario.available()).toBe(0);
        scenario.buy(
          'U',
          price.map((each, index) =>
            line(index + 1, 3 * each, index === 0 ? { quantity: 3 } : { quantity: 3, category: 'oil' }),
          ),
        );
        expect(scenario.available()).toBe(before);
      }),
      { numRuns: 25 },
    ));
});
