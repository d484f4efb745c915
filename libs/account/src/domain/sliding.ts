import { addPeriod } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import { type Rulebook, type Rulebooks, type SlidingActivity, slidingExpiry } from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { Account, Lot } from './account.state';
import type { Draft } from './draft';
import { walletRules } from './earning';
import { isAllBack } from './kept-basket';
import { isExpired } from './lots';
import { unpackedSale } from './packed-sale';

/** Something a member did that may move the end of points. */
export interface Activity {
  readonly kind: SlidingActivity;
  /** When it occurred: the new end counts from then, however late it is told. */
  readonly at: Instant;
}

/** The versions in which some wallet's expiry slides: looked for once, since most programmes have none. */
const sliding = new WeakMap<Rulebooks, readonly Rulebook[]>();

const slidingIn = (rulebooks: Rulebooks): readonly Rulebook[] => {
  const known = sliding.get(rulebooks);
  if (known !== undefined) return known;
  const found = rulebooks.all.filter(({ document }) =>
    document.wallets.some(({ expiry }) => expiry.mode === 'sliding'),
  );
  sliding.set(rulebooks, found);
  return found;
};

/** True when the expiry of some wallet slides in some version. */
export const slides = (rulebooks: Rulebooks): boolean => slidingIn(rulebooks).length > 0;

/** When the end of a wallet's points begins to slide, and the end that they then have. */
interface SlidingStart {
  readonly at: Instant;
  readonly own: Instant;
}

/** When the end of a wallet's points first slides from `from` on. */
export const slidingFrom = (rulebooks: Rulebooks, wallet: string, from: Instant): SlidingStart | undefined => {
  for (const rulebook of slidingIn(rulebooks)) {
    const at = Math.max(rulebook.effectiveFrom ?? from, from);
    const expiry = walletRules(rulebook, wallet)?.expiry;
    if (expiry?.mode !== 'sliding' || rulebooks.at(at) !== rulebook) continue;
    return { at, own: addPeriod(at, periodOf(expiry.period), rulebook.document.timeZone) };
  }
  return undefined;
};

/** The end that an activity gives the points of a wallet, by the version in force when it occurred. */
const endBy = (rulebooks: Rulebooks, wallet: string, { kind, at }: Activity): Instant | undefined => {
  const rulebook = rulebooks.at(at);
  const rules = rulebook === undefined ? undefined : walletRules(rulebook, wallet);
  return rulebook === undefined || rules === undefined
    ? undefined
    : slidingExpiry(rules, rulebook.document.timeZone, at, kind);
};

/** The sales of which nothing is kept: they move no end any more. */
const returnedWhole = ({ sales }: Account): ReadonlySet<string | undefined> =>
  new Set(
    sales
      .filter((sale) => sale.returned.length > 0 && isAllBack(unpackedSale(sale)))
      .map(({ purchaseId }) => purchaseId),
  );

/** Every activity that can have moved the ends of a wallet, by when it occurred. The account's own records tell them. */
const activitiesIn = (account: Account, code: string): readonly Activity[] => {
  const back = returnedWhole(account);
  const { lots, holds, occasions } = account;
  const earned = lots
    .filter(({ wallet, cause, occasion }) => wallet === code && cause.kind === 'rule' && !back.has(occasion))
    .map(({ occurredAt }): Activity => ({ kind: 'earn', at: occurredAt }));
  const spent = holds
    .filter(({ wallet, purchaseId }) => wallet === code && !back.has(purchaseId))
    .flatMap(({ capturedAt }): Activity[] => (capturedAt === undefined ? [] : [{ kind: 'spend', at: capturedAt }]));
  const visits = occasions.filter(({ on }) => on === 'visit').map(({ at }): Activity => ({ kind: 'visit', at }));
  return [...earned, ...spent, ...visits].sort((a, b) => a.at - b.at);
};

/** From when on activities move the end of a lot. */
const movedFrom = ({ slidesFrom, occurredAt }: Pick<Lot, 'occurredAt' | 'slidesFrom'>): Instant =>
  slidesFrom ?? occurredAt;

/**
 * The end of a lot that is told only now: its own, moved by each activity known already that occurred before the points
 * would have been over. So they end as if everything had been told in order.
 */
export const endAsTold = (
  account: Account,
  rulebooks: Rulebooks,
  lot: Pick<Lot, 'wallet' | 'occurredAt' | 'slidesFrom'>,
  own: Instant,
): Instant =>
  !slides(rulebooks) || account.latest <= lot.occurredAt
    ? own
    : activitiesIn(account, lot.wallet)
        .filter(({ at }) => at >= movedFrom(lot))
        .reduce(
          (end, activity) => (activity.at < end ? Math.max(end, endBy(rulebooks, lot.wallet, activity) ?? end) : end),
          own,
        );

/** Points that had no end get one, moved by what has been done since: `own` is counted from `at`. */
export const startSliding = (
  draft: Draft,
  { rulebooks }: AccountContext,
  lot: Lot,
  { at, own }: SlidingStart,
): void => {
  const { lotId, wallet } = lot;
  const end = (expiresAt: Instant): void =>
    draft.state({ type: 'ExpiryExtended', at, data: { wallet, lots: [{ lotId, expiresAt }] } });
  end(own);
  const moved = endAsTold(draft.account, rulebooks, { ...lot, slidesFrom: at }, own);
  if (moved > own) end(moved);
};

/** Moves the expiry of a wallet's unexpired lots when the wallet's expiry slides with this kind of activity. */
export const slide = (draft: Draft, { rulebooks }: AccountContext, wallet: string, activity: Activity): void => {
  const { at } = activity;
  const expiresAt = endBy(rulebooks, wallet, activity);
  if (expiresAt === undefined) return;
  const lots = draft.account.lots
    .filter((lot) => lot.wallet === wallet && lot.remaining > 0 && !isExpired(lot, draft.now))
    .filter((lot) => movedFrom(lot) <= at)
    .filter((lot) => lot.expiresAt !== null && lot.expiresAt < expiresAt)
    .map((lot) => ({ lotId: lot.lotId, expiresAt }));
  if (lots.length > 0) draft.state({ type: 'ExpiryExtended', at, data: { wallet, lots } });
};

/** Moves the expiry of every wallet that slides with this kind of activity. */
export const slideAll = (draft: Draft, context: AccountContext, activity: Activity): void => {
  for (const { code } of context.rulebooks.at(activity.at)?.document.wallets ?? [])
    slide(draft, context, code, activity);
};

/** Moves the ends of lots that had nothing left when they would have been moved, and now get points back. */
export const catchUp = (draft: Draft, { rulebooks }: AccountContext, lots: readonly Lot[]): void => {
  for (const lot of lots) {
    const { lotId, wallet, expiresAt, ownEnd } = lot;
    if (expiresAt === null || lot.remaining > 0) continue;
    const end = endAsTold(draft.account, rulebooks, lot, ownEnd ?? expiresAt);
    if (end > expiresAt)
      draft.state({ type: 'ExpiryExtended', at: draft.now, data: { wallet, lots: [{ lotId, expiresAt: end }] } });
  }
};

/** The lots of a wallet that end earlier without the sales that came back, with the end that is left to them. */
const endedEarlier = ({ account, now }: Draft, rulebooks: Rulebooks, wallet: string) => {
  const ends = activitiesIn(account, wallet).map((activity) => ({
    at: activity.at,
    end: endBy(rulebooks, wallet, activity) ?? activity.at,
  }));
  return account.lots.flatMap((lot) => {
    const { lotId, ownEnd, expiresAt } = lot;
    if (lot.wallet !== wallet || ownEnd === undefined || expiresAt === null || isExpired(lot, now)) return [];
    const left = ends.reduce((last, { at, end }) => (at >= movedFrom(lot) ? Math.max(last, end) : last), ownEnd);
    return left < expiresAt ? [{ lotId, expiresAt: Math.max(left, now) }] : [];
  });
};

/**
 * A sale that came back whole moves no end any more: lots fall back to the latest end that anything else gave them. Those
 * that would have been over by then end now, since whatever was spent of them meanwhile stays spent.
 */
export const withdrawExtensions = (draft: Draft, { rulebooks }: AccountContext, returnId: string): void => {
  if (!slides(rulebooks)) return;
  for (const wallet of new Set(draft.account.lots.map((lot) => lot.wallet))) {
    const lots = endedEarlier(draft, rulebooks, wallet);
    if (lots.length > 0) draft.state({ type: 'ExtensionWithdrawn', at: draft.now, data: { wallet, returnId, lots } });
  }
};
