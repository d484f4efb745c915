import { Inject, Injectable } from '@nestjs/common';
import { MEMBER_PORT, type MemberFacts, type MemberPort } from '#libs/members/src/contract';
import {
  STORE_PORT,
  TILL_PORT,
  tillRoles,
  type Store,
  type StorePort,
  type TillPort,
} from '#libs/organisation/src/contract';
import { requireReach, type Caller } from '#libs/platform/http/caller';
import { invalidField, notFound, problem } from '#libs/platform/http/problem';
import { RULEBOOKS, type RulebookPort, type StoreFacts } from '#libs/programme/src/contract';
import type { Circumstances } from './account-streams';
import type { Account, Ticket } from './domain/account.state';
import { holdOf } from './domain/holds';

/** Where something happens: a store, perhaps one of its tills. */
export interface Place {
  readonly storeId: string;
  readonly tillId?: string;
}

/** Store facts as rules see them, made once for each store object. */
const known = new WeakMap<Store, StoreFacts>();

const factsOf = (store: Store): StoreFacts => {
  const found = known.get(store);
  if (found !== undefined) return found;
  const { storeId, region, timeZone } = store;
  const facts = region === undefined ? { storeId, timeZone } : { storeId, region, timeZone };
  known.set(store, facts);
  return facts;
};

/**
 * Who may do what where, and what a decision must know from upstream. Every till acts for any member of the chain, but
 * only in its own store; whoever works in stores, cares for members or audits may read any account, since an account
 * names nobody. A member reads and moves only their own.
 */
@Injectable()
export class AccountAccess {
  constructor(
    @Inject(MEMBER_PORT) private readonly members: MemberPort,
    @Inject(STORE_PORT) private readonly chain: StorePort,
    @Inject(TILL_PORT) private readonly tills: TillPort,
    @Inject(RULEBOOKS) private readonly programme: RulebookPort,
  ) {}

  /** The stores that a list speaks of: one within reach, or all that are. Throws 404 and 403 as {@link place} does. */
  async stores(caller: Caller, storeId: string | undefined): Promise<Caller['scope']> {
    if (storeId === undefined) return caller.scope;
    await this.place(caller, { storeId });
    return [storeId];
  }

  /** The member's facts. Throws 404 for someone who is not, or no longer, a member. */
  async member(memberId: string): Promise<MemberFacts> {
    const facts = await this.facts(memberId);
    if (facts === undefined || facts.state === 'erased') throw notFound('member', memberId);
    return facts;
  }

  /** What is known of a member, also of one who was erased. */
  facts(memberId: string): Promise<MemberFacts | undefined> {
    return this.members.member(memberId);
  }

  /** The store where a member is at home. */
  home({ storeId }: MemberFacts): Promise<Store | undefined> {
    return this.chain.store(storeId);
  }

  /** Throws 403 when a member asks for an account that is not theirs. */
  own(caller: Caller, memberId: string): void {
    if (caller.memberId !== undefined && caller.memberId !== memberId)
      throw problem('forbidden', 403, 'A member sees only their own account.');
  }

  /**
   * The store where the caller acts. Throws 404 for an unknown store or till, 403 for a store out of reach, and for a
   * till's own token that speaks for another till.
   */
  async place(caller: Caller, { storeId, tillId }: Place): Promise<Store> {
    const store = await this.chain.store(storeId);
    if (store === undefined) throw notFound('store', storeId);
    requireReach(caller, storeId);
    if (tillId === undefined) return store;
    if (caller.tillId !== undefined && caller.tillId !== tillId)
      throw problem('out-of-scope', 403, `This token speaks for till ${caller.tillId} only.`);
    // A till that was let in as itself is one: looking again would be one more round trip on every ticket.
    if (caller.tillId === tillId) return store;
    if ((await this.tills.till(storeId, tillId)) === undefined) throw notFound('till', tillId);
    return store;
  }

  /**
   * The store where the caller acts, named or the only one within reach: every till's own, and a cashier's. None for a
   * member, and for whoever reaches every store and names none. Throws as {@link place} does, and 400 where several
   * stores are within reach and none is named.
   */
  async acting(caller: Caller, storeId: string | undefined): Promise<Store | undefined> {
    if (storeId !== undefined) return this.place(caller, { storeId });
    if (caller.scope === 'all' || caller.memberId !== undefined) return undefined;
    const [only, ...others] = caller.scope;
    if (only === undefined || others.length > 0) throw invalidField('storeId', 'Must name one of your stores');
    return this.place(caller, { storeId: only });
  }

  /**
   * The store, if any is named, where somebody who cares for members acts on the account of one of theirs. Throws 403
   * for a member at home in a store out of reach, as their profile does.
   */
  async caring(caller: Caller, member: MemberFacts, storeId: string | undefined): Promise<Store | undefined> {
    requireReach(caller, member.storeId);
    return storeId === undefined ? undefined : this.place(caller, { storeId });
  }

  /**
   * The store where the caller acts at the wish of a member. Whoever serves in stores acts for any member, as
   * {@link acting} says; whoever only cares for members acts for those at home in their stores. Throws 403 for others.
   */
  async onBehalf(caller: Caller, member: MemberFacts, storeId: string | undefined): Promise<Store | undefined> {
    const serves = tillRoles.some((role) => caller.roles.includes(role));
    if (!serves && caller.memberId === undefined) requireReach(caller, member.storeId);
    return this.acting(caller, storeId);
  }

  /** What a decision on a member's account must know; `codes` are fresh voucher codes for as many as it may issue. */
  async circumstances(
    member: MemberFacts | undefined,
    store?: Store,
    codes: readonly string[] = [],
  ): Promise<Circumstances> {
    return {
      rulebooks: await this.programme.rulebooks(),
      suspended: member?.state === 'suspended',
      voucherCodes: codes,
      ...(member === undefined ? {} : { joinedAt: member.enrolledAt }),
      ...(store === undefined ? {} : { store: factsOf(store) }),
    };
  }
}

/** Throws 400 unless the currency is the store's. */
export const requireCurrency = (currency: string, store: Store): void => {
  if (currency !== store.currency) throw invalidField('currency', `Must be ${store.currency}, the store's currency`);
};

/**
 * Throws 403 where a ticket names a redemption that the caller could not capture by itself, since it is held in a store
 * out of reach: what is on hold is spent by those who may, whichever way.
 */
export const requireRedemptions = (caller: Caller, account: Account, { redemptionIds }: Ticket): void => {
  for (const redemptionId of redemptionIds) {
    const hold = holdOf(account, redemptionId);
    if (hold !== undefined) requireReach(caller, hold.aim.storeId);
  }
};

/** How far ahead of the clock a till's clock may be. */
const AHEAD_MS = 5 * 60_000;

/** Throws 400 for something that is said to have occurred more than 5 minutes from now. */
export const requirePast = (occurredAt: number, now: number): void => {
  if (occurredAt > now + AHEAD_MS) throw invalidField('occurredAt', 'Lies more than 5 minutes ahead of the clock');
};
