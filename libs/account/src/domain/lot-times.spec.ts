import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { on, programme, rule, Scenario, wallet } from './testing/scenario';

type Wallet = ProgrammeDraft['wallets'][number];

const under = (changes: Partial<Wallet>, draft: Partial<ProgrammeDraft> = {}): Scenario =>
  new Scenario(programme({ wallets: [wallet(changes)], ...draft }));

const melbourne = { timeZone: 'Australia/Melbourne' };

/** Spendable, just before an instant and at it. */
const around = (scenario: Scenario, instant: string): readonly [number, number] => {
  scenario.now = on(instant) - 1;
  const before = scenario.available();
  scenario.now = on(instant);
  return [before, scenario.available()];
};

describe('when points become spendable', () => {
  it.each<[Wallet['pending'], string, string]>([
    [{ mode: 'after', period: 'P14D' }, '2026-01-10T05:00Z', '2026-01-24T05:00Z'],
    [{ mode: 'after', period: 'PT36H' }, '2026-01-10T05:00Z', '2026-01-11T17:00Z'],
    [{ mode: 'after', period: 'P1M' }, '2026-01-31', '2026-02-28'],
    [{ mode: 'after', period: 'P14D', roundUp: 'day' }, '2026-01-10T05:00Z', '2026-01-25'],
    [{ mode: 'after', period: 'P1D', roundUp: 'month' }, '2026-01-10', '2026-02-01'],
    [{ mode: 'after', period: 'P14D', roundUp: 'day', roundTo: 'start' }, '2026-01-10T05:00Z', '2026-01-24'],
  ])('%j: those of %s from %s on', (pending, bought, active) => {
    const scenario = under({ pending }).at(bought);
    scenario.buy('T', 1_000);
    expect(scenario.balance()).toEqual({ available: 0, pending: 10, held: 0, debt: 0 });
    expect(around(scenario, active)).toEqual([0, 10]);
  });

  it('on the calendar of the programme: fourteen days, over the night the clocks go back', () => {
    const scenario = under({ pending: { mode: 'after', period: 'P14D' } }, melbourne).at('2026-03-29T01:00Z');
    scenario.buy('T', 1_000);
    expect(around(scenario, '2026-04-12T02:00Z')).toEqual([0, 10]);
  });

  it('by an action: each lot that waits, and none that comes later', () => {
    const scenario = under({ pending: { mode: 'onAction' } });
    scenario.buy('A', 1_000);
    scenario.buy('B', 500);
    scenario.at('2026-01-05').tell({ type: 'ActivatePoints', wallet: 'points' });
    scenario.buy('C', 300);
    expect(scenario.balance()).toMatchObject({ available: 15, pending: 3 });
    expect(scenario.last('PointsActivated').lots.map((lot) => lot.lotId)).toEqual(['A.1', 'B.1']);
    expect(scenario.tell({ type: 'ActivatePoints', wallet: 'points' })).toEqual(['PointsActivated']);
    expect(scenario.tell({ type: 'ActivatePoints', wallet: 'points' })).toEqual([]);
    expect(scenario.tell({ type: 'ActivatePoints', wallet: 'none' })).toBe('unknown-wallet');
  });

  it('given by hand they do not wait', () => {
    const scenario = under({ pending: { mode: 'after', period: 'P14D' } });
    scenario.adjust(5);
    expect(scenario.balance()).toMatchObject({ available: 5, pending: 0 });
  });
});

describe('when points end', () => {
  it.each<[Wallet['expiry'], string, string]>([
    [{ mode: 'after', period: 'P1M' }, '2026-01-31', '2026-02-28'],
    [{ mode: 'after', period: 'P12M' }, '2024-02-29', '2025-02-28'],
    [{ mode: 'after', period: 'P12M', roundUp: 'month' }, '2026-01-10', '2027-02-01'],
    [{ mode: 'after', period: 'P1M', roundUp: 'quarter' }, '2026-01-10', '2026-04-01'],
    [{ mode: 'after', period: 'P1M', roundUp: 'halfYear' }, '2026-01-10', '2026-07-01'],
    [{ mode: 'after', period: 'P1M', roundUp: 'year' }, '2026-01-10', '2027-01-01'],
    [{ mode: 'after', period: 'P1D', roundUp: 'week' }, '2026-01-10', '2026-01-12'],
    [{ mode: 'fixedDay', monthDay: '12-31' }, '2026-01-10', '2027-01-01'],
    [{ mode: 'fixedDay', monthDay: '06-30' }, '2026-07-01', '2027-07-01'],
  ])('%j: those of %s are over at %s', (expiry, bought, end) => {
    const scenario = under({ expiry }).at(bought);
    scenario.buy('T', 1_000);
    expect(around(scenario, end)).toEqual([10, 0]);
  });

  it('the 31st of December in the zone of the programme, not of the clock', () => {
    const scenario = under({ expiry: { mode: 'fixedDay', monthDay: '12-31' } }, melbourne);
    scenario.buy('T', 1_000);
    expect(around(scenario, '2026-12-31T13:00Z')).toEqual([10, 0]);
  });

  it.each([
    ['activation', '2026-03-15'],
    ['earning', '2026-03-01'],
  ] as const)('counted from %s: at %s', (from, end) => {
    const pending = { mode: 'after', period: 'P14D' } as const;
    const scenario = under({ pending, expiry: { mode: 'after', period: 'P2M', from } });
    scenario.buy('T', 1_000);
    expect(around(scenario, end)).toEqual([10, 0]);
  });

  it('counted from earning, before they were ever active: they are never spendable', () => {
    const pending = { mode: 'after', period: 'P2M' } as const;
    const scenario = under({ pending, expiry: { mode: 'after', period: 'P1M', from: 'earning' } });
    scenario.buy('T', 1_000);
    for (const day of ['2026-01-31', '2026-02-01', '2026-03-01', '2026-04-01'])
      expect([day, scenario.at(day).available()]).toEqual([day, 0]);
  });

  it('are stated once for what is left, with the store that issued them, whenever the sweeper comes', () => {
    const scenario = under({ expiry: { mode: 'after', period: 'P1M' } });
    scenario.buy('A', 1_000);
    scenario.at('2026-01-05').buy('B', 500);
    scenario.adjust(-4);
    expect(scenario.at('2026-06-01').tell({ type: 'SettleAccount' })).toEqual(['PointsExpired', 'PointsExpired']);
    expect(scenario.tell({ type: 'SettleAccount' })).toEqual([]);
    const stated = scenario.events.filter(({ type }) => type === 'PointsExpired');
    expect(stated.map(({ at, data }) => [at, data])).toEqual([
      [on('2026-02-01'), { wallet: 'points', lotId: 'A.1', points: 6, issuingStore: 'S1', ordinal: 4 }],
      [on('2026-02-05'), { wallet: 'points', lotId: 'B.1', points: 5, issuingStore: 'S1', ordinal: 4 }],
    ]);
  });
});

describe('points whose end slides', () => {
  const sliding = (...activities: ('earn' | 'spend' | 'visit')[]): Scenario =>
    under(
      { expiry: { mode: 'sliding', period: 'P1M', activities }, payWithPoints: { perPoints: 1, amountMinor: 1 } },
      { earningRules: [rule()] },
    );

  it.each([
    ['earn', ['earn'], true],
    ['earn', ['spend', 'visit'], false],
    ['spend', ['spend'], true],
    ['spend', ['earn', 'visit'], false],
    ['visit', ['visit'], true],
    ['visit', ['earn', 'spend'], false],
  ] as const)('with %s where %j count: %p', (activity, listed, extended) => {
    const scenario = sliding(...listed);
    scenario.buy('T', 1_000);
    scenario.at('2026-01-20');
    if (activity === 'earn') scenario.buy('U', 100);
    if (activity === 'spend') scenario.pay('p', 1);
    if (activity === 'spend') scenario.tell({ type: 'CaptureHold', redemptionId: 'p' });
    if (activity === 'visit')
      scenario.tell({ type: 'RecordVisit', visitId: 'V', kind: 'shop', occurredAt: scenario.now });
    expect(scenario.account.lots[0]?.expiresAt).toBe(on(extended ? '2026-02-20' : '2026-02-01'));
  });

  it.each<[string, (scenario: Scenario) => unknown]>([
    ['a return', (scenario) => scenario.giveBack('R', 'T', 100)],
    ['points given by hand', (scenario) => scenario.adjust(5)],
    ['a hold that is not captured', (scenario) => scenario.pay('p', 1)],
    ['a ticket that earns nothing', (scenario) => scenario.buy('U', 0)],
  ])('not with %s', (_, act) => {
    const scenario = sliding('earn', 'spend', 'visit');
    scenario.buy('T', 1_000);
    act(scenario.at('2026-01-20'));
    expect(scenario.account.lots[0]?.expiresAt).toBe(on('2026-02-01'));
  });

  it('never back: a late ticket moves no end that is later already, has its own moved, and wakes no point that is over', () => {
    const scenario = sliding('earn');
    scenario.buy('A', 1_000);
    scenario.at('2026-01-20').buy('B', 1_000);
    scenario.at('2026-01-25').buy('C', 1_000, { occurredAt: on('2026-01-10') });
    const ends = scenario.account.lots.map((lot) => [lot.lotId, lot.expiresAt]);
    expect(ends).toEqual([
      ['A.1', on('2026-02-20')],
      ['B.1', on('2026-02-20')],
      ['C.1', on('2026-02-20')],
    ]);
    scenario.at('2026-03-05').buy('D', 1_000);
    expect(scenario.available()).toBe(10);
  });
});
