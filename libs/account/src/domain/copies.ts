import type { Account } from './account.state';

/** Something that is still being put together; whoever gets it afterwards sees it read-only. */
export type Changing<T> = { -readonly [Key in keyof T]: T[Key] };

/**
 * A copy of an account for one fact to be applied to; its lists are still those of the original and are replaced, never
 * changed. Field by field, so that every account has the same hidden class: copies made with spread are of another class
 * at each place they are made, and whatever reads them gets slow.
 */
export const copyOf = (account: Account): Changing<Account> => ({
  memberId: account.memberId,
  lots: account.lots,
  holds: account.holds,
  debts: account.debts,
  sales: account.sales,
  returns: account.returns,
  reviews: account.reviews,
  occasions: account.occasions,
  vouchers: account.vouchers,
  qualifying: account.qualifying,
  tierPath: account.tierPath,
  manualTiers: account.manualTiers,
  segments: account.segments,
  noticed: account.noticed,
  awaited: account.awaited,
  visits: account.visits,
  latest: account.latest,
});

/** A list with one more. Made in its exact length: spread would leave room for more than a dozen others that never come. */
export const appended = <T>(list: readonly T[], item: T): readonly T[] => {
  const { length } = list;
  const longer = new Array<T>(length + 1);
  for (let index = 0; index < length; index += 1) longer[index] = list[index] as T;
  longer[length] = item;
  return longer;
};

/** A list with the items changed that satisfy a condition, mostly one; the list itself when none does. */
export const changedWhere = <T>(
  list: readonly T[],
  wanted: (item: T) => boolean,
  change: (item: T) => T,
): readonly T[] => (list.some(wanted) ? list.map((item) => (wanted(item) ? change(item) : item)) : list);
