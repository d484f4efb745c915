import type { ProgrammeDraft } from '#libs/programme/src/contract';
import { capturedOf, holdOf, spentOf, statusOf } from './holds';
import { on, programme, rule, Scenario, wallet } from './testing/scenario';

type Pay = NonNullable<ProgrammeDraft['wallets'][number]['payWithPoints']>;

const onePerCent: Pay = { perPoints: 1, amountMinor: 1 };

const under = (changes: Partial<ProgrammeDraft['wallets'][number]> = {}, draft: Partial<ProgrammeDraft> = {}) =>
  new Scenario(programme({ wallets: [wallet({ payWithPoints: onePerCent, ...changes })], ...draft }));

const capture = (scenario: Scenario, redemptionId: string, points?: number) =>
  scenario.tell({ type: 'CaptureHold', redemptionId, ...(points === undefined ? {} : { points }) });

const standing = (scenario: Scenario, redemptionId: string) => {
  const hold = holdOf(scenario.account, redemptionId);
  return hold && statusOf(hold, scenario.now);
};

describe('which lots a hold takes from', () => {
  /** Three lots of 10, told in an order that is not the one they are to be spent in. */
  const threeLots = (): Scenario => {
    const scenario = under({ expiry: { mode: 'after', period: 'P1M', roundUp: 'month' } });
    scenario.at('2026-01-20').buy('b-second', 1_000);
    scenario.at('2026-01-25').buy('c-third', 1_000);
    scenario.buy('a-first', 1_000, { occurredAt: on('2026-01-10') });
    return scenario;
  };

  it.each([
    [5, ['a-first.1 5']],
    [10, ['a-first.1 10']],
    [11, ['a-first.1 10', 'b-second.1 1']],
    [30, ['a-first.1 10', 'b-second.1 10', 'c-third.1 10']],
  ])('of %d points with one expiry: those that started first', (points, expected) => {
    const scenario = threeLots();
    scenario.pay('p', points);
    expect(scenario.last('PointsHeld').slices.map((slice) => `${slice.lotId} ${slice.points}`)).toEqual(expected);
  });

  it('a second hold takes what the first one left', () => {
    const scenario = threeLots();
    scenario.pay('p1', 15);
    scenario.pay('p2', 10);
    expect(scenario.last('PointsHeld').slices).toEqual([
      { lotId: 'b-second.1', points: 5, issuingStore: 'S1' },
      { lotId: 'c-third.1', points: 5, issuingStore: 'S1' },
    ]);
    expect(scenario.pay('p3', 6)).toBe('insufficient-points');
  });

  it('spends the first of them when less is captured, and frees the rest', () => {
    const scenario = threeLots();
    scenario.pay('p', 25);
    capture(scenario, 'p', 12);
    expect(scenario.last('HoldCaptured').slices.map((slice) => slice.points)).toEqual([10, 2]);
    expect(scenario.account.lots.map((lot) => [lot.lotId, lot.remaining])).toEqual([
      ['b-second.1', 8],
      ['c-third.1', 10],
      ['a-first.1', 0],
    ]);
    expect(scenario.balance()).toEqual({ available: 18, pending: 0, held: 0, debt: 0 });
  });

  it('never from points that are still pending', () => {
    const scenario = under({ pending: { mode: 'after', period: 'P10D' } });
    scenario.buy('T', 5_000);
    expect(scenario.pay('p', 1)).toBe('insufficient-points');
    expect(scenario.pay('p', 'max')).toBe('nothing-to-apply');
    expect(scenario.at('2026-01-11').pay('p', 50)).toEqual(['PointsHeld']);
  });
});

describe('how long a hold lasts', () => {
  it.each([
    [undefined, '2026-01-01T00:15Z'],
    ['PT2H', '2026-01-01T02:00Z'],
    ['P1D', '2026-01-02'],
  ])('as long as the programme says (%s)', (holdTtl, end) => {
    const scenario = under({}, holdTtl === undefined ? {} : { holdTtl });
    scenario.adjust(10);
    scenario.pay('p', 10);
    expect(scenario.last('PointsHeld').until).toBe(on(end));
    scenario.now = on(end) - 1;
    expect([standing(scenario, 'p'), scenario.balance()]).toEqual([
      'held',
      { available: 0, pending: 0, held: 10, debt: 0 },
    ]);
    scenario.now = on(end);
    expect([standing(scenario, 'p'), scenario.available()]).toEqual(['lapsed', 10]);
  });

  it('a lapsed one can still be given up, and is then not captured', () => {
    const scenario = under();
    scenario.adjust(10);
    scenario.pay('p', 10);
    scenario.at('2026-01-02');
    expect(scenario.tell({ type: 'VoidHold', redemptionId: 'p' })).toEqual(['HoldVoided']);
    expect(capture(scenario, 'p')).toBe('already-voided');
  });

  it('a lapsed one on a ticket is captured while the points are there, and stops the ticket when they are not', () => {
    const scenario = under();
    scenario.adjust(10);
    scenario.pay('p', 10);
    scenario.at('2026-01-02').pay('q', 10);
    expect(scenario.buy('T', 500, { redemptionIds: ['p'] })).toBe('hold-expired');
    scenario.tell({ type: 'VoidHold', redemptionId: 'q' });
    expect(scenario.buy('T', 500, { redemptionIds: ['p'] })).toContain('HoldCaptured');
  });

  it('is not captured after its end by someone who owes points', () => {
    const scenario = under({ returns: { points: 'proportional', reach: 'unlimited' } });
    scenario.buy('T', 1_000);
    scenario.pay('p', 10);
    scenario.giveBack('R', 'T', 1_000);
    expect(scenario.balance()).toMatchObject({ held: 10, debt: 10 });
    expect(capture(scenario.at('2026-01-02'), 'p')).toBe('hold-expired');
  });

  it('is captured before its end by someone who owes points meanwhile: they were promised', () => {
    const scenario = under({ returns: { points: 'proportional', reach: 'unlimited' } });
    scenario.buy('T', 1_000);
    scenario.pay('p', 10);
    scenario.giveBack('R', 'T', 1_000);
    expect(capture(scenario, 'p')).toEqual(['HoldCaptured']);
    expect(scenario.balance()).toEqual({ available: 0, pending: 0, held: 0, debt: 10 });
  });
});

describe('what points are worth on a bill', () => {
  it.each([
    [{ perPoints: 3, amountMinor: 100 }, 10, 333],
    [{ perPoints: 3, amountMinor: 100 }, 9, 300],
    [{ perPoints: 100, amountMinor: 1 }, 199, 1],
    [{ perPoints: 1, amountMinor: 250 }, 7, 1_750],
  ])('%j: %d points are worth %d, rounded down', (payWithPoints, points, valueMinor) => {
    const scenario = under({ payWithPoints });
    scenario.adjust(500);
    scenario.pay('p', points);
    expect(scenario.last('PointsHeld').valueMinor).toBe(valueMinor);
  });

  it.each([
    [1_000, 1, 3, 333],
    [1_001, 1, 3, 333],
    [1_002, 1, 3, 334],
    [1, 1, 2, 'nothing-to-apply'],
  ])('of a bill of %d at most %d/%d: %p', (bill, num, den, expected) => {
    const scenario = under({ payWithPoints: { ...onePerCent, maxShareOfBill: { num, den } } });
    scenario.adjust(5_000);
    const result = scenario.pay('p', 'max', bill);
    expect(typeof result === 'string' ? result : scenario.last('PointsHeld').points).toBe(expected);
  });

  it('is what was captured, at the rate of when it was held', () => {
    const scenario = under({ payWithPoints: { perPoints: 3, amountMinor: 100 } });
    scenario.adjust(10);
    scenario.pay('p', 10);
    capture(scenario, 'p', 5);
    expect(scenario.last('HoldCaptured')).toMatchObject({ points: 5, valueMinor: 166 });
  });
});

describe('what a redemption has spent', () => {
  it('falls as parts of it are undone, slice by slice from the last', () => {
    const scenario = under();
    scenario.adjust(6, 'a');
    scenario.adjust(6, 'b');
    scenario.pay('p', 10);
    capture(scenario, 'p');
    const left = (undone: number) => {
      scenario.tell({ type: 'UndoRedemption', redemptionId: 'p', points: undone });
      const hold = holdOf(scenario.account, 'p');
      return hold && [spentOf(hold), capturedOf(hold).map((slice) => `${slice.lotId} ${slice.points}`)];
    };
    expect(left(3)).toEqual([7, ['a 6', 'b 1']]);
    expect(left(2)).toEqual([5, ['a 5']]);
    expect(left(5)).toEqual([0, []]);
  });

  it('on several redemptions of one ticket goes in one decision, or not at all', () => {
    const scenario = under({}, { earningRules: [rule({ award: { kind: 'fixed', points: 1 } })] });
    scenario.adjust(30);
    for (const id of ['p', 'q']) scenario.pay(id, 10);
    expect(scenario.buy('T', 500, { redemptionIds: ['p', 'none'] })).toBe('redemption-not-found');
    expect([standing(scenario, 'p'), scenario.account.sales]).toEqual(['held', []]);
    expect(scenario.buy('T', 500, { redemptionIds: ['p', 'q'] })).toEqual([
      'PurchaseRecorded',
      'HoldCaptured',
      'HoldCaptured',
      'PointsEarned',
    ]);
    expect(scenario.account.holds.map((hold) => hold.purchaseId)).toEqual(['T', 'T']);
    expect(scenario.buy('U', 500, { redemptionIds: ['p'] })).toBe('already-captured');
  });
});
