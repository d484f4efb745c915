import { automatic, balances, hundred, swap, under } from './testing/exchange';
import type { Scenario } from './testing/scenario';
import { on } from './testing/scenario';

const convert = (scenario: Scenario, times: number, requestId = 'c') =>
  scenario.tell({ type: 'ConvertPoints', requestId, conversionId: 'to-dollars', times });

describe('a conversion that is asked for', () => {
  it.each([
    [100, 1, [0, 500, 0]],
    [199, 1, [99, 500, 0]],
    [350, 3, [50, 1_500, 0]],
    [99, 1, 'insufficient-points'],
    [350, 4, 'insufficient-points'],
  ])('of %d points, %d times: %p', (points, times, expected) => {
    const scenario = under([hundred]);
    scenario.adjust(points);
    const result = convert(scenario, times);
    expect(typeof result === 'string' ? result : balances(scenario)).toEqual(expected);
  });

  it('says what left which lots, and names the lot that came of it by the request', () => {
    const scenario = under([hundred]).at('2026-01-01');
    scenario.adjust(60, 'a');
    scenario.at('2026-01-02').adjust(60, 'b');
    convert(scenario, 1, 'request-7');
    expect(scenario.last('PointsConverted')).toEqual({
      conversionId: 'to-dollars',
      programmeVersion: 1,
      times: 1,
      wallet: 'points',
      points: 100,
      slices: [
        { lotId: 'a', points: 60, issuingStore: 'S1' },
        { lotId: 'b', points: 40, issuingStore: 'S1' },
      ],
      lotId: 'conversion.request-7',
    });
    expect(scenario.last('PointsEarned')).toMatchObject({
      lotId: 'conversion.request-7',
      wallet: 'dollars',
      points: 500,
      cause: { kind: 'conversion', conversionId: 'to-dollars', version: 1 },
    });
  });

  it('makes points that are active at once and end as their new wallet says', () => {
    const dollars = {
      pending: { mode: 'after', period: 'P10D' },
      expiry: { mode: 'fixedDay', monthDay: '12-31' },
    } as const;
    const scenario = under([hundred], { expiry: { mode: 'after', period: 'P1M' } }, dollars).at('2026-01-20');
    scenario.adjust(100);
    convert(scenario, 1);
    expect(scenario.last('PointsEarned')).toMatchObject({ activeFrom: on('2026-01-20'), expiresAt: on('2027-01-01') });
    expect(balances(scenario.at('2026-12-31T23:59Z'))).toEqual([0, 500, 0]);
    expect(balances(scenario.at('2027-01-01'))).toEqual([0, 0, 0]);
  });

  it('leaves alone what is pending or on hold', () => {
    const scenario = under([hundred]);
    scenario.adjust(150);
    scenario.pay('p', 60);
    expect(convert(scenario, 1)).toBe('insufficient-points');
    scenario.tell({ type: 'VoidHold', redemptionId: 'p' });
    expect(convert(scenario, 1)).toEqual(['PointsConverted', 'PointsEarned']);
  });
});

describe('a conversion that happens by itself', () => {
  it('as often as it goes, whenever there is enough', () => {
    const scenario = under([automatic(hundred)]);
    expect(scenario.buy('T', 25_000)).toEqual(['PurchaseRecorded', 'PointsEarned', 'PointsConverted', 'PointsEarned']);
    expect(scenario.last('PointsConverted')).toMatchObject({ times: 2, points: 200, ordinal: 2 });
    expect(balances(scenario)).toEqual([50, 1_000, 0]);
    scenario.buy('U', 5_000);
    expect(balances(scenario)).toEqual([0, 1_500, 0]);
  });

  it('at the very instant at which points become active, though nobody looks until later', () => {
    const scenario = under([automatic(hundred)], { pending: { mode: 'after', period: 'P14D' } });
    scenario.buy('T', 12_000);
    expect(balances(scenario.at('2026-01-14T23:59Z'))).toEqual([0, 0, 0]);
    expect(balances(scenario.at('2026-01-15'))).toEqual([20, 500, 0]);
    scenario.at('2026-03-01').tell({ type: 'SettleAccount' });
    const made = scenario.events.filter(({ type }) => type === 'PointsConverted');
    expect(made.map(({ at }) => at)).toEqual([on('2026-01-15')]);
  });

  it.each([
    ['2026-01-10', 'a day', [20, 500, 0]],
    ['2026-01-11', 'not at all, since the end is exclusive', [60, 0, 0]],
  ])('of points of two tickets, the second of %s, that are active together for %s', (second, _, expected) => {
    const scenario = under([automatic(hundred)], {
      pending: { mode: 'after', period: 'P10D' },
      expiry: { mode: 'after', period: 'P10D' },
    });
    scenario.buy('A', 6_000);
    scenario.at(second).buy('B', 6_000);
    expect(balances(scenario.at('2026-01-21'))).toEqual(expected);
  });

  it('when a hold ends that kept the points from it', () => {
    const scenario = under([automatic(hundred)]);
    scenario.adjust(90);
    scenario.pay('p', 50);
    scenario.adjust(30);
    expect(balances(scenario)).toEqual([70, 0, 0]);
    expect(balances(scenario.at('2026-01-01T00:15Z'))).toEqual([20, 500, 0]);
  });

  it('not with points that are owed', () => {
    const scenario = under([automatic(hundred)], { returns: { points: 'proportional', reach: 'unlimited' } });
    scenario.buy('T', 9_000);
    scenario.adjust(-90);
    scenario.giveBack('R', 'T', 9_000);
    scenario.adjust(150);
    expect([scenario.balance().debt, ...balances(scenario)]).toEqual([0, 60, 0, 0]);
    scenario.adjust(40);
    expect(balances(scenario)).toEqual([0, 500, 0]);
  });

  it('one after the other, through all wallets of a chain', () => {
    const scenario = under([automatic(hundred), automatic(swap('on', ['dollars', 1_000], ['miles', 7]))]);
    scenario.adjust(330);
    expect(balances(scenario)).toEqual([30, 500, 7]);
    const lots = scenario.account.lots.map((lot) => [lot.wallet, lot.points, lot.remaining]);
    expect(lots).toEqual([
      ['points', 330, 30],
      ['dollars', 1_500, 500],
      ['miles', 7, 7],
    ]);
  });

  it('and the return of the sale then reaches for what has not been converted', () => {
    const scenario = under([automatic(hundred)], { returns: { points: 'proportional', reach: 'withinBalance' } });
    scenario.buy('T', 13_000);
    scenario.giveBack('R', 'T', 13_000);
    expect(scenario.last('PointsReversed')).toMatchObject({ points: 30, forgiven: 100, debt: 0 });
    expect(balances(scenario)).toEqual([0, 500, 0]);
  });
});

describe('a conversion beyond any sense', () => {
  const riches = swap('to-dollars', ['points', 1], ['dollars', 1_000_000_000]);

  it('that happens by itself makes as many points as an award may, all of them exact', () => {
    const scenario = under([automatic(riches)]);
    scenario.adjust(10_000_000);
    expect(balances(scenario)).toEqual([0, 1_000_000_000_000, 0]);
  });

  it('that is asked for is refused, and nothing is lost', () => {
    const scenario = under([riches]);
    scenario.adjust(10_000_000);
    expect(convert(scenario, 1_001)).toBe('too-many-points');
    expect(convert(scenario, 1_000)).toEqual(['PointsConverted', 'PointsEarned']);
    expect(balances(scenario)).toEqual([9_999_000, 1_000_000_000_000, 0]);
  });
});
