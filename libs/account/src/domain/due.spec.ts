import { programme, Scenario, wallet } from './testing/scenario';

const expiring = programme({
  wallets: [
    wallet({
      pending: { mode: 'after', period: 'P10D' },
      expiry: { mode: 'after', period: 'P1M' },
      returns: { points: 'proportional', reach: 'unlimited' },
    }),
  ],
});

describe('what time alone brings about', () => {
  it('is stated once, dated when it happened, before whatever comes next', () => {
    const scenario = new Scenario(expiring);
    scenario.buy('T', 1_000);
    scenario.at('2026-03-01').buy('U', 500);
    expect(scenario.events.map((event) => [event.type, new Date(event.at).toISOString().slice(0, 10)])).toEqual([
      ['PurchaseRecorded', '2026-01-01'],
      ['PointsEarned', '2026-01-01'],
      ['PointsExpired', '2026-02-11'],
      ['PurchaseRecorded', '2026-03-01'],
      ['PointsEarned', '2026-03-01'],
    ]);
    expect(scenario.tell({ type: 'SettleAccount' })).toEqual([]);
  });

  it('repays debt when points become active, before they expire', () => {
    const scenario = new Scenario(expiring);
    scenario.buy('A', 5_000);
    scenario.at('2026-01-12').adjust(-50);
    scenario.giveBack('R', 'A', 5_000);
    scenario.at('2026-01-15').buy('B', 8_000);
    expect(scenario.balance()).toEqual({ available: 0, pending: 80, held: 0, debt: 50 });
    expect(scenario.at('2026-01-25').balance()).toEqual({ available: 30, pending: 0, held: 0, debt: 0 });
    expect(scenario.at('2026-06-01').balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
    scenario.tell({ type: 'SettleAccount' });
    expect(scenario.last('DebtRepaid')).toMatchObject({ points: 50, ordinal: 1 });
    expect(scenario.last('PointsExpired')).toMatchObject({ points: 30, ordinal: 4 });
  });

  it('leaves an account alone to which nothing has happened', () => {
    expect(new Scenario(expiring).tell({ type: 'SettleAccount' })).toEqual([]);
  });
});
