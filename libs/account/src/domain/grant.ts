import type { Instant } from '#libs/platform/kernel/instant';
import {
  addedBy,
  type Award,
  lotTerms,
  type Occasion,
  type Rulebook,
  type WalletRules,
} from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { Changing } from './copies';
import type { Draft } from './draft';
import { walletRules } from './earning';
import type { PointsEarned } from './lots.events';
import { type Activity, endAsTold, slide } from './sliding';

/** Points that count toward each rule's limits: the award as given for its own, for a multiplier what is left of it. */
const countsOf = (award: Award): Record<string, number> => ({
  [award.rule]: award.points,
  ...Object.fromEntries(addedBy(award)),
});

const graceWallet = (wallet: WalletRules, period: string): WalletRules => ({
  ...wallet,
  pending: { mode: 'immediate' },
  expiry: { mode: 'after', period, from: 'earning' },
});

/** When a lot starts and ends, and the end it would have without activities known already. */
type Terms = Pick<PointsEarned['data'], 'activeFrom' | 'expiresAt' | 'ownEnd'>;

/**
 * When a lot earned at `earnedAt` starts and ends. One that would have ended before it was recorded (a late ticket) is
 * expired at once, or has the days of grace that the programme gives.
 */
const termsOf = (
  draft: Draft,
  { rulebooks }: AccountContext,
  { rulebook, wallet, earnedAt }: { rulebook: Rulebook; wallet: WalletRules; earnedAt: Instant },
): Terms => {
  const { timeZone, late } = rulebook.document;
  const terms = lotTerms(wallet, timeZone, earnedAt);
  const own = terms.expiresAt;
  if (own === null) return terms;
  const expiresAt = endAsTold(draft.account, rulebooks, { wallet: wallet.code, occurredAt: earnedAt }, own);
  const expired = terms.activeFrom !== null && expiresAt <= draft.now;
  if (expired && late.expired === 'grace')
    return { ...terms, expiresAt: lotTerms(graceWallet(wallet, late.grace), timeZone, draft.now).expiresAt };
  return expiresAt > own ? { ...terms, expiresAt, ownEnd: own } : terms;
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
    const data: Changing<PointsEarned['data']> = {
      lotId: `${occasion.id}.${index + 1}`,
      wallet: award.wallet,
      points: award.points,
      cause: { kind: 'rule', rule: award.rule, version: rulebook.version },
      occasion: occasion.id,
      lines: award.lines,
      counts: countsOf(award),
      ...termsOf(draft, context, { rulebook, wallet, earnedAt: occasion.at }),
      inputs: award.inputs,
    };
    if (award.multipliers.length > 0) data.multipliers = award.multipliers;
    if (award.clips.length > 0) data.clips = award.clips;
    if (occasion.store !== undefined) data.issuingStore = occasion.store.storeId;
    draft.state({ type: 'PointsEarned', at: occasion.at, data });
  });
  const activity: Activity = { kind: 'earn', at: occasion.at };
  for (const { code } of rulebook.document.wallets)
    if (awards.some((award) => award.wallet === code)) slide(draft, context, code, activity);
};
