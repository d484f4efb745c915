import type { Account } from './account.state';

/** Shared by all accounts: most have nothing of most kinds. */
const none: readonly never[] = [];
const nothing: Readonly<Record<string, number>> = {};
const nothingAwaited: Account['awaited'] = { changesAt: null, noticeAt: null };

/** The account of a member to whom nothing has happened. */
export const emptyAccount = (memberId: string): Account => ({
  memberId,
  lots: none,
  holds: none,
  debts: nothing,
  sales: none,
  returns: none,
  reviews: none,
  occasions: none,
  vouchers: none,
  qualifying: none,
  tierPath: none,
  manualTiers: none,
  segments: none,
  noticed: none,
  awaited: nothingAwaited,
  visits: 0,
  latest: Number.MIN_SAFE_INTEGER,
});
