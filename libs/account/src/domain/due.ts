import type { Instant } from '#libs/platform/kernel/instant';
import type { AccountContext } from './account.commands';
import { type Account, debtOf, type Lot } from './account.state';
import { convertible, convert } from './conversions';
import type { Draft } from './draft';
import type { Ordinal } from './fact';
import { heldByLot, isActive, isExpired, sliceOf } from './lots';
import { pledgedBy } from './pledges';
import { slides, slidingFrom, startSliding } from './sliding';
import { nextTierDue } from './tier-path';

/** Something that time alone brings about, and when. */
interface Due {
  readonly at: Instant;
  readonly ordinal: Ordinal;
  readonly settle: (draft: Draft) => void;
}

/** The one that comes first; of two at the same instant and place, the first named. */
const earlier = (a: Due | undefined, b: Due | undefined): Due | undefined => {
  if (a === undefined || b === undefined) return a ?? b;
  return b.at < a.at || (b.at === a.at && b.ordinal < a.ordinal) ? b : a;
};

/** Points of a lot that no hold keeps at an instant. */
const freeAt = (account: Account, lot: Lot, at: Instant): number =>
  lot.remaining - (heldByLot(account, at)[lot.lotId] ?? 0);

/** The instants from `from` on at which points of a lot can come free: `from` itself, and the end of each hold on it. */
const freeing = (account: Account, lot: Lot, from: Instant): readonly Instant[] => {
  const ends = account.holds
    .filter((hold) => hold.status === 'held' && hold.until > from)
    .filter((hold) => hold.slices.some((slice) => slice.lotId === lot.lotId))
    .map((hold) => hold.until);
  return [from, ...ends.sort((a, b) => a - b)];
};

/** The first instant from `from` on at which some of the lot is free, if there is one. */
const freeFrom = (account: Account, lot: Lot, from: Instant): Instant | undefined =>
  freeing(account, lot, from).find((at) => freeAt(account, lot, at) > 0);

const owesFor = (account: Account, lot: Lot): boolean =>
  debtOf(account, lot.wallet) > 0 && pledgedBy(account.lots, lot.lotId) > 0;

/** The end of a lot that has points left and is expired at `until`. */
const expiryDue = (account: Account, lot: Lot, until: Instant): Due | undefined => {
  if (lot.expiresAt === null) return undefined;
  // Points that waited for an action can be over before it: they end with it, since they were there until then.
  const free = freeFrom(account, lot, Math.max(lot.expiresAt, lot.slidesFrom ?? lot.expiresAt));
  if (free === undefined) return undefined;
  // What it is pledged for is paid before the rest counts as expired.
  const at = owesFor(account, lot) ? Math.max(free, account.latest) : free;
  if (at > until) return undefined;
  const settle = (draft: Draft): void => {
    const points = freeAt(draft.account, lot, at);
    const { wallet, lotId, issuingStore } = lot;
    const store = issuingStore === undefined ? {} : { issuingStore };
    draft.state({ type: 'PointsExpired', at, data: { wallet, lotId, points, ...store, ordinal: 4 } });
  };
  return { at, ordinal: 4, settle };
};

const repaymentDue = (account: Account, lot: Lot, until: Instant): Due | undefined => {
  if (lot.activeFrom === null || debtOf(account, lot.wallet) === 0) return undefined;
  const at = freeFrom(account, lot, Math.max(lot.activeFrom, account.latest));
  if (at === undefined || at > until) return undefined;
  // Points that were not there when their sale came back pay for that even if they are over once they are free.
  const most = isActive(lot, at) ? Number.MAX_SAFE_INTEGER : pledgedBy(account.lots, lot.lotId);
  if (most === 0) return undefined;
  const settle = (draft: Draft): void => {
    const points = Math.min(debtOf(draft.account, lot.wallet), freeAt(draft.account, lot, at), most);
    const slices = [sliceOf(lot, points)];
    draft.state({ type: 'DebtRepaid', at, data: { wallet: lot.wallet, points, slices, ordinal: 1 } });
  };
  return { at, ordinal: 1, settle };
};

/** Points that had no end get one when their wallet's expiry begins to slide: counted from then, not from the past. */
const slidingDue = (context: AccountContext, lot: Lot, until: Instant): Due | undefined => {
  if (lot.expiresAt !== null || lot.activeFrom === null) return undefined;
  const found = slidingFrom(context.rulebooks, lot.wallet, Math.max(lot.activeFrom, lot.occurredAt));
  if (found === undefined || found.at > until) return undefined;
  return { at: found.at, ordinal: 4, settle: (draft) => startSliding(draft, context, lot, found) };
};

const conversionDue = (account: Account, context: AccountContext, until: Instant): Due | undefined => {
  const found = convertible(account, context.rulebooks, until);
  if (found === undefined) return undefined;
  return { at: found.at, ordinal: 2, settle: (draft) => convert(draft, context, found) };
};

const tierDue = (account: Account, context: AccountContext, until: Instant): Due | undefined => {
  const next = nextTierDue(account, context, until);
  if (next === undefined) return undefined;
  return { at: next.at, ordinal: 3, settle: (draft) => draft.state(next.event) };
};

const firstDue = (account: Account, context: AccountContext, until: Instant): Due | undefined => {
  // Hardly anybody owes points, and hardly any programme has wallets that slide: then a lot costs one comparison.
  const owes = Object.keys(account.debts).length > 0;
  const someSlide = slides(context.rulebooks);
  let first: Due | undefined;
  for (const lot of account.lots) {
    if (lot.remaining <= 0) continue;
    if (owes) first = earlier(first, repaymentDue(account, lot, until));
    if (isExpired(lot, until)) first = earlier(first, expiryDue(account, lot, until));
    if (someSlide) first = earlier(first, slidingDue(context, lot, until));
  }
  return earlier(earlier(first, conversionDue(account, context, until)), tierDue(account, context, until));
};

/**
 * States everything that time alone has brought about up to and including `until`, in order: instant first, then the
 * ordinal (1 activation and the debt it repays, 2 automatic conversion, 3 end of a tier period, 4 expiry). It gives the
 * same result whenever it is called, so no balance depends on a sweeper having run. Ends because every step uses up
 * points, debt or a tier period, or gives an end to points that had none.
 */
export const settle = (draft: Draft, context: AccountContext, until: Instant): void => {
  for (let due = firstDue(draft.account, context, until); due !== undefined;) {
    due.settle(draft);
    due = firstDue(draft.account, context, until);
  }
};
