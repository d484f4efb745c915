/** How a fraction becomes a whole number; `halfUp` rounds a half toward positive infinity. */
export type Rounding = 'floor' | 'halfUp' | 'ceil';

/** An exact fraction. `den` is greater than 0; not necessarily in lowest terms, so compare with {@link compare}. */
export interface Rational {
  readonly num: bigint;
  readonly den: bigint;
}

/** The fraction `num / den` of two integers; `den` must be greater than 0. */
export const rational = (num: number | bigint, den: number | bigint = 1): Rational => ({
  num: BigInt(num),
  den: BigInt(den),
});

/** Nothing. */
export const zero: Rational = rational(0);

/** One, the factor that changes nothing. */
export const one: Rational = rational(1);

/** `a · b / den` for safe integers, exact even where the product exceeds 2^53. `den` must be greater than 0. */
export const share = (a: number, b: number, den: number): Rational => {
  const product = a * b;
  return { num: Number.isSafeInteger(product) ? BigInt(product) : BigInt(a) * BigInt(b), den: BigInt(den) };
};

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => {
  let [high, low] = [a, b];
  while (low !== 0n) [high, low] = [low, high % low];
  return high;
};

const leastCommonMultiple = (a: bigint, b: bigint): bigint =>
  a % b === 0n ? a : (a / greatestCommonDivisor(a, b)) * b;

/** The sum. Equal denominators stay as they are; others meet at their least common multiple. */
export const add = (a: Rational, b: Rational): Rational => {
  if (a.den === b.den) return { num: a.num + b.num, den: a.den };
  const common = leastCommonMultiple(a.den, b.den);
  return { num: a.num * (common / a.den) + b.num * (common / b.den), den: common };
};

/** The product. */
export const multiply = (a: Rational, b: Rational): Rational => ({ num: a.num * b.num, den: a.den * b.den });

/** The same fraction in its lowest terms. */
export const lowest = ({ num, den }: Rational): Rational => {
  const common = greatestCommonDivisor(num < 0n ? -num : num, den);
  return { num: num / common, den: den / common };
};

/** Negative when `a` is less than `b`, 0 when they are equal, positive when greater. */
export const compare = (a: Rational, b: Rational): number => {
  const difference = a.num * b.den - b.num * a.den;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

/** The lesser of two. */
export const lesser = (a: Rational, b: Rational): Rational => (compare(b, a) < 0 ? b : a);

/** The sum of any number of fractions. */
export const sum = (values: readonly Rational[]): Rational => (values.length === 0 ? zero : values.reduce(add));

/** Fractions as whole numbers of one common unit, in the same proportion to each other. */
export const toWhole = (values: readonly Rational[]): bigint[] => {
  const [first] = values;
  // Parts of one rule have one denominator: nothing to be multiplied.
  if (first !== undefined && values.every(({ den }) => den === first.den)) return values.map(({ num }) => num);
  const common = values.reduce((den, value) => leastCommonMultiple(den, value.den), 1n);
  return values.map((value) => value.num * (common / value.den));
};

const floorDivide = (num: bigint, den: bigint): bigint => {
  const quotient = num / den;
  return num < 0n && quotient * den !== num ? quotient - 1n : quotient;
};

/** The whole number that stands for a fraction. The result must lie within the safe integers. */
export const round = (value: Rational, mode: Rounding): number => {
  switch (mode) {
    case 'floor':
      return Number(floorDivide(value.num, value.den));
    case 'ceil':
      return -Number(floorDivide(-value.num, value.den)) + 0;
    case 'halfUp':
      return Number(floorDivide(2n * value.num + value.den, 2n * value.den));
  }
};
