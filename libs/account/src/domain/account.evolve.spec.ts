import { type AccountEvent, accountEvents } from './account.events';
import { evolve } from './account.evolve';
import type { Account } from './account.state';
import { emptyAccount } from './empty-account';
import { on } from './testing/scenario';
import { wholeLife } from './testing/whole-life';

type Part = keyof Account;
const parts = Object.keys(emptyAccount('M1')) as Part[];

const differing = (before: Account, after: Account): readonly Part[] =>
  parts.filter((part) => part !== 'latest' && before[part] !== after[part]);

/** Every part of the account that facts of each kind changed in the life. */
const changedBy = (): ReadonlyMap<string, ReadonlySet<Part>> => {
  const changed = new Map<string, Set<Part>>();
  wholeLife().events.reduce((before, event) => {
    const after = evolve(before, event);
    const known = changed.get(event.type) ?? new Set();
    changed.set(event.type, new Set([...known, ...differing(before, after)]));
    return after;
  }, emptyAccount('M1'));
  return changed;
};

describe('what each kind of fact changes of an account, and nothing else', () => {
  const changed = changedBy();

  it.each<[AccountEvent['type'], readonly Part[]]>([
    ['PurchaseRecorded', ['qualifying', 'sales']],
    ['VisitRecorded', ['occasions', 'qualifying', 'visits']],
    ['ActivityRecorded', ['occasions', 'qualifying']],
    ['TicketSetAside', ['reviews']],
    ['TicketReviewed', ['reviews']],
    ['PointsEarned', ['lots', 'qualifying']],
    ['PointsActivated', ['lots']],
    ['ExpiryExtended', ['lots']],
    ['ExtensionWithdrawn', ['lots']],
    ['PointsExpired', ['lots']],
    ['PointsDeducted', ['lots']],
    ['AdjustmentNoted', []],
    ['PointsConverted', ['lots']],
    ['PointsHeld', ['holds']],
    ['HoldCaptured', ['holds', 'lots']],
    ['HoldVoided', ['holds']],
    ['RedemptionUndone', ['holds', 'lots']],
    ['PurchaseReturned', ['qualifying', 'returns', 'sales']],
    ['ReturnParked', ['returns']],
    ['PointsReversed', ['lots', 'qualifying']],
    ['DebtIncurred', ['debts']],
    ['DebtRepaid', ['debts', 'lots']],
    ['TierReached', ['awaited', 'tierPath']],
    ['TierLost', ['awaited', 'tierPath']],
    ['TierCorrected', ['awaited', 'tierPath']],
    ['TierGranted', ['manualTiers']],
    ['TierNoticed', ['noticed']],
    ['TierChangeAwaited', ['awaited']],
    ['SegmentEntered', ['segments']],
    ['SegmentLeft', ['segments']],
    ['VoucherIssued', ['holds', 'vouchers']],
    ['VoucherHeld', ['vouchers']],
    ['VoucherUsed', ['vouchers']],
    ['VoucherReinstated', ['vouchers']],
    ['VoucherCancelled', ['vouchers']],
  ])('%s: %j', (type, expected) => expect([...(changed.get(type) ?? [])].sort()).toEqual(expected));

  it('is known of every kind', () =>
    expect(accountEvents.all().map(({ type }) => changed.has(type))).not.toContain(false));
});

describe('the latest instant of an account', () => {
  const visited = (at: string): AccountEvent => ({
    type: 'VisitRecorded',
    at: on(at),
    data: { visitId: at, kind: 'shop', storeId: 'S1', programmeVersion: 1 },
  });

  it('is that of the fact that occurred last, whatever order they came in', () => {
    const account = ['2026-02-01', '2026-03-01', '2026-01-01'].map(visited).reduce(evolve, emptyAccount('M1'));
    expect(account.latest).toBe(on('2026-03-01'));
    expect(account.qualifying.map(({ source }) => source)).toEqual(['2026-01-01', '2026-02-01', '2026-03-01']);
    expect(account.occasions.map(({ occasionId }) => occasionId)).toEqual(['2026-02-01', '2026-03-01', '2026-01-01']);
  });
});

describe('facts about what is not there', () => {
  const strangers: readonly AccountEvent[] = [
    { type: 'PointsExpired', at: 0, data: { wallet: 'points', lotId: 'none', points: 1, ordinal: 4 } },
    { type: 'HoldVoided', at: 0, data: { redemptionId: 'none', wallet: 'points' } },
    { type: 'VoucherUsed', at: 0, data: { code: 'none', purchaseId: 'P' } },
    { type: 'TicketReviewed', at: 0, data: { reviewId: 'none', verdict: 'rejected' } },
    { type: 'SegmentLeft', at: 0, data: { segment: 'none' } },
    { type: 'ExpiryExtended', at: 0, data: { wallet: 'points', lots: [{ lotId: 'none', expiresAt: 5 }] } },
  ];

  it.each(strangers)('change nothing but the time: $type', (event) =>
    expect(evolve(emptyAccount('M1'), event)).toEqual({ ...emptyAccount('M1'), latest: 0 }),
  );
});
