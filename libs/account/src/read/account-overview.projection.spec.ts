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

const metals = programme({
  tiers: {
    window: { kind: 'lifetime' },
    levels: [
      { code: 'member', min: 0 },
      { code: 'silver', min: 1_000 },
      { code: 'gold', min: 4_000 },
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

  it('has the tier of the recorded path, whatever is bought and comes back in whichever order', () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 100, max: 5_000 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.nat(4), { maxLength: 5 }),
        (amounts, returned) => {
          const scenario = new Scenario(metals);
          amounts.forEach((amount, day) => scenario.at(`2026-01-0${day + 1}`).buy(`P${day}`, amount));
          for (const day of new Set(returned)) scenario.giveBack(`R${day}`, `P${day}`, amounts[day] ?? 1);
          expect(row(scenario)?.tier ?? null).toBe(scenario.account.tierPath.at(-1)?.to ?? null);
        },
      ),
      { numRuns: 100 },
    ));

  it('has the tier that is left when the last step is taken away', () => {
    const scenario = new Scenario(metals);
    scenario.buy('P1', 3_000);
    scenario.at('2026-01-02').buy('P2', 5_000);
    expect(row(scenario)?.tier).toBe('gold');
    scenario.giveBack('R2', 'P2', 5_000);
    expect(row(scenario)?.tier).toBe('silver');
    scenario.giveBack('R1', 'P1', 3_000);
    expect(row(scenario)?.tier).toBeNull();
  });

  it('leaves the tier alone where an early correction does not say what is left', () => {
    const scenario = new Scenario(metals);
    scenario.buy('P1', 3_000);
    scenario.events.push({ type: 'TierCorrected', at: scenario.now, data: { since: scenario.now, steps: [] } });
    expect(row(scenario)?.tier).toBe('silver');
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
