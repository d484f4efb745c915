import fc from 'fast-check';
import { flowsAfter, imbalances, lotsOutOfBounds } from './conservation';
import { renewedOf } from './renewals';
import { programme, Scenario, wallet } from './testing/scenario';

/** What is undone after its end becomes a fresh lot. */
const renewing = (): Scenario =>
  new Scenario(
    programme({
      wallets: [
        wallet({
          expiry: { mode: 'after', period: 'P1M' },
          returns: { points: 'proportional', reach: 'unlimited' },
          undo: { expiredSlices: 'freshLot' },
          payWithPoints: { perPoints: 1, amountMinor: 1 },
        }),
      ],
    }),
  );

const spend = (scenario: Scenario, redemptionId: string, points: number): void => {
  scenario.pay(redemptionId, points);
  scenario.tell({ type: 'CaptureHold', redemptionId });
};

const undo = (scenario: Scenario, redemptionId: string) => scenario.tell({ type: 'UndoRedemption', redemptionId });

/** A and B earn; of A some is spent for good, and what is left of both is spent, undone late, and has ended again. */
const mixed = (a: number, b: number, forGood: number): Scenario => {
  const scenario = renewing();
  scenario.buy('A', a * 100);
  if (forGood > 0) spend(scenario, 'for-good', forGood);
  if (b > 0) scenario.buy('B', b * 100);
  spend(scenario, 'r', a - forGood + b);
  undo(scenario.at('2026-02-15'), 'r');
  return scenario.at('2026-06-01');
};

describe('a lot made of points of several sales', () => {
  it.each([0, 50])('is of each sale only what came from it: with %d of another', (b) => {
    const scenario = mixed(100, b, 50);
    scenario.giveBack('R', 'A', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, fromExpired: 50, debt: 50 });
  });

  it('says what it was made of', () => {
    const { account } = mixed(100, 50, 50);
    expect(account.lots.at(-1)?.renews).toEqual([
      { lotId: 'B.1', points: 50 },
      { lotId: 'A.1', points: 50 },
    ]);
    const [first] = account.lots;
    expect(renewedOf(account, first === undefined ? [] : [first]).left('r.undo.3')).toBe(50);
  });

  it('does not multiply when what was made of it is undone late in its turn', () => {
    const scenario = renewing();
    scenario.buy('A', 10_000);
    spend(scenario, 'for-good', 50);
    scenario.buy('B', 5_000);
    spend(scenario, 'r', 100);
    undo(scenario.at('2026-02-15'), 'r');
    spend(scenario, 'again', 60);
    undo(scenario.at('2026-04-01'), 'again');
    scenario.at('2026-08-01').giveBack('R', 'A', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, fromExpired: 50, debt: 50 });
    scenario.giveBack('S', 'B', 5_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 50, fromExpired: 50, debt: 0 });
  });

  it('leaves each sale to owe what was spent of it, in any parts', () => {
    const amount = fc.integer({ min: 1, max: 40 });
    const returns = fc.array(fc.tuple(fc.constantFrom('A', 'B'), amount), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(amount, amount, fc.nat({ max: 40 }), returns, (a, b, most, parts) => {
        const forGood = Math.min(a - 1, most);
        const scenario = mixed(a, b, forGood);
        const back: Record<string, number> = { A: 0, B: 0 };
        parts.forEach(([sale, points], index) => {
          if (typeof scenario.giveBack(`R${index}`, sale, points * 100) !== 'string')
            back[sale] = (back[sale] ?? 0) + points;
        });
        expect(scenario.balance().debt).toBe(Math.max(0, (back['A'] ?? 0) - (a - forGood)));
        expect(imbalances(scenario.account, scenario.events.reduce(flowsAfter, {}))).toEqual([]);
        expect(lotsOutOfBounds(scenario.account, scenario.now)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

describe('a lot of which the log does not say what it was made of', () => {
  it('is of a sale at most what the redemption had taken of it', () => {
    const { account } = mixed(100, 50, 50);
    const lots = account.lots.map(({ renews: _, ...lot }) => lot);
    const [first, second] = lots;
    if (first === undefined || second === undefined) throw new Error('no lots');
    for (const own of [first, second]) {
      const renewed = renewedOf({ ...account, lots }, [own]);
      expect([renewed.lots.length, renewed.left('r.undo.3')]).toEqual([1, 50]);
    }
  });
});
