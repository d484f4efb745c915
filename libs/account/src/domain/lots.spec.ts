import type { Account, Lot } from './account.state';
import { emptyAccount } from './empty-account';
import { balanceOf, bySpendingOrder, firstOf, moved, spendable, sumOf, take } from './lots';
import { on } from './testing/scenario';

const lot = (lotId: string, points: number, changes: Partial<Lot> = {}): Lot => ({
  lotId,
  wallet: 'points',
  points,
  remaining: points,
  reversed: 0,
  expired: 0,
  expiredReversed: 0,
  cause: { kind: 'adjustment', reason: 'test' },
  lines: [],
  counts: {},
  occurredAt: on('2026-01-01'),
  activeFrom: on('2026-01-01'),
  expiresAt: null,
  ...changes,
});

const having = (...lots: Lot[]): Account => ({ ...emptyAccount('M1'), lots });

describe('balance', () => {
  const spring = lot('spring', 50, { expiresAt: on('2026-04-01') });

  it('counts a lot from its activation, inclusive', () => {
    const account = having(lot('later', 20, { activeFrom: on('2026-02-01') }));
    expect(balanceOf(account, 'points', on('2026-02-01') - 1)).toEqual({ available: 0, pending: 20, held: 0, debt: 0 });
    expect(balanceOf(account, 'points', on('2026-02-01'))).toEqual({ available: 20, pending: 0, held: 0, debt: 0 });
  });

  it('counts a lot until its expiry, exclusive', () => {
    expect(balanceOf(having(spring), 'points', on('2026-04-01') - 1).available).toBe(50);
    expect(balanceOf(having(spring), 'points', on('2026-04-01')).available).toBe(0);
  });

  it('keeps a lot that waits for an action pending for ever', () => {
    const account = having(lot('waiting', 7, { activeFrom: null, expiresAt: on('2026-02-01') }));
    expect(balanceOf(account, 'points', on('2030-01-01'))).toEqual({ available: 0, pending: 7, held: 0, debt: 0 });
  });

  it('never falls below nothing while points are owed', () => {
    const account = { ...having(lot('a', 30)), debts: { points: 45 } };
    expect(balanceOf(account, 'points', on('2026-01-02'))).toEqual({ available: 0, pending: 0, held: 0, debt: 45 });
  });

  it('looks at one wallet only', () => {
    const account = having(lot('a', 30), lot('b', 5, { wallet: 'dollars' }));
    expect(balanceOf(account, 'dollars', on('2026-01-02')).available).toBe(5);
  });
});

describe('spending order', () => {
  it('is expiry, then activation, then occurrence, then id; what never expires comes last', () => {
    const lots = [
      lot('z-never', 1),
      lot('b', 1, { expiresAt: on('2026-05-01') }),
      lot('a', 1, { expiresAt: on('2026-05-01') }),
      lot('early', 1, { expiresAt: on('2026-05-01'), occurredAt: on('2025-12-31') }),
      lot('active-first', 1, { expiresAt: on('2026-05-01'), activeFrom: on('2025-12-01') }),
      lot('soonest', 1, { expiresAt: on('2026-02-01') }),
    ];
    const order = lots.sort(bySpendingOrder).map((each) => each.lotId);
    expect(order).toEqual(['soonest', 'active-first', 'early', 'a', 'b', 'z-never']);
  });

  it('takes what is asked for and no more', () => {
    const account = having(lot('a', 30, { expiresAt: on('2026-02-01') }), lot('b', 50));
    const slices = take(spendable(account, 'points', on('2026-01-10')), 70);
    expect(slices).toEqual([
      { lotId: 'a', points: 30 },
      { lotId: 'b', points: 40 },
    ]);
  });

  it('takes all there is when more is asked for', () => {
    expect(sumOf(take(spendable(having(lot('a', 30)), 'points', on('2026-01-10')), 99))).toBe(30);
  });

  it('names the issuing store in each slice', () => {
    const account = having(lot('a', 30, { issuingStore: 'S7' }));
    expect(take(spendable(account, 'points', on('2026-01-10')), 3)).toEqual([
      { lotId: 'a', points: 3, issuingStore: 'S7' },
    ]);
  });

  it('takes 1,000,000 points from 10,000 lots exactly, soonest expiry first', () => {
    const lots = Array.from({ length: 10_000 }, (_, index) =>
      lot(`L${index}`, 100, { expiresAt: on('2027-01-01') + ((index * 7919) % 10_000) }),
    );
    const slices = take(spendable(having(...lots), 'points', on('2026-06-01')), 1_000_000);
    expect(slices).toHaveLength(10_000);
    expect(sumOf(slices)).toBe(1_000_000);
    const after = having(...moved(lots, slices, -1));
    expect(balanceOf(after, 'points', on('2026-06-01')).available).toBe(0);
  });
});

describe('slices', () => {
  const slices = [
    { lotId: 'a', points: 30 },
    { lotId: 'b', points: 50 },
  ];

  it('are cut at a number of points', () => {
    expect(firstOf(slices, 40)).toEqual([
      { lotId: 'a', points: 30 },
      { lotId: 'b', points: 10 },
    ]);
    expect(firstOf(slices, 0)).toEqual([]);
  });

  it('move points out of lots and back', () => {
    const lots = [lot('a', 30), lot('b', 60), lot('c', 1)];
    const out = moved(lots, slices, -1);
    expect(out.map((each) => each.remaining)).toEqual([0, 10, 1]);
    expect(moved(out, slices, 1)).toEqual(lots);
  });
});
