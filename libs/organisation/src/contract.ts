import type { Role, StoreScope } from './domain/roles';

export type { Role, StoreScope };
export { storeOpened, type StoreOpened } from './domain/store.events';
export { tillRegistered } from './domain/till.events';
export { staffEngaged } from './domain/staff.events';

/** A store as every context sees it. */
export interface Store {
  readonly storeId: string;
  readonly name: string;
  readonly franchiseeId?: string;
  readonly region?: string;
  /** IANA zone of the store's tickets. */
  readonly timeZone: string;
  /** ISO 4217 code of the store's tickets. */
  readonly currency: string;
}

/** Answers about stores, each acknowledged opening included. Rejects with `StoreUnavailable`. */
export interface StorePort {
  store(storeId: string): Promise<Store | undefined>;
  /** All of them, by id. */
  stores(): Promise<readonly Store[]>;
}

/** A registered till. */
export interface Till {
  readonly storeId: string;
  readonly tillId: string;
}

/** Answers about tills, each acknowledged registration included. Rejects with `StoreUnavailable`. */
export interface TillPort {
  till(storeId: string, tillId: string): Promise<Till | undefined>;
}

/** Injection tokens. */
export const STORE_PORT = Symbol('StorePort');
export const TILL_PORT = Symbol('TillPort');

/** Where routes are served: tills need few and always; the office needs the rest, and is busy with reports at times. */
export type Desk = 'till' | 'office';

/** Every desk, as one server has them. */
export const allDesks: readonly Desk[] = ['till', 'office'];

/** What is served at these desks, each thing once. */
export const servedAt = <T>(desks: readonly Desk[], served: Readonly<Record<Desk, readonly T[]>>): T[] => [
  ...new Set(desks.flatMap((desk) => served[desk])),
];

/** Stores, tills, the clock: what only the chain itself decides. */
export const headOfficeRoles: readonly Role[] = ['headOffice'];

/** Whatever happens at a till: look-up, enrolment, quotes, tickets, visits, activities, returns, redemptions, complaints. */
export const tillRoles: readonly Role[] = ['headOffice', 'franchisee', 'storeManager', 'cashier', 'till'];

/** Those who run stores: staff, members and reports of their stores. */
export const managerRoles: readonly Role[] = ['headOffice', 'franchisee', 'storeManager'];

/** Programme drafts and campaigns. */
export const marketingRoles: readonly Role[] = ['headOffice', 'marketer'];

/** Changes to a member's profile and standing after enrolment. */
export const memberEditorRoles: readonly Role[] = [...managerRoles, 'careAgent'];

/** Points given or taken by hand (a care agent within a limit). */
export const adjustmentRoles: readonly Role[] = ['headOffice', 'careAgent'];

/** May read a member's profile and account, beyond the till's look-up. */
export const memberReaderRoles: readonly Role[] = [...managerRoles, 'careAgent', 'auditor'];

/** May read what holds no contact data: stores, programmes, reports. */
export const reportRoles: readonly Role[] = [...managerRoles, 'marketer', 'careAgent', 'auditor'];

/** May read what every till must know: stores, the programme in force. */
export const readerRoles: readonly Role[] = [...reportRoles, 'cashier', 'till'];

/** Monitoring itself: nobody is ever engaged as it, and no other route knows it. */
export const MONITOR = 'monitor';

/** May look at how the program itself is doing. */
export const operationsRoles: readonly string[] = ['headOffice', 'auditor', MONITOR];
