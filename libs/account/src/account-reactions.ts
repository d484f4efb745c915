import { Inject, Injectable } from '@nestjs/common';
import type { MemberFacts } from '#libs/members/src/contract';
import type { Outcome } from '#libs/platform/runtime/command-runner';
import type { Origin } from '#libs/platform/runtime/dispatch';
import type { AnyPolicy } from '#libs/platform/runtime/policy';
import type { AnyTimer } from '#libs/platform/runtime/timer';
import { AccountAccess } from './account-access';
import { AccountStreams, type Circumstances } from './account-streams';
import type { AccountCommand } from './domain/account.commands';
import { AccountSweep } from './account-sweep';
import { voucherCodes } from './ids';
import { bookAwards, type BookMemberAward } from './policies/book-awards.policy';
import { bookBirthdays, type BookBirthday } from './policies/book-birthdays.policy';
import { bookEnrolments, type BookEnrolment } from './policies/book-enrolments.policy';
import { issueVouchers, type IssueMemberVoucher } from './policies/issue-vouchers.policy';
import { noteSegments, type NoteMemberSegment } from './policies/note-segments.policy';
import { settleAccounts, type SettleMemberAccount } from './policies/settle-accounts.timer';
import { settleAllAccounts, type SettleAllAccounts } from './policies/settle-all-accounts.timer';

/** What it does by itself on one account. */
type MemberReaction =
  BookEnrolment | BookBirthday | BookMemberAward | IssueMemberVoucher | NoteMemberSegment | SettleMemberAccount;

/** What this context does by itself: because of a fact or because of the time. */
export type AccountReaction = MemberReaction | SettleAllAccounts;

/** The policies of the context. */
export const accountPolicies: readonly AnyPolicy<AccountReaction>[] = [
  bookEnrolments,
  bookBirthdays,
  bookAwards,
  issueVouchers,
  noteSegments,
];

/** The timers of the context. */
export const accountTimers: readonly AnyTimer<AccountReaction>[] = [settleAccounts, settleAllAccounts];

/** The command that a reaction gives; ids follow from the fact, so that whatever is told twice is booked once. */
const commandOf = (reaction: MemberReaction): AccountCommand => {
  const { memberId } = reaction;
  switch (reaction.type) {
    case 'BookEnrolment':
      return {
        type: 'RecordActivity',
        activityId: `enrolment.${memberId}`,
        on: 'enrolment',
        occurredAt: reaction.at,
      };
    case 'BookBirthday':
      return {
        type: 'RecordActivity',
        activityId: `birthday.${memberId}.${reaction.year}`,
        on: 'birthday',
        occurredAt: reaction.at,
      };
    case 'BookMemberAward':
      return reaction.award;
    case 'IssueMemberVoucher':
      return reaction.voucher;
    case 'NoteMemberSegment':
      return reaction.segment;
    case 'SettleMemberAccount':
      return { type: 'SettleAccount' };
  }
};

/** Does what the policies and timers of the context ask for. */
@Injectable()
export class AccountReactions {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
    @Inject(AccountSweep) private readonly sweep: AccountSweep,
  ) {}

  /** Rejects with `StoreUnavailable` or `TooBusy`: then it is to be tried again. */
  readonly dispatch = (reaction: AccountReaction, origin: Origin): Promise<Outcome<string>> =>
    reaction.type === 'SettleAllAccounts'
      ? this.sweep.settleAll(reaction.version, origin)
      : this.onOne(reaction, origin);

  private async onOne(reaction: MemberReaction, { idempotency, meta }: Origin): Promise<Outcome<string>> {
    const { memberId } = reaction;
    const member = await this.access.facts(memberId);
    const forgotten = member === undefined || member.state === 'erased';
    if (forgotten && reaction.type !== 'SettleMemberAccount') return { kind: 'refused', reason: 'member-not-found' };
    return this.streams.execute({
      memberId,
      command: commandOf(reaction),
      circumstances: await this.circumstances(reaction, member),
      answer: () => ({ status: 200, body: {} }),
      idempotency,
      meta,
    });
  }

  /** Enrolments and birthdays count at the home store; points of a member who is gone still run out. */
  private async circumstances(reaction: MemberReaction, member: MemberFacts | undefined): Promise<Circumstances> {
    const atHome = reaction.type === 'BookEnrolment' || reaction.type === 'BookBirthday';
    const store = atHome && member !== undefined ? await this.access.home(member) : undefined;
    const codes = reaction.type === 'IssueMemberVoucher' ? voucherCodes(1) : [];
    return this.access.circumstances(member, store, codes);
  }
}
