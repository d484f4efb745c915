import { Controller, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { QueryBus, type Command } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { managerRoles, memberEditorRoles, memberReaderRoles, tillRoles } from '#libs/organisation/src/contract';
import type { Caller } from '#libs/platform/http/caller';
import { invalidField, problem } from '#libs/platform/http/problem';
import { RateLimits } from '#libs/platform/http/rate-limit';
import { send, type ClaimProblem, type Ready, type RefusalStatus } from '#libs/platform/http/reply';
import { BodyOf, CallerOf, PathOf, QueryOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { NoIdempotencyKey, Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import { CardRequest } from '../cards.handler';
import { ConsentRequest } from '../consents.handler';
import type { MemberRefusal } from '../domain/member.commands';
import { Enrolment } from '../enrolment.handler';
import { ErasureRequest } from '../erasure.handler';
import type { MemberOutcome } from '../member-streams';
import { ProfileRequest } from '../profile.handler';
import { StandingRequest } from '../standing.handler';
import { ListMembers, type MemberList } from '../read/members-by-store.query';
import { LookUpMember, type TillMember } from './lookup.query';
import { claimLimited, searchLimited } from './identifier-limits';
import { MemberAccess } from './member-access';
import { MemberRequests } from './member-requests';
import { ShowMember, type Depth, type MemberView } from './member.query';
import {
  cardWish,
  consentWords,
  erasure,
  grounds,
  lookup,
  memberChange,
  memberListQuery,
  newMember,
  type CardWishBody,
  type ConsentWordsBody,
  type ErasureBody,
  type GroundsBody,
  type LookupBody,
  type MemberChangeBody,
  type MemberListQuery,
  type NewMemberBody,
} from './members.schemas';

const refusals: RefusalStatus<MemberRefusal> = {
  'member-exists': 409,
  'member-not-found': 404,
  'member-erased': 409,
  'enrolled-in-future': 400,
  'born-in-future': 400,
  'referrer-not-found': 404,
  'card-not-found': 404,
  'card-blocked': 409,
  'changed-meanwhile': 503,
};

const identifierTaken: ClaimProblem = (name) => {
  const what = name.startsWith('phone:')
    ? 'phone number'
    : name.startsWith('email:')
      ? 'e-mail address'
      : 'card number';
  return problem('identifier-taken', 409, `Another member has this ${what} already.`);
};

/** Refusals that are about one field. */
const fields: Readonly<Partial<Record<MemberRefusal, readonly [path: string, message: string]>>> = {
  'enrolled-in-future': ['enrolledAt', 'Lies more than 5 minutes ahead of the clock'],
  'born-in-future': ['profile.birthday', 'Lies ahead of the clock'],
};

const reply = (outcome: MemberOutcome): Ready => {
  const field = outcome.kind === 'refused' ? fields[outcome.reason] : undefined;
  if (field !== undefined) throw invalidField(...field);
  return send(outcome, refusals, identifierTaken);
};

/** Whole card numbers for those who replace cards, the profile for those who may read it, neither for marketers. */
const depthFor = ({ roles, memberId }: Caller): Depth => {
  if (memberId !== undefined || memberEditorRoles.some((role) => roles.includes(role))) return 'everything';
  return memberReaderRoles.some((role) => roles.includes(role)) ? 'profile' : 'pseudonym';
};

@ApiTags('Members')
@Controller('v1/members')
export class MembersController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(MemberAccess) private readonly access: MemberAccess,
    @Inject(MemberRequests) private readonly requests: MemberRequests,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  @ApiOperation({ summary: 'Enrol a member, with a first card' })
  @Roles(...tillRoles, 'careAgent')
  @Post()
  async enrol(@BodyOf(newMember) body: NewMemberBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    const admit = () => this.access.toStore(submission.caller, body.storeId);
    const enrol = () => this.requests.run(submission, admit, new Enrolment(body, submission));
    return reply(await claimLimited(this.limits, submission.caller, enrol));
  }

  @ApiOperation({ summary: "Find a member by card, phone or e-mail: the till's view" })
  @Roles(...tillRoles, 'careAgent')
  @NoIdempotencyKey()
  @HttpCode(200)
  @Post('lookup')
  async lookUp(@BodyOf(lookup) { identifier }: LookupBody, @CallerOf() caller: Caller): Promise<TillMember> {
    const search = (): Promise<TillMember | undefined> => this.queries.execute(new LookUpMember(identifier));
    const found = await searchLimited(this.limits, caller, search);
    if (found === undefined) throw problem('member-not-found', 404, 'No member has this card, phone or e-mail.');
    return found;
  }

  @ApiOperation({ summary: 'The members of a store, or of all stores within reach, by id; nothing personal' })
  @Roles(...managerRoles, 'auditor')
  @Get()
  async list(
    @QueryOf(memberListQuery) { storeId, ...page }: MemberListQuery,
    @CallerOf() caller: Caller,
  ): Promise<MemberList> {
    if (storeId !== undefined) await this.access.toStore(caller, storeId);
    return this.queries.execute(new ListMembers(storeId === undefined ? caller.scope : [storeId], page));
  }

  @ApiOperation({ summary: 'A member: profile, cards, consents' })
  @Roles(...memberReaderRoles, 'marketer', 'member')
  @Get(':memberId')
  async show(@PathOf('memberId') memberId: string, @CallerOf() caller: Caller): Promise<MemberView> {
    await this.access.to(caller, memberId);
    return this.queries.execute(new ShowMember(memberId, depthFor(caller)));
  }

  @ApiOperation({ summary: 'Change the profile: a value replaces, null removes, a field left out stays' })
  @Roles(...memberEditorRoles, 'member')
  @Patch(':memberId')
  async change(
    @PathOf('memberId') memberId: string,
    @BodyOf(memberChange) { profile }: MemberChangeBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const change = () => this.run(memberId, new ProfileRequest(memberId, profile, submission), submission);
    return reply(await claimLimited(this.limits, submission.caller, change));
  }

  @ApiOperation({ summary: 'Issue a card, or replace one (by number or id), which then finds nobody' })
  @Roles(...memberEditorRoles)
  @Post(':memberId/cards')
  issueCard(
    @PathOf('memberId') memberId: string,
    @BodyOf(cardWish) wish: CardWishBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return this.on(memberId, new CardRequest(memberId, wish, submission), submission);
  }

  @ApiOperation({ summary: 'Record what a member allows and forbids' })
  @Roles(...memberEditorRoles, 'member')
  @Post(':memberId/consents')
  consent(
    @PathOf('memberId') memberId: string,
    @BodyOf(consentWords) body: ConsentWordsBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const words = 'consents' in body ? body.consents : [body];
    return this.on(memberId, new ConsentRequest(memberId, words, submission), submission);
  }

  @ApiOperation({ summary: 'Suspend a member' })
  @Roles(...memberEditorRoles)
  @HttpCode(200)
  @Post(':memberId/suspend')
  suspend(
    @PathOf('memberId') memberId: string,
    @BodyOf(grounds) body: GroundsBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return this.on(memberId, new StandingRequest(memberId, 'SuspendMember', body, submission), submission);
  }

  @ApiOperation({ summary: 'End a suspension' })
  @Roles(...memberEditorRoles)
  @HttpCode(200)
  @Post(':memberId/reinstate')
  reinstate(
    @PathOf('memberId') memberId: string,
    @BodyOf(grounds) body: GroundsBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return this.on(memberId, new StandingRequest(memberId, 'ReinstateMember', body, submission), submission);
  }

  @ApiOperation({ summary: 'Forget a member for good; what they bought and earned stays, unnamed' })
  @Roles('headOffice', 'careAgent', 'member')
  @HttpCode(200)
  @Post(':memberId/erase')
  erase(
    @PathOf('memberId') memberId: string,
    @BodyOf(erasure) { reason }: ErasureBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return this.on(memberId, new ErasureRequest(memberId, reason, submission), submission);
  }

  private async on(memberId: string, command: Command<MemberOutcome>, submission: Submission): Promise<Ready> {
    return reply(await this.run(memberId, command, submission));
  }

  private run(memberId: string, command: Command<MemberOutcome>, submission: Submission): Promise<MemberOutcome> {
    const admit = () => this.access.to(submission.caller, memberId);
    return this.requests.run(submission, admit, command);
  }
}
