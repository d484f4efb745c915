import fc from 'fast-check';
import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { courses, lived } from '../domain/testing/course';
import { on, programme, Scenario, wallet } from '../domain/testing/scenario';
import { factsOf } from '../testing/account.facts';
import { accountOverview } from './account-overview.projection';

const rules = programme({
  wallets: [wallet({ expiry: { mode: 'after', period: 'P2M' }, payWithPoints: { perPoints: 1, amountMinor: 1 } })],
  tiers: {
    window: { kind: 'lifetime' },
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 5_000 },
    ],
  },
});

const row = (scenario: Scenario) => [...rowsAfter(accountOverview, factsOf(scenario)).values()][0];

describe('an account in one line', () => {
  it('counts purchases, visits, spend and points', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 2_000);
    scenario.at('2026-01-10').buy('P2', 3_500, { ticketDiscountMinor: 500 });
    scenario.tell({ type: 'RecordVisit', visitId: 'V1', occurredAt: scenario.now, kind: 'shop' });
    expect(row(scenario)).toEqual({
      memberId: 'M1',
      purchases: 2,
      visits: 1,
      netMinor: 5_000,
      lastPurchaseAt: on('2026-01-10'),
      tier: 'gold',
      wallets: { points: { points: 50, debt: 0 } },
    });
  });

  it('takes off what comes back, and shows debt', () => {
    const scenario = new Scenario(rules);
    scenario.buy('P1', 6_000);
    scenario.adjust(-55);
    scenario.giveBack('R1', 'P1', 6_000);
    expect(row(scenario)).toMatchObject({ netMinor: 0, tier: null, wallets: { points: { points: 0, debt: 55 } } });
    scenario.buy('P2', 1_000);
    expect(row(scenario)).toMatchObject({ wallets: { points: { points: 0, debt: 45 } } });
  });

  it('keeps the latest purchase though an older one arrives later', () => {
    const scenario = new Scenario(rules).at('2026-01-20');
    scenario.buy('P1', 100);
    scenario.buy('P2', 100, { occurredAt: on('2026-01-05') });
    expect(row(scenario)?.lastPurchaseAt).toBe(on('2026-01-20'));
  });

  it('adds up to the fold, whatever happens', () =>
    fc.assert(
      fc.property(courses, (course) => {
        const scenario = lived(new Scenario(rules), course);
        const { lots, debts } = scenario.account;
        const told = row(scenario)?.wallets['points'] ?? { points: 0, debt: 0 };
        expect(told).toEqual({ points: lots.reduce((sum, lot) => sum + lot.remaining, 0), debt: debts['points'] ?? 0 });
      }),
      { numRuns: 40 },
    ));
});
