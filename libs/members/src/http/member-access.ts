import { Inject, Injectable } from '@nestjs/common';
import { STORE_PORT, type StorePort } from '#libs/organisation/src/contract';
import { requireReach, type Caller } from '#libs/platform/http/caller';
import { notFound, problem } from '#libs/platform/http/problem';
import { MEMBER_PORT, type MemberFacts, type MemberPort } from '../contract';

/** Who may touch which member: those who reach the member's home store, and the member. */
@Injectable()
export class MemberAccess {
  constructor(
    @Inject(MEMBER_PORT) private readonly members: MemberPort,
    @Inject(STORE_PORT) private readonly stores: StorePort,
  ) {}

  /** The member's facts. Throws 404 for an unknown member, 403 for one out of reach. */
  async to(caller: Caller, memberId: string): Promise<MemberFacts> {
    const self = caller.memberId === memberId;
    if (caller.memberId !== undefined && !self) throw problem('forbidden', 403, 'A member sees only their own record.');
    const facts = await this.members.member(memberId);
    if (facts === undefined) throw notFound('member', memberId);
    if (!self) requireReach(caller, facts.storeId);
    return facts;
  }

  /** Throws 404 for an unknown store, 403 for one out of reach. */
  async toStore(caller: Caller, storeId: string): Promise<void> {
    if ((await this.stores.store(storeId)) === undefined) throw notFound('store', storeId);
    requireReach(caller, storeId);
  }
}
