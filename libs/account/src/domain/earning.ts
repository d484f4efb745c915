import type { Instant } from '#libs/platform/kernel/instant';
import {
  type Assessment,
  type Award,
  addedBy,
  assess,
  type LimitWindow,
  limitWindows,
  lotTerms,
  type Occasion,
  type Rulebook,
  type SlidingActivity,
  slidingExpiry,
  type Standing,
  type WalletRules,
} from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { Account, Lot } from './account.state';
import type { Changing } from './copies';
import type { Draft } from './draft';
import { isExpired } from './lots';
import type { PointsEarned } from './lots.events';
import { segmentsAt } from './tiers';

/** Points of a lot that still count toward the limits of `rule`: a return frees the room of the sale's window. */
const counted = (lot: Lot, rule: string): number => {
  const points = lot.counts[rule] ?? 0;
  return lot.reversed === 0
    ? points
    : Number((BigInt(points) * BigInt(lot.points - lot.reversed)) / BigInt(lot.points));
};

const usedIn = (account: Account, { rule, from, to }: LimitWindow): number => {
  let points = 0;
  for (const lot of account.lots)
    if (lot.occurredAt >= from && lot.occurredAt < to && lot.counts[rule] !== undefined) points += counted(lot, rule);
  return points;
};

/** When points were earned after an instant: there are some only for what is told late. */
const earnedAfter = ({ lots, latest }: Account, at: Instant): readonly Instant[] =>
  latest <= at ? [] : [...new Set(lots.filter((lot) => lot.occurredAt > at).map((lot) => lot.occurredAt))];

/**
 * Points already given in the window of each limit that the occasion falls in, keyed `<rule>/<limit>`. What is told late
 * can fall in several windows of a limit that rolls; the fullest counts, so that none is ever overrun.
 */
const usedLimits = (account: Account, rulebook: Rulebook, occasion: Occasion): Record<string, number> => {
  const used: Record<string, number> = {};
  for (const window of limitWindows(rulebook, occasion, earnedAfter(account, occasion.at))) {
    const points = usedIn(account, window);
    const key = `${window.rule}/${window.limitId}`;
    if (points > (used[key] ?? 0)) used[key] = points;
  }
  return used;
};

/** Where the member stands just before an occasion: what its rules may look at. */
export const standingBefore = (
  account: Account,
  context: AccountContext,
  occasion: Occasion,
  tier: string | undefined,
): Standing => {
  const rulebook = context.rulebooks.at(occasion.at);
  const standing: Changing<Standing> = {
    segments: segmentsAt(account, occasion.at),
    firstPurchase: account.sales.length === 0,
    visits: account.visits,
    used: rulebook === undefined ? {} : usedLimits(account, rulebook, occasion),
  };
  if (tier !== undefined) standing.tier = tier;
  if (context.joinedAt !== undefined) standing.joinedAt = context.joinedAt;
  return standing;
};

/** What the rules in force at the occasion say; without a programme, nothing is earned and the reason says so. */
export const assessed = (rulebook: Rulebook | undefined, occasion: Occasion, standing: Standing): Assessment =>
  rulebook === undefined
    ? { awards: [], notEarned: [{ rule: '', because: 'no-programme' }], qualifyingMinor: 0 }
    : assess(rulebook, occasion, standing);

/** The wallet of a code as a programme version has it. */
export const walletRules = (rulebook: Rulebook, code: string): WalletRules | undefined =>
  rulebook.document.wallets.find((wallet) => wallet.code === code);

/** Points that count toward each rule's limits: the award as given for its own, for a multiplier what is left of it. */
const countsOf = (award: Award): Record<string, number> => ({
  [award.rule]: award.points,
  ...Object.fromEntries(addedBy(award)),
});

/**
 * When a lot earned at `earnedAt` starts and ends. One that would have ended before it was recorded (a late ticket) is
 * expired at once, or has the days of grace that the programme gives.
 */
const termsOf = (rulebook: Rulebook, wallet: WalletRules, earnedAt: Instant, now: Instant) => {
  const { timeZone, late } = rulebook.document;
  const terms = lotTerms(wallet, timeZone, earnedAt);
  const expired = terms.activeFrom !== null && terms.expiresAt !== null && terms.expiresAt <= now;
  if (!expired || late.expired !== 'grace') return terms;
  return { ...terms, expiresAt: lotTerms(graceWallet(wallet, late.grace), timeZone, now).expiresAt };
};

const graceWallet = (wallet: WalletRules, period: string): WalletRules => ({
  ...wallet,
  pending: { mode: 'immediate' },
  expiry: { mode: 'after', period, from: 'earning' },
});

/** Something a member did that may move the end of points. */
export interface Activity {
  readonly kind: SlidingActivity;
  /** When it occurred: the new end counts from then, however late it is told. */
  readonly at: Instant;
}

/** Moves the expiry of a wallet's unexpired lots when the wallet's expiry slides with this kind of activity. */
export const slide = (draft: Draft, context: AccountContext, wallet: string, { kind, at }: Activity): void => {
  const rulebook = context.rulebooks.at(at);
  const rules = rulebook === undefined ? undefined : walletRules(rulebook, wallet);
  if (rulebook === undefined || rules === undefined) return;
  const expiresAt = slidingExpiry(rules, rulebook.document.timeZone, at, kind);
  if (expiresAt === undefined) return;
  const lots = draft.account.lots
    .filter((lot) => lot.wallet === wallet && lot.remaining > 0 && !isExpired(lot, draft.now))
    .filter((lot) => lot.expiresAt !== null && lot.expiresAt < expiresAt)
    .map((lot) => ({ lotId: lot.lotId, expiresAt }));
  if (lots.length > 0) draft.state({ type: 'ExpiryExtended', at, data: { wallet, lots } });
};

/** Moves the expiry of every wallet that slides with this kind of activity. */
export const slideAll = (draft: Draft, context: AccountContext, activity: Activity): void => {
  for (const { code } of context.rulebooks.at(activity.at)?.document.wallets ?? [])
    slide(draft, context, code, activity);
};

/** States one lot for each award. Lots are numbered within their occasion, so the ids follow from the facts. */
export const grant = (
  draft: Draft,
  context: AccountContext,
  occasion: Occasion & { readonly id: string },
  awards: readonly Award[],
): void => {
  const rulebook = context.rulebooks.at(occasion.at);
  if (rulebook === undefined) return;
  awards.forEach((award, index) => {
    const wallet = walletRules(rulebook, award.wallet);
    if (wallet === undefined) return;
    const { activeFrom, expiresAt } = termsOf(rulebook, wallet, occasion.at, draft.now);
    const data: Changing<PointsEarned['data']> = {
      lotId: `${occasion.id}.${index + 1}`,
      wallet: award.wallet,
      points: award.points,
      cause: { kind: 'rule', rule: award.rule, version: rulebook.version },
      occasion: occasion.id,
      lines: award.lines,
      counts: countsOf(award),
      activeFrom,
      expiresAt,
      multipliers: award.multipliers,
      clips: award.clips,
      inputs: award.inputs,
    };
    if (occasion.store !== undefined) data.issuingStore = occasion.store.storeId;
    draft.state({ type: 'PointsEarned', at: occasion.at, data });
  });
  const activity: Activity = { kind: 'earn', at: occasion.at };
  for (const { code } of rulebook.document.wallets)
    if (awards.some((award) => award.wallet === code)) slide(draft, context, code, activity);
};
