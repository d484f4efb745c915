/** a / b < c / d for positive denominators, exactly. */
const less = (a: number, b: number, c: number, d: number): boolean => BigInt(a) * BigInt(d) < BigInt(c) * BigInt(b);

/** Half-up rounding of `total · weight / sum`. */
const quotaOf = (total: number, weight: number, sum: number): number =>
  Number((2n * BigInt(total) * BigInt(weight) + BigInt(sum)) / (2n * BigInt(sum)));

/**
 * The place that gets one more first (`sign` 1) or gives one up first (−1), by Webster's priority. Of equals the lower
 * place gets first and the higher gives up first, so that a step back undoes the step before.
 */
const nextPlace = (weights: readonly number[], shares: readonly number[], sign: 1 | -1): number => {
  let best = -1;
  weights.forEach((weight, place) => {
    const share = shares[place] ?? 0;
    if (weight === 0 || (sign === -1 && share === 0)) return;
    const [bestWeight, bestShare] = [weights[best] ?? 0, shares[best] ?? 0];
    const ahead =
      best === -1 ||
      (sign === 1
        ? less(bestWeight, 2 * bestShare + 1, weight, 2 * share + 1)
        : !less(bestWeight, 2 * bestShare - 1, weight, 2 * share - 1));
    if (ahead) best = place;
  });
  return best;
};

/**
 * Shares of `total` in proportion to the weights that only ever grow as `total` grows, so that giving an amount in
 * steps ends where giving it at once does. Largest remainders do not have that property; Webster's divisor method does
 * (M. Balinski, H. P. Young, Fair Representation, 1982: house monotonicity). `total` ≤ Σ weights; whole numbers ≥ 0.
 */
export const steadyShares = (total: number, weights: readonly number[]): readonly number[] => {
  const sum = weights.reduce((added, weight) => added + weight, 0);
  if (sum === 0) return weights.map(() => 0);
  const shares = weights.map((weight) => quotaOf(total, weight, sum));
  let over = shares.reduce((added, share) => added + share, 0) - total;
  while (over !== 0) {
    const place = nextPlace(weights, shares, over > 0 ? -1 : 1);
    const step = over > 0 ? -1 : 1;
    shares[place] = (shares[place] ?? 0) + step;
    over += step;
  }
  return shares;
};
