import { programme, Scenario, wallet } from './testing/scenario';

type Mode = 'lost' | 'grace' | 'freshLot';

/** 100 earned on a ticket, spent, and given back by an undo after their lot had ended. */
const undoneLate = (expiredSlices: Mode): Scenario => {
  const scenario = new Scenario(
    programme({
      wallets: [
        wallet({
          expiry: { mode: 'after', period: 'P1M' },
          returns: { points: 'proportional', reach: 'unlimited' },
          undo: { expiredSlices, grace: 'P5D' },
          payWithPoints: { perPoints: 1, amountMinor: 1 },
        }),
      ],
    }),
  );
  scenario.buy('T', 10_000);
  scenario.pay('p', 100);
  scenario.tell({ type: 'CaptureHold', redemptionId: 'p' });
  scenario.at('2026-02-10').tell({ type: 'UndoRedemption', redemptionId: 'p' });
  return scenario;
};

describe('the return of a sale whose points were spent, ended, and were given back', () => {
  it.each<[Mode, number, number]>([
    ['lost', 0, 100],
    ['grace', 100, 0],
    ['freshLot', 100, 0],
  ])('%s: of %d points there, nothing is left; %d had been gone', (mode, there, fromExpired) => {
    const scenario = undoneLate(mode);
    expect(scenario.available()).toBe(there);
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, forgiven: 0, fromExpired, debt: 0 });
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 0 });
  });

  it.each<[Mode, boolean]>([
    ['lost', false],
    ['grace', false],
    ['freshLot', true],
  ])('%s: the fact names the lot they became: %p', (mode, named) => {
    const scenario = undoneLate(mode);
    const { fresh } = scenario.last('RedemptionUndone');
    const last = scenario.account.lots.at(-1);
    expect([fresh, last?.lotId]).toEqual(named ? ['p.undo.2', 'p.undo.2'] : [undefined, 'T.1']);
    expect(scenario.account.lots[0]?.expired).toBe(mode === 'lost' ? 100 : 0);
  });

  it('once the fresh lot has run out as well, they are not taken twice', () => {
    const scenario = undoneLate('freshLot').at('2026-04-01');
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, fromExpired: 100, debt: 0, slices: [] });
    expect(scenario.account.lots.map((lot) => [lot.reversed, lot.expiredReversed])).toEqual([
      [100, 0],
      [0, 100],
    ]);
  });

  it('once the fresh lot has been spent, they are owed', () => {
    const scenario = undoneLate('freshLot');
    scenario.pay('again', 70);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'again' });
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 100, fromExpired: 0, debt: 70 });
  });

  it('once the fresh lot has been renewed in its turn, they are found there', () => {
    const scenario = undoneLate('freshLot');
    scenario.pay('again', 70);
    scenario.tell({ type: 'CaptureHold', redemptionId: 'again' });
    scenario.at('2026-03-20').tell({ type: 'UndoRedemption', redemptionId: 'again' });
    scenario.adjust(500, 'gift');
    scenario.giveBack('R', 'T', 10_000);
    expect(scenario.last('PointsReversed')).toMatchObject({
      ...{ points: 100, fromExpired: 30, debt: 0 },
      slices: [{ lotId: 'again.undo.3', points: 70 }],
    });
    expect(scenario.available()).toBe(500);
  });
});
