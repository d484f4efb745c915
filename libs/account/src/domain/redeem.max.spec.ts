import fc from 'fast-check';
import type { PayWithPoints } from '#libs/programme/src/contract';
import { valueOf } from './redeem';
import { programme, Scenario, wallet } from './testing/scenario';

const payment = (rules: Partial<PayWithPoints>, points: number, billMinor: number) => {
  const payWithPoints = { perPoints: 1, amountMinor: 1, ...rules };
  const scenario = new Scenario(programme({ wallets: [wallet({ payWithPoints })] }));
  scenario.adjust(points);
  const result = scenario.pay('p', 'max', billMinor);
  if (typeof result === 'string') return result;
  const { points: taken, valueMinor } = scenario.last('PointsHeld');
  return [taken, valueMinor];
};

describe('the most points that can go toward a bill', () => {
  it.each([
    [{ perPoints: 1_000, amountMinor: 1 }, 110, 100, 'nothing-to-apply'],
    [{ perPoints: 1_000, amountMinor: 1 }, 1_999, 100, [1_000, 1]],
    [{ perPoints: 1_000, amountMinor: 1, stepPoints: 300 }, 1_999, 100, [1_200, 1]],
    [{ perPoints: 1_000, amountMinor: 1, minPoints: 1_500 }, 1_999, 100, [1_500, 1]],
    [{ perPoints: 3, amountMinor: 100 }, 4, 10_000, [4, 133]],
  ])('%j: of %d points on a bill of %d, %p', (rules, points, billMinor, expected) =>
    expect(payment(rules, points, billMinor)).toEqual(expected),
  );

  it('are as few as bring the most, and none of them is worth nothing', () =>
    fc.assert(
      fc.property(
        fc.record({
          perPoints: fc.integer({ min: 1, max: 20 }),
          amountMinor: fc.integer({ min: 1, max: 20 }),
          minPoints: fc.integer({ min: 1, max: 30 }),
          stepPoints: fc.integer({ min: 1, max: 10 }),
        }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 100 }),
        (rules, available, billMinor) => {
          const whole: PayWithPoints = { ...rules, maxShareOfBill: { num: 1, den: 1 } };
          // What they are worth before it is rounded down may not exceed the bill either.
          const fits = (points: number) => points * rules.amountMinor <= billMinor * rules.perPoints;
          const allowed = Array.from({ length: available }, (_, index) => index + 1)
            .filter((points) => points >= rules.minPoints && points % rules.stepPoints === 0)
            .filter(fits);
          const best = Math.max(0, ...allowed.map((points) => valueOf(whole, points)));
          const least = allowed.find((points) => valueOf(whole, points) === best);
          expect(payment(rules, available, billMinor)).toEqual(best === 0 ? 'nothing-to-apply' : [least, best]);
        },
      ),
      { numRuns: 300 },
    ));
});
