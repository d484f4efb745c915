import fc from 'fast-check';
import {
  add,
  compare,
  lesser,
  lowest,
  multiply,
  one,
  rational,
  round,
  share,
  sum,
  toWhole,
  zero,
  type Rounding,
} from './rational';

const fraction = fc
  .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 1, max: 10_000 }))
  .map(([num, den]) => rational(num, den));

describe('an exact fraction', () => {
  it.each<[number, number, Rounding, number]>([
    [57, 2, 'floor', 28],
    [57, 2, 'halfUp', 29],
    [57, 2, 'ceil', 29],
    [1449, 10, 'floor', 144],
    [1449, 10, 'halfUp', 145],
    [4, 2, 'ceil', 2],
    [-1, 2, 'floor', -1],
    [-1, 2, 'halfUp', 0],
    [-1, 2, 'ceil', 0],
    [-3, 2, 'halfUp', -1],
  ])('%d/%d rounds by %s to %d', (num, den, mode, whole) => expect(round(rational(num, den), mode)).toBe(whole));

  it('adds a tenth ten times to exactly one', () =>
    expect(compare(sum(Array.from({ length: 10 }, () => rational(1, 10))), one)).toBe(0));

  it('stays exact where products exceed 2^53', () => {
    const large = Number.MAX_SAFE_INTEGER;
    expect(share(large, large, 1).num).toBe(BigInt(large) * BigInt(large));
    expect(round(multiply(rational(large, 7), rational(7, 1)), 'floor')).toBe(large);
  });

  it('compares by value, not by form', () => {
    expect(compare(rational(1, 2), rational(2, 4))).toBe(0);
    expect(compare(rational(1, 3), rational(1, 2))).toBe(-1);
    expect(compare(rational(1, 2), rational(1, 3))).toBe(1);
  });

  it('in its lowest terms is the same fraction', () => {
    expect(lowest(rational(-6, 4))).toEqual(rational(-3, 2));
    expect(lowest(rational(0, 7))).toEqual(rational(0, 1));
    fc.assert(
      fc.property(fraction, (a) => {
        expect(compare(lowest(a), a)).toBe(0);
        expect(lowest(a).den).toBeLessThanOrEqual(a.den);
      }),
    );
  });

  it('obeys the laws of arithmetic', () =>
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(compare(add(a, b), add(b, a))).toBe(0);
        expect(compare(add(add(a, b), c), add(a, add(b, c)))).toBe(0);
        expect(compare(multiply(a, add(b, c)), add(multiply(a, b), multiply(a, c)))).toBe(0);
        expect(compare(add(a, zero), a)).toBe(0);
        expect(compare(multiply(a, one), a)).toBe(0);
      }),
    ));

  it('rounds to the neighbours and no further', () =>
    fc.assert(
      fc.property(fraction, (a) => {
        const [floor, half, ceil] = [round(a, 'floor'), round(a, 'halfUp'), round(a, 'ceil')];
        expect(compare(rational(floor), a)).toBeLessThanOrEqual(0);
        expect(compare(rational(ceil), a)).toBeGreaterThanOrEqual(0);
        expect(ceil - floor).toBeLessThanOrEqual(1);
        expect([floor, ceil]).toContain(half);
        expect(Object.is(ceil, -0) || Object.is(floor, -0) || Object.is(half, -0)).toBe(false);
      }),
    ));

  it('is in one order with all others, of which the lesser is one of the two', () =>
    fc.assert(
      fc.property(fraction, fraction, fraction, (a, b, c) => {
        expect(compare(a, b) + compare(b, a)).toBe(0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
        expect([a, b]).toContain(lesser(a, b));
        expect(compare(lesser(a, b), a)).toBeLessThanOrEqual(0);
        expect(compare(lesser(a, b), b)).toBeLessThanOrEqual(0);
      }),
    ));

  it('keeps its proportion to others as whole numbers of one unit', () =>
    fc.assert(
      fc.property(fc.array(fraction, { minLength: 2, maxLength: 6 }), (values) => {
        const whole = toWhole(values);
        const [first = zero] = values;
        const [unit = 0n] = whole;
        values.forEach((value, index) => {
          const product = multiply(value, rational(unit));
          expect(compare(product, multiply(first, rational(whole[index] ?? 0n)))).toBe(0);
        });
      }),
    ));

  it('of nothing adds up to zero, and is no whole number', () => {
    expect(compare(sum([]), zero)).toBe(0);
    expect(toWhole([])).toEqual([]);
  });

  it('is a part of a whole: the parts of an amount add up to the amount', () =>
    fc.assert(
      fc.property(
        fc.nat(Number.MAX_SAFE_INTEGER),
        fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 8 }),
        (amount, weights) => {
          const all = weights.reduce((total, weight) => total + weight, 0);
          expect(compare(sum(weights.map((weight) => share(amount, weight, all))), rational(amount))).toBe(0);
        },
      ),
    ));
});
