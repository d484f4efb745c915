import fc from 'fast-check';
import { flowsAfter, imbalances, lotsOutOfBounds } from './conservation';
import { on, programme, Scenario, wallet } from './testing/scenario';

/** Points end after a month; what is undone later has five days of grace; a hold lasts sixty days. */
const spending = (): Scenario =>
  new Scenario(
    programme({
      wallets: [
        wallet({
          expiry: { mode: 'after', period: 'P1M' },
          undo: { expiredSlices: 'grace', grace: 'P5D' },
          returns: { points: 'proportional', reach: 'unlimited' },
          payWithPoints: { perPoints: 1, amountMinor: 1 },
        }),
      ],
      holdTtl: 'P60D',
    }),
  );

/** Of 100 points, some spent and some kept by a hold that is open still when they end. */
const partlyHeld = (spent: number, held: number): Scenario => {
  const scenario = spending();
  scenario.buy('T', 10_000);
  scenario.pay('spent', spent);
  scenario.tell({ type: 'CaptureHold', redemptionId: 'spent' });
  scenario.pay('open', held);
  return scenario.at('2026-02-10');
};

const undo = (scenario: Scenario, points?: number) =>
  scenario.tell({ type: 'UndoRedemption', redemptionId: 'spent', ...(points === undefined ? {} : { points }) });

describe('days of grace for a lot of which another hold keeps a part', () => {
  it('are for the part that was undone, and not for the other', () => {
    const scenario = partlyHeld(30, 50);
    expect(undo(scenario)).toEqual(['PointsExpired', 'RedemptionUndone', 'PointsEarned']);
    expect(scenario.last('PointsEarned')).toMatchObject({ points: 30, expiresAt: on('2026-02-15') });
    expect(scenario.available()).toBe(30);
    scenario.tell({ type: 'VoidHold', redemptionId: 'open' });
    expect(scenario.available()).toBe(30);
    expect(scenario.at('2026-02-15').available()).toBe(0);
  });

  it('leave the other part to be captured while its hold lasts', () => {
    const scenario = partlyHeld(30, 50);
    undo(scenario, 10);
    expect(scenario.tell({ type: 'CaptureHold', redemptionId: 'open' })).toContain('HoldCaptured');
    expect(scenario.available()).toBe(10);
  });

  it('are found by the return of the sale that had earned them', () => {
    const scenario = partlyHeld(30, 50);
    undo(scenario);
    scenario.tell({ type: 'VoidHold', redemptionId: 'open' });
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, fromExpired: 70, debt: 0, forgiven: 0 });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
  });

  it('bring back what is undone and no more, whatever is spent, held and undone', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 3 }),
        (spent, held, parts) => {
          const scenario = partlyHeld(spent, held);
          let back = 0;
          for (const part of parts) if (typeof undo(scenario, part) !== 'string') back += part;
          scenario.tell({ type: 'VoidHold', redemptionId: 'open' });
          expect(scenario.available()).toBe(back);
          expect(imbalances(scenario.account, scenario.events.reduce(flowsAfter, {}))).toEqual([]);
          expect(lotsOutOfBounds(scenario.account, scenario.now)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    ));
});
