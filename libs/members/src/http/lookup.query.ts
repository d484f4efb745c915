import { Inject, Optional } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MEMBER_PORT, TILL_VIEW_PORT, type MemberPort, type TillView, type TillViewPort } from '../contract';

/** What the till shows of a member. */
export interface TillMember extends TillView {
  readonly memberId: string;
  readonly displayName: string | null;
  readonly state: string;
}

/** Finds a member by card number, phone number or e-mail address. `undefined` when it names none. */
export class LookUpMember extends Query<TillMember | undefined> {
  constructor(readonly identifier: string) {
    super();
  }
}

/** What is shown where no accounts are kept. */
const noAccount: TillView = { tier: null, wallets: [], vouchers: [], prompts: [] };

@QueryHandler(LookUpMember)
export class LookUpMemberHandler implements IQueryHandler<LookUpMember> {
  constructor(
    @Inject(MEMBER_PORT) private readonly members: MemberPort,
    @Optional() @Inject(TILL_VIEW_PORT) private readonly accounts?: TillViewPort,
  ) {}

  async execute({ identifier }: LookUpMember): Promise<TillMember | undefined> {
    const memberId = await this.members.byIdentifier(identifier);
    if (memberId === undefined) return undefined;
    const [facts, displayName, view] = await Promise.all([
      this.members.member(memberId),
      this.members.displayName(memberId),
      this.accounts?.view(memberId) ?? noAccount,
    ]);
    if (facts === undefined || facts.state === 'erased') return undefined;
    return { memberId, displayName: displayName ?? null, state: facts.state, ...view };
  }
}
