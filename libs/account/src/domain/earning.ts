import type { Instant } from '#libs/platform/kernel/instant';
import {
  type Assessment,
  assess,
  type LimitWindow,
  limitWindows,
  type Occasion,
  type Rulebook,
  type Standing,
  type WalletRules,
} from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { Account, Lot } from './account.state';
import type { Changing } from './copies';
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
