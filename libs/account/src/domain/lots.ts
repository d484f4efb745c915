import type { Instant } from '#libs/platform/kernel/instant';
import { type Account, debtOf, type Lot, type LotCause, type Slice } from './account.state';
import { appended, type Changing } from './copies';
import type { LotEvent, PointsEarned } from './lots.events';

const nothingHeld: Record<string, number> = {};

/** What open holds keep of a lot. Mostly there are none, and looking a lot up by its id costs more than all the rest. */
const heldOf = (held: Readonly<Record<string, number>>, lot: Lot): number =>
  held === nothingHeld ? 0 : (held[lot.lotId] ?? 0);

/** Points of each lot that open holds keep at an instant; lots without a hold are absent. */
export const heldByLot = (account: Account, at: Instant): Readonly<Record<string, number>> => {
  let held = nothingHeld;
  for (const hold of account.holds) {
    if (hold.status !== 'held' || hold.until <= at) continue;
    if (held === nothingHeld) held = {};
    for (const slice of hold.slices) held[slice.lotId] = (held[slice.lotId] ?? 0) + slice.points;
  }
  return held;
};

/** True while a lot's points can be spent: activated, and not yet expired. Expiry is exclusive. */
export const isActive = (lot: Lot, at: Instant): boolean =>
  lot.activeFrom !== null && lot.activeFrom <= at && (lot.expiresAt === null || at < lot.expiresAt);

/** True while a lot waits for its activation. */
export const isPending = (lot: Lot, at: Instant): boolean => lot.activeFrom === null || lot.activeFrom > at;

/** True from a lot's expiry on. A lot that waits for an action does not expire. */
export const isExpired = (lot: Lot, at: Instant): boolean =>
  lot.activeFrom !== null && lot.expiresAt !== null && lot.expiresAt <= at;

/** What a member sees of a wallet at an instant. */
export interface Balance {
  readonly available: number;
  readonly pending: number;
  readonly held: number;
  readonly debt: number;
}

/**
 * The balance of a wallet: `available = max(0, Σ active lots (remaining − held) − debt)`. Derived from lots and the
 * instant asked about, so it does not depend on any job having run. The account must be settled up to `at` for debt
 * that activations repay (see `settle`).
 */
export const balanceOf = (account: Account, wallet: string, at: Instant): Balance => {
  const held = heldByLot(account, at);
  let free = 0;
  let pending = 0;
  let onHold = 0;
  for (const lot of account.lots) {
    if (lot.wallet !== wallet) continue;
    const kept = heldOf(held, lot);
    onHold += kept;
    if (isActive(lot, at)) free += lot.remaining - kept;
    else if (isPending(lot, at)) pending += lot.remaining - kept;
  }
  const debt = debtOf(account, wallet);
  return { available: Math.max(0, free - debt), pending, held: onHold, debt };
};

const never = Number.MAX_SAFE_INTEGER;

/** Spending order: earliest expiry first, never-expiring last, then activation, occurrence, lot id. */
export const bySpendingOrder = (a: Lot, b: Lot): number =>
  (a.expiresAt ?? never) - (b.expiresAt ?? never) ||
  (a.activeFrom ?? never) - (b.activeFrom ?? never) ||
  a.occurredAt - b.occurredAt ||
  (a.lotId < b.lotId ? -1 : 1);

/** What can be taken from each lot, in the order it is to be taken. */
export type Takeable = readonly { readonly lot: Lot; readonly points: number }[];

/** The lots that satisfy a condition with what no open hold keeps of them, in spending order. */
export const takeable = (account: Account, at: Instant, wanted: (lot: Lot) => boolean): Takeable => {
  const held = heldByLot(account, at);
  return account.lots
    .filter((lot) => lot.remaining > heldOf(held, lot) && wanted(lot))
    .sort(bySpendingOrder)
    .map((lot) => ({ lot, points: lot.remaining - heldOf(held, lot) }));
};

/** The active, unheld points of a wallet in spending order. */
export const spendable = (account: Account, wallet: string, at: Instant): Takeable =>
  takeable(account, at, (lot) => lot.wallet === wallet && isActive(lot, at));

/** How many points there are to take. */
export const totalOf = (items: Takeable): number => items.reduce((sum, item) => sum + item.points, 0);

/** A slice of a lot, with the store that issued it. */
export const sliceOf = (lot: Lot, points: number): Slice =>
  lot.issuingStore === undefined
    ? { lotId: lot.lotId, points }
    : { lotId: lot.lotId, points, issuingStore: lot.issuingStore };

/** Slices that add up to `points`, or to all there is when that is less, in the order given. */
export const take = (items: Takeable, points: number): readonly Slice[] => {
  const slices: Slice[] = [];
  let wanted = points;
  for (const { lot, points: there } of items) {
    if (wanted <= 0) break;
    slices.push(sliceOf(lot, Math.min(wanted, there)));
    wanted -= there;
  }
  return slices;
};

/** The sum of slices. */
export const sumOf = (slices: readonly Slice[]): number => slices.reduce((sum, slice) => sum + slice.points, 0);

/** The first `points` of the slices, in their order. */
export const firstOf = (slices: readonly Slice[], points: number): readonly Slice[] => {
  const taken: Slice[] = [];
  let wanted = points;
  for (const slice of slices) {
    if (wanted <= 0) break;
    taken.push({ ...slice, points: Math.min(wanted, slice.points) });
    wanted -= slice.points;
  }
  return taken;
};

/** The lots with each slice's points added to `remaining` (`sign` 1) or taken from it (`sign` −1). */
export const moved = (lots: readonly Lot[], slices: readonly Slice[], sign: 1 | -1): readonly Lot[] => {
  if (slices.length === 0) return lots;
  const change: Record<string, number> = {};
  for (const slice of slices) change[slice.lotId] = (change[slice.lotId] ?? 0) + sign * slice.points;
  return lots.map((lot) => {
    const points = change[lot.lotId];
    return points === undefined ? lot : { ...lot, remaining: lot.remaining + points };
  });
};

/** The lots with one of them changed. */
export const changed = (lots: readonly Lot[], lotId: string, change: (lot: Lot) => Lot): readonly Lot[] =>
  lots.map((lot) => (lot.lotId === lotId ? change(lot) : lot));

/** Causes met so far, of as many rules as a programme may well have; equal ones are kept once for all lots. */
const ruleCauses: Extract<LotCause, { kind: 'rule' }>[] = [];
const ruleCausesKept = 64;

const sharedCause = (cause: LotCause): LotCause => {
  if (cause.kind !== 'rule') return cause;
  for (const known of ruleCauses) if (known.rule === cause.rule && known.version === cause.version) return known;
  if (ruleCauses.length < ruleCausesKept) ruleCauses.push(cause);
  return cause;
};

/** The lot that a fact grants. Field by field: this runs for every ticket, and copying whole objects costs most of it. */
const grantedBy = ({ at, data }: PointsEarned): Lot => {
  const lot: Changing<Lot> = {
    lotId: data.lotId,
    wallet: data.wallet,
    points: data.points,
    remaining: data.points,
    reversed: 0,
    expired: 0,
    expiredReversed: 0,
    cause: sharedCause(data.cause),
    lines: data.lines,
    counts: data.counts,
    occurredAt: at,
    activeFrom: data.activeFrom,
    expiresAt: data.expiresAt,
  };
  if (data.occasion !== undefined) lot.occasion = data.occasion;
  if (data.issuingStore !== undefined) lot.issuingStore = data.issuingStore;
  if (data.ownEnd !== undefined) lot.ownEnd = data.ownEnd;
  if (data.renews !== undefined) lot.renews = data.renews;
  return lot;
};

/** The lot with an end of its own that counts from an instant. */
export const restarted = ({ ownEnd: _, ...lot }: Lot, slidesFrom: Instant, expiresAt: Instant | null): Lot => ({
  ...lot,
  slidesFrom,
  expiresAt,
});

/** The lot with its end moved; the first end it gets is its own. */
const extended = (lot: Lot, at: Instant, expiresAt: Instant): Lot =>
  lot.expiresAt === null ? restarted(lot, at, expiresAt) : { ...lot, expiresAt, ownEnd: lot.ownEnd ?? lot.expiresAt };

const reschedule = <End extends Instant | null>(
  account: Changing<Account>,
  lots: readonly { readonly lotId: string; readonly expiresAt: End }[],
  change: (lot: Lot, expiresAt: End) => Lot,
): void => {
  const next = new Map(lots.map((lot) => [lot.lotId, lot.expiresAt]));
  account.lots = account.lots.map((lot) => {
    const expiresAt = next.get(lot.lotId);
    return expiresAt === undefined ? lot : change(lot, expiresAt);
  });
};

/** Applies a fact about lots. */
export const evolveLots = (account: Changing<Account>, event: LotEvent): void => {
  switch (event.type) {
    case 'PointsEarned':
      account.lots = appended(account.lots, grantedBy(event));
      return;
    case 'PointsActivated':
      return reschedule(account, event.data.lots, (lot, expiresAt) => ({
        ...restarted(lot, event.at, expiresAt),
        activeFrom: event.at,
      }));
    case 'ExpiryExtended':
      return reschedule(account, event.data.lots, (lot, expiresAt) => extended(lot, event.at, expiresAt));
    case 'ExtensionWithdrawn':
      return reschedule(account, event.data.lots, (lot, expiresAt) => ({ ...lot, expiresAt }));
    case 'PointsExpired': {
      const { lotId, points } = event.data;
      const expire = (lot: Lot): Lot => ({ ...lot, remaining: lot.remaining - points, expired: lot.expired + points });
      account.lots = changed(account.lots, lotId, expire);
      return;
    }
    case 'PointsDeducted':
    case 'PointsConverted':
      account.lots = moved(account.lots, event.data.slices, -1);
      return;
    case 'AdjustmentNoted':
  }
};
