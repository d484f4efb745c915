import fc from 'fast-check';
import { baskets } from '../../testing/arbitraries';
import { documentWith, perAmount, purchase, rule, rulebookWith, standing, times } from '../../testing/programmes';
import type { Basket, TicketLine } from '../occasion';
import { assess } from './assess';

/**
 * The earning of one rate and up to three multipliers, reckoned a second time in the plainest way: every line as a
 * fraction of whole numbers, one sum, one rounding. Slow, and with nothing in common with the code it checks.
 */
interface Rate {
  readonly points: number;
  readonly perMinor: number;
  readonly multipliers: readonly { readonly num: number; readonly den: number; readonly category: string }[];
  readonly ceiling: number;
}

interface Fraction {
  readonly num: bigint;
  readonly den: bigint;
}

const factorOf = (rate: Rate, line: TicketLine): Fraction => {
  let factor: Fraction = { num: 1n, den: 1n };
  for (const { num, den, category } of rate.multipliers) {
    if (category !== 'any' && category !== line.category) continue;
    factor = { num: factor.num * BigInt(num), den: factor.den * BigInt(den) };
  }
  return factor.num > factor.den * BigInt(rate.ceiling) ? { num: BigInt(rate.ceiling), den: 1n } : factor;
};

const plainly = (rate: Rate, basket: Basket): number => {
  let total: Fraction = { num: 0n, den: 1n };
  for (const line of basket.lines) {
    const { num, den } = factorOf(rate, line);
    const exact = {
      num: BigInt(rate.points) * BigInt(line.grossMinor - line.discountMinor) * num,
      den: BigInt(rate.perMinor) * den,
    };
    total = { num: total.num * exact.den + exact.num * total.den, den: total.den * exact.den };
  }
  return Number(total.num / total.den);
};

const rates: fc.Arbitrary<Rate> = fc.record({
  points: fc.integer({ min: 1, max: 100 }),
  perMinor: fc.integer({ min: 1, max: 1000 }),
  multipliers: fc.array(
    fc.record({
      num: fc.integer({ min: 1, max: 7 }),
      den: fc.integer({ min: 1, max: 4 }),
      category: fc.constantFrom('any', 'oil', 'parts'),
    }),
    { maxLength: 3 },
  ),
  ceiling: fc.integer({ min: 1, max: 12 }),
});

/** The same tickets without a discount on the whole and without points, whose shares have a test of their own. */
const plainBaskets = baskets.map((basket): Basket => ({ ...basket, ticketDiscountMinor: 0, tenders: [] }));

describe('a rate and its multipliers', () => {
  it('come to what the plainest reckoning comes to', () =>
    fc.assert(
      fc.property(rates, plainBaskets, (rate, basket) => {
        const rulebook = rulebookWith({
          earning: { multiplierCeiling: rate.ceiling },
          earningRules: [
            rule('base', perAmount(rate.points, rate.perMinor)),
            ...rate.multipliers.map(({ num, den, category }, index) =>
              rule(
                `x${index}`,
                times(num, den),
                category === 'any' ? {} : { when: { lines: { categories: [category] } } },
              ),
            ),
          ],
        });
        const { awards } = assess(rulebook, purchase(basket), standing());
        expect(awards.reduce((sum, award) => sum + award.points, 0)).toBe(plainly(rate, basket));
      }),
      { numRuns: 1000 },
    ));

  it('give what they multiplied and what they would have given without, to the point', () =>
    fc.assert(
      fc.property(rates, plainBaskets, (rate, basket) => {
        const base = rule('base', perAmount(rate.points, rate.perMinor));
        const raised = rate.multipliers.map(({ num, den }, index) => rule(`x${index}`, times(num, den)));
        const give = (rules: readonly ReturnType<typeof rule>[]) =>
          assess(rulebookWith({ earningRules: [...rules] }), purchase(basket), standing()).awards[0];
        const [plain, multiplied] = [give([base]), give([base, ...raised])];
        if (plain === undefined || multiplied === undefined) return;
        const added = multiplied.multipliers.reduce((sum, each) => sum + each.points, 0);
        expect(multiplied.points - added).toBe(plain.points);
      }),
      { numRuns: 500 },
    ));
});

describe('over many tickets', () => {
  it('a limit gives exactly its points and then nothing, however the tickets fall', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 200 }),
        (amounts, most) => {
          const document = documentWith({
            earningRules: [rule('base', perAmount(1), { limits: [{ id: 'ever', per: 'ever', points: most }] })],
          });
          const rulebook = rulebookWith({ earningRules: document.earningRules });
          let used = 0;
          for (const grossMinor of amounts) {
            const line = { lineNo: 1, sku: 'A', labels: [], quantity: 1, grossMinor, discountMinor: 0, taxMinor: 0 };
            const { awards } = assess(rulebook, purchase([line]), standing({ used: { 'base/ever': used } }));
            used += awards[0]?.points ?? 0;
          }
          const wished = amounts.reduce((sum, amount) => sum + Math.floor(amount / 100), 0);
          expect(used).toBe(Math.min(most, wished));
        },
      ),
    ));
});
