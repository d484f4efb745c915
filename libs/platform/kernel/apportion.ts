import { type Rational, toWhole } from './rational';

/** What one claimant gets outright, and the remainder by which the units left over are given. */
interface Quota {
  readonly index: number;
  readonly whole: number;
  readonly remainder: number | bigint;
}

const byRemainder = (a: Quota, b: Quota): number =>
  a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1;

const hand = (total: number, quotas: readonly Quota[]): number[] => {
  const shares = quotas.map((quota) => quota.whole);
  const left = total - shares.reduce((sum, whole) => sum + whole, 0);
  if (left === 0) return shares;
  for (const { index, whole } of [...quotas].sort(byRemainder).slice(0, left)) shares[index] = whole + 1;
  return shares;
};

const exactly = (total: number, weights: readonly bigint[]): number[] => {
  const all = weights.reduce((sum, weight) => sum + weight, 0n);
  const amount = BigInt(total);
  return hand(
    total,
    weights.map((weight, index) => {
      const product = amount * weight;
      return { index, whole: Number(product / all), remainder: product % all };
    }),
  );
};

/**
 * Splits `total` (an integer ≥ 0) in proportion to `weights` (integers ≥ 0) into integers that add up to exactly
 * `total`, by the method of largest remainders (Hamilton); of equal remainders the lower index gets the unit. When all
 * weights are 0 they count as equal. No weights: no shares.
 */
export const apportion = (total: number, weights: readonly number[]): number[] => {
  if (weights.length <= 1) return weights.map(() => total);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  if (all === 0)
    return apportion(
      total,
      weights.map(() => 1),
    );
  if (!Number.isSafeInteger(all * total)) return exactly(total, weights.map(BigInt));
  return hand(
    total,
    weights.map((weight, index) => {
      const product = total * weight;
      return { index, whole: Math.floor(product / all), remainder: product % all };
    }),
  );
};

/** {@link apportion} by exact fractions ≥ 0. */
export const apportionByRationals = (total: number, weights: readonly Rational[]): number[] => {
  if (weights.length <= 1) return weights.map(() => total);
  const whole = toWhole(weights);
  const numbers = whole.map(Number);
  if (numbers.every(Number.isSafeInteger)) return apportion(total, numbers);
  return exactly(total, whole);
};
