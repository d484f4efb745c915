import fc from 'fast-check';
import { apportion, apportionByRationals } from './apportion';
import { rational } from './rational';

const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 30 });
const totals = fc.integer({ min: 0, max: 10_000_000 });
const total = (shares: readonly number[]): number => shares.reduce((sum, each) => sum + each, 0);

describe('apportionment by largest remainders', () => {
  it.each<[string, number, readonly number[], readonly number[]]>([
    ['in proportion', 10, [1, 1, 3], [2, 2, 6]],
    ['the largest remainder takes the unit', 10, [33, 33, 34], [3, 3, 4]],
    ['of equal remainders the lower index', 1, [1, 1, 1], [1, 0, 0]],
    ['two units over, by remainder and not by weight', 5, [70, 20, 10], [4, 1, 0]],
    ['equal shares when nothing weighs', 4, [0, 0, 0], [2, 1, 1]],
    ['nothing to split', 0, [3, 4], [0, 0]],
    ['one takes all', 7, [0], [7]],
    ['nobody takes nothing', 7, [], []],
  ])('%s', (_name, amount, by, shares) => expect(apportion(amount, by)).toEqual(shares));

  it('splits exactly where products exceed 2^53', () =>
    expect(apportion(9_007_199_254_740_991, [9_007_199_254_740_990, 1])).toEqual([9_007_199_254_740_990, 1]));

  it('adds up, and no share is a unit or more away from its quota', () =>
    fc.assert(
      fc.property(totals, weights, (amount, by) => {
        const shares = apportion(amount, by);
        expect(total(shares)).toBe(amount);
        const all = total(by);
        if (all > 0) shares.forEach((each, i) => expect(Math.abs(each * all - amount * by[i]!)).toBeLessThan(all));
      }),
    ));

  it('does not depend on the unit of the weights', () =>
    fc.assert(
      fc.property(totals, weights, fc.integer({ min: 2, max: 1_000_000_000 }), (amount, by, factor) => {
        expect(
          apportion(
            amount,
            by.map((weight) => weight * factor),
          ),
        ).toEqual(apportion(amount, by));
      }),
    ));

  it('splits by fractions as by the whole numbers they stand for', () =>
    fc.assert(
      fc.property(totals, weights, fc.integer({ min: 1, max: 97 }), (amount, by, den) => {
        const fractions = by.map((weight, i) => rational(weight * (1 + (i % 3)), den * (1 + (i % 3))));
        expect(apportionByRationals(amount, fractions)).toEqual(apportion(amount, by));
      }),
    ));
});
