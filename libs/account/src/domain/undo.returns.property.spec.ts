import fc from 'fast-check';
import { flowsAfter, imbalances, lotsOutOfBounds } from './conservation';
import { programme, Scenario, wallet } from './testing/scenario';

/** Two sales of 100 and 60 points, spent in two redemptions but for 30; the lots of both have ended. */
const spentAndOver = (): Scenario => {
  const scenario = new Scenario(
    programme({
      wallets: [
        wallet({
          expiry: { mode: 'after', period: 'P1M' },
          returns: { points: 'proportional', reach: 'unlimited' },
          undo: { expiredSlices: 'lost' },
          payWithPoints: { perPoints: 1, amountMinor: 1 },
        }),
      ],
    }),
  );
  scenario.buy('A', 10_000);
  scenario.buy('B', 6_000);
  for (const [id, points] of [
    ['p', 80],
    ['q', 50],
  ] as const) {
    scenario.pay(id, points);
    scenario.tell({ type: 'CaptureHold', redemptionId: id });
  }
  return scenario.at('2026-03-10');
};

const act = fc.oneof(
  fc.record({
    kind: fc.constant('undo' as const),
    of: fc.constantFrom('p', 'q'),
    amount: fc.integer({ min: 1, max: 50 }),
  }),
  fc.record({
    kind: fc.constant('return' as const),
    of: fc.constantFrom('A', 'B'),
    amount: fc.integer({ min: 1, max: 60 }),
  }),
);

type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Those of a course that are not refused: the same in any order. */
const possible = (course: readonly Act[]): readonly Act[] => {
  const left: Record<string, number> = { p: 80, q: 50, A: 100, B: 60 };
  return course.filter(({ of, amount }) => {
    const rest = (left[of] ?? 0) - amount;
    if (rest < 0) return false;
    left[of] = rest;
    return true;
  });
};

const lived = (course: readonly Act[]): Scenario => {
  const scenario = spentAndOver();
  course.forEach(({ kind, of, amount }, index) => {
    scenario.now += 3_600_000;
    if (kind === 'undo') scenario.tell({ type: 'UndoRedemption', redemptionId: of, points: amount });
    else scenario.giveBack(`R${index}`, of, amount * 100);
  });
  return scenario;
};

describe('points that are undone after their end, and the return of the sale that had earned them', () => {
  it('come to the same in any order and any parts', () => {
    fc.assert(
      fc.property(
        fc
          .array(act, { minLength: 1, maxLength: 10 })
          .map(possible)
          .chain((course) =>
            fc.tuple(fc.constant(course), fc.shuffledSubarray([...course], { minLength: course.length })),
          ),
        ([course, shuffled]) => {
          const [one, other] = [lived(course), lived(shuffled)];
          expect(other.balance()).toEqual(one.balance());
          for (const { account, events, now } of [one, other]) {
            expect(imbalances(account, events.reduce(flowsAfter, {}))).toEqual([]);
            expect(lotsOutOfBounds(account, now)).toEqual([]);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('are not taken twice: what comes back pays the debt of its own sale', () => {
    const scenario = lived([{ kind: 'return', of: 'A', amount: 100 }]);
    expect(scenario.balance().debt).toBe(100);
    expect(scenario.tell({ type: 'UndoRedemption', redemptionId: 'p' })).toEqual(['RedemptionUndone', 'DebtRepaid']);
    expect(scenario.last('RedemptionUndone')).toMatchObject({ slices: [{ lotId: 'A.1', points: 80 }], lost: [] });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 20 });
  });

  it('pay for no other debt', () => {
    const scenario = lived([{ kind: 'return', of: 'B', amount: 60 }]);
    expect(scenario.balance().debt).toBe(30);
    expect(scenario.tell({ type: 'UndoRedemption', redemptionId: 'p' })).toEqual(['RedemptionUndone']);
    expect(scenario.last('RedemptionUndone').lost).toMatchObject([{ lotId: 'A.1', points: 80 }]);
    expect(scenario.balance().debt).toBe(30);
  });
});
