import fc from 'fast-check';
import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { courses, lived } from '../domain/testing/course';
import { on, programme, Scenario, wallet } from '../domain/testing/scenario';
import { factsOf } from '../testing/account.facts';
import { lotsExpiring } from './lots-expiring.projection';

const rules = programme({
  wallets: [
    wallet({
      expiry: { mode: 'after', period: 'P1M' },
      payWithPoints: { perPoints: 1, amountMinor: 1 },
      undo: { expiredSlices: 'grace', grace: 'P10D' },
    }),
  ],
});

const rows = (scenario: Scenario) => [...rowsAfter(lotsExpiring, factsOf(scenario)).values()];

describe('lots until their end', () => {
  it('show what they hold and when they end', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.pay('X1', 4);
    expect(rows(scenario)).toEqual([
      {
        memberId: 'M1',
        lotId: 'P1.1',
        wallet: 'points',
        issuingStore: 'S1',
        points: 10,
        expiresAt: on('2026-02-01'),
      },
    ]);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    expect(rows(scenario)).toMatchObject([{ points: 6 }]);
  });

  it('go with their end', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.at('2026-02-01').tell({ type: 'SettleAccount' });
    expect(rows(scenario)).toEqual([]);
  });

  it('get another end when points come back to them late', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.pay('X1', 10);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    scenario.at('2026-03-01').tell({ type: 'UndoRedemption', redemptionId: 'X1' });
    expect(rows(scenario)).toMatchObject([{ points: 10, expiresAt: on('2026-03-11') }]);
  });

  it('are there again when points come back after the rest had expired', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 1_000);
    scenario.pay('X1', 4);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    const [whole] = rows(scenario);
    scenario.at('2026-02-01').tell({ type: 'SettleAccount' });
    expect(rows(scenario)).toEqual([]);
    scenario.at('2026-03-01').tell({ type: 'UndoRedemption', redemptionId: 'X1' });
    expect(rows(scenario)).toEqual([{ ...whole, points: 4, expiresAt: on('2026-03-11') }]);
  });

  it('get their end back when the sale that had moved it comes back', () => {
    const sliding = programme({
      wallets: [wallet({ expiry: { mode: 'sliding', period: 'P1M', activities: ['earn'] } })],
    });
    const scenario = new Scenario(sliding);
    scenario.buy('P1', 1_000);
    scenario.at('2026-01-05').buy('P2', 1_000);
    expect(rows(scenario)).toMatchObject([{ expiresAt: on('2026-02-05') }, { expiresAt: on('2026-02-05') }]);
    scenario.giveBack('R1', 'P2', 1_000);
    expect(rows(scenario)).toMatchObject([{ expiresAt: on('2026-02-01') }, { points: 0 }]);
  });

  it('get their end with their activation', () => {
    const waiting = programme({
      wallets: [wallet({ pending: { mode: 'onAction' }, expiry: { mode: 'after', period: 'P10D' } })],
    });
    const scenario = new Scenario(waiting);
    scenario.buy('P1', 1_000);
    expect(rows(scenario)).toMatchObject([{ expiresAt: null }]);
    scenario.at('2026-01-05').tell({ type: 'ActivatePoints', wallet: 'points' });
    expect(rows(scenario)).toMatchObject([{ expiresAt: on('2026-01-15') }]);
  });

  it('hold what the fold says, whatever happens', () =>
    fc.assert(
      fc.property(courses, (course) => {
        const scenario = lived(new Scenario(rules), course);
        const held = new Map(rows(scenario).map(({ lotId, points }) => [lotId, points]));
        for (const lot of scenario.account.lots) expect(held.get(lot.lotId) ?? 0).toBe(lot.remaining);
      }),
      { numRuns: 40 },
    ));
});
