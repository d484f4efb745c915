import fc from 'fast-check';
import { steadyShares } from './steady-shares';

const weights = fc.array(fc.integer({ min: 0, max: 2_000 }), { minLength: 1, maxLength: 6 });
const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

describe('steady shares', () => {
  it('add up to the total and never exceed their weight', () => {
    fc.assert(
      fc.property(weights, fc.nat(), (each, seed) => {
        const total = seed % (sumOf(each) + 1);
        const shares = steadyShares(total, each);
        expect(sumOf(shares)).toBe(sumOf(each) === 0 ? 0 : total);
        shares.forEach((share, place) => expect(share).toBeLessThanOrEqual(each[place] ?? 0));
      }),
    );
  });

  it('only grow as the total grows', () => {
    fc.assert(
      fc.property(weights, fc.nat(), (each, seed) => {
        const total = seed % Math.max(1, sumOf(each));
        if (total >= sumOf(each)) return;
        const [before, after] = [steadyShares(total, each), steadyShares(total + 1, each)];
        after.forEach((share, place) => expect(share).toBeGreaterThanOrEqual(before[place] ?? 0));
      }),
      { numRuns: 3_000 },
    );
  });

  it('are within one of the exact share for everyday baskets', () => {
    expect(steadyShares(1_000, [333, 1_334])).toEqual([200, 800]);
    expect(steadyShares(1, [333, 1_334])).toEqual([0, 1]);
    expect(steadyShares(5, [1, 1, 1, 1, 1])).toEqual([1, 1, 1, 1, 1]);
  });

  it('of nothing are nothing', () => expect(steadyShares(0, [5, 0])).toEqual([0, 0]));
});
