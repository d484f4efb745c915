import fc from 'fast-check';
import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { courses, lived } from '../domain/testing/course';
import { programme, Scenario, wallet } from '../domain/testing/scenario';
import { factsOf } from '../testing/account.facts';
import { storeDayPoints } from './store-day-points.projection';

const rules = programme({
  wallets: [
    wallet({ expiry: { mode: 'after', period: 'P1M' }, payWithPoints: { perPoints: 1, amountMinor: 1 } }),
    wallet({ code: 'dollars' }),
  ],
  conversions: [{ id: 'swap', from: { wallet: 'points', units: 5 }, to: { wallet: 'dollars', units: 1 } }],
});

const S1 = { store: { storeId: 'S1', timeZone: 'UTC' } };
const S2 = { store: { storeId: 'S2', timeZone: 'UTC' } };

const rows = (scenario: Scenario) => [...rowsAfter(storeDayPoints, factsOf(scenario)).values()];
const empty = { issued: 0, spent: 0, expired: 0, reversed: 0, adjusted: 0, converted: 0 };

describe("a store's books", () => {
  it('count what it issued and what became of it, day by day', () => {
    const scenario = new Scenario(rules, S1);
    scenario.buy('P1', 5_000);
    scenario.at('2026-01-02').pay('X1', 10);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    scenario.giveBack('R1', 'P1', 500);
    scenario.tell({ type: 'ConvertPoints', requestId: 'C1', conversionId: 'swap', times: 2 });
    scenario.at('2026-02-01').tell({ type: 'SettleAccount' });
    expect(rows(scenario)).toEqual([
      { storeId: 'S1', wallet: 'points', day: '2026-01-01', ...empty, issued: 50 },
      { storeId: 'S1', wallet: 'points', day: '2026-01-02', ...empty, spent: 10, reversed: 5, converted: -10 },
      { storeId: 'S1', wallet: 'dollars', day: '2026-01-02', ...empty, converted: 2 },
      { storeId: 'S1', wallet: 'points', day: '2026-02-01', ...empty, expired: 25 },
    ]);
  });

  it('count points where they were issued, wherever they are spent', () => {
    const scenario = new Scenario(rules, S1);
    scenario.buy('P1', 1_000);
    Object.assign(scenario, { context: S2 });
    scenario.buy('P2', 1_000);
    scenario.pay('X1', 15);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'X1' });
    expect(rows(scenario)).toMatchObject([
      { storeId: 'S1', issued: 10, spent: 10 },
      { storeId: 'S2', issued: 10, spent: 5 },
    ]);
  });

  it('count a repaid debt as the reversal it makes up for', () => {
    const scenario = new Scenario(rules, S1);
    scenario.buy('P1', 1_000);
    scenario.adjust(-10);
    scenario.giveBack('R1', 'P1', 1_000);
    scenario.buy('P2', 1_200);
    expect(rows(scenario)).toMatchObject([{ issued: 22, adjusted: -10, reversed: 10 }]);
  });

  it('stand on the day that was noted with the fact', () => {
    const scenario = new Scenario(rules, S1);
    scenario.buy('P1', 1_000);
    const noted = rowsAfter(storeDayPoints, factsOf(scenario, 'M1', '2025-12-31'));
    expect([...noted.values()]).toMatchObject([{ day: '2025-12-31', issued: 10 }]);
  });

  it('close with what the lots hold, store by store, whatever happens', () =>
    fc.assert(
      fc.property(courses, (course) => {
        const scenario = lived(new Scenario(rules, S1), course);
        const closing = new Map<string, number>();
        for (const { storeId, wallet: code, issued, spent, expired, reversed, adjusted, converted } of rows(scenario)) {
          const key = `${storeId} ${code}`;
          const net = issued - spent - expired - reversed + adjusted + converted;
          closing.set(key, (closing.get(key) ?? 0) + net);
        }
        for (const { issuingStore = '', wallet: code, remaining } of scenario.account.lots) {
          const key = `${issuingStore} ${code}`;
          closing.set(key, (closing.get(key) ?? 0) - remaining);
        }
        expect([...closing.values()].every((left) => left === 0)).toBe(true);
      }),
      { numRuns: 60 },
    ));
});
