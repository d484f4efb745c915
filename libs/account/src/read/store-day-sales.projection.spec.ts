import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import { line, Scenario } from '../domain/testing/scenario';
import { factsOf } from '../testing/account.facts';
import { storeDaySales } from './store-day-sales.projection';

const rows = (scenario: Scenario) => [...rowsAfter(storeDaySales, factsOf(scenario)).values()];

describe("a store's sales to members", () => {
  it('count tickets, what they came to, returns and visits, by business date', () => {
    const scenario = new Scenario();
    scenario.buy('P1', [line(1, 1_000, { discountMinor: 100 }), line(2, 500)], { ticketDiscountMinor: 50 });
    scenario.buy('P2', 300);
    scenario.buy('P3', 300, { businessDate: '2025-12-31' });
    scenario.giveBack('R1', 'P2', 200);
    scenario.tell({ type: 'RecordVisit', visitId: 'V1', occurredAt: scenario.now, kind: 'shop' });
    expect(rows(scenario)).toEqual([
      { storeId: 'S1', day: '2026-01-01', sales: 2, netMinor: 1_650, returns: 1, returnedMinor: 200, visits: 1 },
      { storeId: 'S1', day: '2025-12-31', sales: 1, netMinor: 300, returns: 0, returnedMinor: 0, visits: 0 },
    ]);
  });
});
