/** What a caller may be. `till` and `member` are never given to staff: they come with a till's or member's own token. */
export const roles = [
  'headOffice',
  'till',
  'cashier',
  'storeManager',
  'franchisee',
  'marketer',
  'careAgent',
  'auditor',
  'member',
] as const;

export type Role = (typeof roles)[number];

/** The roles that a member of staff can have. */
export const staffRoles = [
  'headOffice',
  'cashier',
  'storeManager',
  'franchisee',
  'marketer',
  'careAgent',
  'auditor',
] as const satisfies readonly Role[];

/** Stores within reach, or every one. */
export type StoreScope = 'all' | readonly string[];

/**
 * What each role holds besides itself: whoever runs a store may do all that those who work in it may. Someone may be
 * given a role only by one who holds it.
 */
const held: Readonly<Record<Role, readonly Role[]>> = {
  headOffice: roles,
  franchisee: ['storeManager', 'cashier'],
  storeManager: ['cashier'],
  till: [],
  cashier: [],
  marketer: [],
  careAgent: [],
  auditor: [],
  member: [],
};

const isRole = (text: string): text is Role => (roles as readonly string[]).includes(text);

/** True when one of `mine` is the role or holds it. Words that are no role hold nothing. */
export const holdsRole = (mine: readonly string[], role: Role): boolean =>
  mine.some((own) => own === role || (isRole(own) && held[own].includes(role)));

/** True when every store of `wanted` lies within `mine`. */
export const holdsScope = (mine: StoreScope, wanted: StoreScope): boolean => {
  if (mine === 'all') return true;
  return wanted !== 'all' && wanted.every((storeId) => mine.includes(storeId));
};
