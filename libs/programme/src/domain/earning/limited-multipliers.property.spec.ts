import fc from 'fast-check';
import { baskets } from '../../testing/arbitraries';
import { perAmount, purchase, rule, type RuleDraft, rulebookWith, standing, times } from '../../testing/programmes';
import type { Award, Basket } from '../occasion';
import { addedBy } from './added-by';
import { assess } from './assess';

/** A multiplier, with or without a limit, of everything or of a category. */
interface Times {
  readonly num: number;
  readonly den: number;
  readonly limit: number | undefined;
  readonly category: string;
}

const neverReached = 1_000_000_000;
const highestCeiling = 1000;
const category = fc.constantFrom('any', 'oil', 'parts');
const raising = (of: fc.Arbitrary<string>): fc.Arbitrary<Times> =>
  fc
    .record({
      den: fc.integer({ min: 1, max: 3 }),
      more: fc.integer({ min: 1, max: 9 }),
      limit: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
      category: of,
    })
    .map(({ den, more, ...rest }) => ({ num: den + more, den, ...rest }));
const lowering: fc.Arbitrary<Times> = fc.record({
  num: fc.integer({ min: 0, max: 3 }),
  den: fc.constant(4),
  limit: fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined }),
  category,
});
const several = (of: fc.Arbitrary<string>) => fc.array(raising(of), { minLength: 1, maxLength: 4 });
const rates = fc.record({
  rate: fc.record({ points: fc.integer({ min: 1, max: 20 }), perMinor: fc.integer({ min: 50, max: 900 }) }),
  rounding: fc.constantFrom('floor' as const, 'halfUp' as const, 'ceil' as const),
  roundPer: fc.constantFrom('ticket' as const, 'line' as const),
  ceiling: fc.integer({ min: 1, max: 12 }),
});
type Rate = typeof rates extends fc.Arbitrary<infer T> ? T : never;

const multiplier = ({ num, den, limit, category: of }: Times, id: string, priority = 0): RuleDraft =>
  rule(id, times(num, den), {
    priority,
    ...(limit === undefined ? {} : { limits: [{ id: 'l', per: 'day', points: limit }] }),
    ...(of === 'any' ? {} : { when: { lines: { categories: [of] } } }),
  });
const named = (multipliers: readonly Times[]): readonly RuleDraft[] =>
  multipliers.map((each, index) => multiplier(each, `x${index}`));
const awardsOf = (rules: readonly RuleDraft[], basket: Basket, { ceiling }: Rate): readonly Award[] =>
  assess(
    rulebookWith({ earning: { multiplierCeiling: ceiling }, earningRules: [...rules] }),
    purchase(basket),
    standing(),
  ).awards;
const base = ({ rate, rounding, roundPer }: Rate): RuleDraft =>
  rule('base', perAmount(rate.points, rate.perMinor), { rounding, roundPer });
const award = (multipliers: readonly RuleDraft[], basket: Basket, rate: Rate): Award | undefined =>
  awardsOf([base(rate), ...multipliers], basket, rate)[0];
const points = (multipliers: readonly Times[], basket: Basket, rate: Rate): number =>
  award(named(multipliers), basket, rate)?.points ?? 0;
const without = (multipliers: readonly Times[], index: number): readonly Times[] =>
  multipliers.filter((_, place) => place !== index);
const byTicket = (rate: Rate): Rate => ({ ...rate, roundPer: 'ticket' });
/** Where the ceiling cuts a line, what another keeps of a limit that both share depends on how far the first had come. */
const severalBelowCeiling = several(category).filter(
  (multipliers) => multipliers.reduce((product, { num, den }) => (product * num) / den, 1) < highestCeiling,
);
const belowCeiling = (rate: Rate): Rate => ({ ...byTicket(rate), ceiling: highestCeiling });
const runs = { numRuns: 200 };

describe('multipliers with limits', () => {
  it('give the same in whatever order they stand, and whatever they are called', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof({ weight: 4, arbitrary: raising(category) }, { weight: 1, arbitrary: lowering }), {
          minLength: 2,
          maxLength: 4,
        }),
        fc.array(fc.tuple(fc.nat(1), fc.nat()), { minLength: 4, maxLength: 4 }),
        baskets,
        rates,
        (multipliers, places, basket, rate) => {
          const one = award(named(multipliers), basket, rate);
          const other = award(
            multipliers.map((each, index) => {
              const [priority, name] = places[index] ?? [0, 0];
              return multiplier(each, `y${name}.${index}`, priority);
            }),
            basket,
            rate,
          );
          expect([other?.points, other?.lines]).toEqual([one?.points, one?.lines]);
        },
      ),
      runs,
    ));

  it('one of them adds at most its limit to what there is without it, and takes nothing away', () =>
    fc.assert(
      fc.property(several(category), fc.nat(), baskets, rates, (drawn, chosen, basket, rate) => {
        const place = chosen % drawn.length;
        const multipliers = drawn.map((each, index) => ({ ...each, limit: index === place ? 20 : undefined }));
        const less = points(without(multipliers, place), basket, rate);
        const more = points(
          multipliers.map((each) => ({ ...each, limit: undefined })),
          basket,
          rate,
        );
        expect(points(multipliers, basket, rate)).toBe(Math.min(more, less + 20));
      }),
      runs,
    ));

  it('several never give less than without any one of them, nor than with a tighter limit', () =>
    fc.assert(
      fc.property(severalBelowCeiling, baskets, rates, (multipliers, basket, rate) => {
        const whole = points(multipliers, basket, belowCeiling(rate));
        multipliers.forEach((each, index) => {
          expect(whole).toBeGreaterThanOrEqual(points(without(multipliers, index), basket, belowCeiling(rate)));
          if (each.limit === undefined) return;
          const tighter = multipliers.with(index, { ...each, limit: Math.ceil(each.limit / 2) });
          expect(whole).toBeGreaterThanOrEqual(points(tighter, basket, belowCeiling(rate)));
        });
      }),
      runs,
    ));

  it('several never give less for a dearer ticket', () =>
    fc.assert(
      fc.property(several(category), baskets, rates, (multipliers, basket, rate) => {
        const [first, ...rest] = basket.lines;
        if (first === undefined) return;
        const due = 100;
        const dearer: Basket = {
          ...basket,
          lines: [{ ...first, grossMinor: first.grossMinor + due }, ...rest],
          tenders: [...basket.tenders, { kind: 'card', amountMinor: due }],
        };
        const plain = { ...basket, ticketDiscountMinor: 0, tenders: [] };
        expect(
          points(multipliers, { ...dearer, ticketDiscountMinor: 0, tenders: [] }, byTicket(rate)),
        ).toBeGreaterThanOrEqual(points(multipliers, plain, byTicket(rate)));
      }),
      runs,
    ));

  it('that are never reached change nothing', () =>
    fc.assert(
      fc.property(several(category), baskets, rates, (multipliers, basket, rate) => {
        const wide = multipliers.map((each) => ({ ...each, limit: each.limit && neverReached }));
        const none = multipliers.map((each) => ({ ...each, limit: undefined }));
        expect(points(wide, basket, rate)).toBe(points(none, basket, rate));
      }),
      runs,
    ));

  it('count what each added, never beyond its limit, and the award is what all of them make of the plain one', () =>
    fc.assert(
      fc.property(several(category), baskets, rates, (multipliers, basket, rate) => {
        const second = { ...base(rate), id: 'second', limits: [{ id: 'l', per: 'day' as const, points: 50 }] };
        const rules = [base(rate), second];
        const plain = new Map(awardsOf(rules, basket, rate).map((each) => [each.rule, each.points]));
        const used = new Map<string, number>();
        for (const each of awardsOf([...rules, ...named(multipliers)], basket, rate)) {
          const added = [...addedBy(each)];
          for (const [id, count] of added) used.set(id, (used.get(id) ?? 0) + count);
          const cut = each.clips.some((clip) => clip.rule === each.rule);
          const whole = added.reduce((sum, [, count]) => sum + count, plain.get(each.rule) ?? 0);
          if (!cut) expect(each.points).toBe(whole);
        }
        multipliers.forEach(({ limit }, index) => {
          expect(used.get(`x${index}`) ?? 0).toBeLessThanOrEqual(limit ?? neverReached);
        });
      }),
      runs,
    ));
});

describe('the best of several rules', () => {
  it('gives the most that any of them would give alone, all limits counted', () =>
    fc.assert(
      fc.property(
        several(category),
        fc.array(category, { minLength: 2, maxLength: 4 }),
        baskets,
        rates,
        (x, on, basket, rate) => {
          const rules = on.map((each, index): RuleDraft => ({
            ...rule(`base${index}`, perAmount(index + 1, 90)),
            ...(each === 'any' ? {} : { when: { lines: { categories: [each] } } }),
            ...(index % 2 === 0 ? {} : { limits: [{ id: 'l', per: 'day', points: 150 }] }),
          }));
          const give = (giving: readonly RuleDraft[]): number =>
            assess(
              rulebookWith({
                earning: { multiplierCeiling: rate.ceiling, combine: { base: 'best' } },
                earningRules: [...giving, ...named(x)],
              }),
              purchase(basket),
              standing(),
            ).awards.reduce((sum, each) => sum + each.points, 0);
          expect(give(rules)).toBe(Math.max(...rules.map((each) => give([each]))));
        },
      ),
      runs,
    ));
});
