import { type Instant, toText } from '#libs/platform/kernel/instant';
import { toNext, type Rulebook } from '#libs/programme/src/contract';
import type { AccountContext } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Account } from './account.state';
import { Draft } from './draft';
import { settle } from './due';
import { evolve } from './account.evolve';
import { balanceOf, heldByLot, isExpired } from './lots';
import { tierCodeAt } from './tier-path';
import { standingAt } from './tiers';

/** A wallet's balance, in the wallet's integer unit. */
export interface WalletBalance {
  readonly code: string;
  readonly available: number;
  readonly pending: number;
  readonly held: number;
  readonly debt: number;
}

/** Points that end at the same instant (exclusive, RFC 3339). */
export interface Expiring {
  readonly points: number;
  readonly at: string;
}

/** A tier in force. Instants are RFC 3339 texts; `toNext` is what is missing to the next tier, in the metric's unit. */
export interface TierView {
  readonly code: string;
  readonly since?: string;
  readonly validUntil?: string;
  readonly toNext?: number;
}

/** An account as its member sees it at an instant. `tier` is null where the programme has none. */
export interface Overview {
  readonly memberId: string;
  readonly wallets: readonly (WalletBalance & { readonly expiring: readonly Expiring[] })[];
  readonly tier: TierView | null;
  readonly purchases: number;
  readonly visits: number;
  readonly asOf: string;
}

/** An account settled up to an instant, and what that took. */
export interface Settled {
  readonly account: Account;
  readonly due: readonly AccountEvent[];
}

/** The account with everything stated that time alone has brought about up to and including `at`. Nothing is recorded. */
export const settledFacts = (account: Account, context: AccountContext, at: Instant): Settled => {
  const draft = new Draft(account, at, evolve);
  settle(draft, context, at);
  return { account: draft.account, due: draft.accepted().events };
};

/** The wallets of the programme in force, then any other that the account has points or debt in. */
const walletCodes = (account: Account, rulebook: Rulebook | undefined): readonly string[] => {
  const codes = rulebook === undefined ? [] : rulebook.document.wallets.map((wallet) => wallet.code);
  for (const lot of account.lots) if (lot.remaining > 0 && !codes.includes(lot.wallet)) codes.push(lot.wallet);
  for (const [code, debt] of Object.entries(account.debts)) if (debt > 0 && !codes.includes(code)) codes.push(code);
  return codes;
};

/** Every balance of a settled account at an instant. */
export const balancesOf = (account: Account, context: AccountContext, at: Instant): readonly WalletBalance[] =>
  walletCodes(account, context.rulebooks.at(at)).map((code) => ({ code, ...balanceOf(account, code, at) }));

/** What of a wallet ends when, the earliest first; points on hold are left out, since they may be spent after that. */
const expiringOf = (account: Account, wallet: string, at: Instant): readonly Expiring[] => {
  const held = heldByLot(account, at);
  const byInstant = new Map<Instant, number>();
  for (const lot of account.lots) {
    const points = lot.remaining - (held[lot.lotId] ?? 0);
    if (lot.wallet !== wallet || lot.expiresAt === null || points <= 0 || isExpired(lot, at)) continue;
    byInstant.set(lot.expiresAt, (byInstant.get(lot.expiresAt) ?? 0) + points);
  }
  return [...byInstant].sort(([a], [b]) => a - b).map(([end, points]) => ({ points, at: toText(end) }));
};

/** What is missing to the next tier; `undefined` at the highest, or without tiers. */
const missingToNext = (account: Account, context: AccountContext, code: string, at: Instant): number | undefined => {
  const rulebook = context.rulebooks.at(at);
  if (rulebook === undefined) return undefined;
  const joined = context.joinedAt === undefined ? {} : { joinedAt: context.joinedAt };
  return toNext(rulebook, { entries: account.qualifying, ...joined }, code, at)?.missing;
};

/** The tier of a settled account at an instant; `null` where there are no tiers. */
export const tierOf = (account: Account, context: AccountContext, at: Instant): TierView | null => {
  const code = tierCodeAt(account, context, at);
  if (code === undefined) return null;
  const standing = standingAt(account.tierPath, at);
  const missing = missingToNext(account, context, code, at);
  return {
    code,
    ...(standing === undefined ? {} : { since: toText(standing.since) }),
    ...(standing?.validUntil === undefined ? {} : { validUntil: toText(standing.validUntil) }),
    ...(missing === undefined ? {} : { toNext: missing }),
  };
};

/** An account at an instant up to which it is settled. */
export const overviewOf = (account: Account, context: AccountContext, at: Instant): Overview => ({
  memberId: account.memberId,
  wallets: balancesOf(account, context, at).map((wallet) => ({
    ...wallet,
    expiring: expiringOf(account, wallet.code, at),
  })),
  tier: tierOf(account, context, at),
  purchases: account.sales.filter((sale) => sale.at <= at).length,
  visits: account.visits,
  asOf: toText(at),
});
