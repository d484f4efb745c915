import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CLOCK } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import { refuse } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Clock } from '#libs/platform/runtime/clock';
import { sealConsents, type ConsentWord } from './consent-words';
import { isUnborn } from './domain/birthdays';
import { isEnrolled } from './domain/member';
import type { EnrolMember } from './domain/member.commands';
import { changeProfile, type Profile } from './domain/profiles';
import { cardsAnswer, IssuedCards } from './issued-cards';
import { MemberSecrets } from './member-secrets';
import { MemberStreams, type MemberOutcome } from './member-streams';

/** Someone who wants to be a member, everything about them in clear. */
export interface NewMember {
  readonly memberId?: string;
  readonly storeId: string;
  /** Now unless told. */
  readonly enrolledAt?: Instant;
  readonly channel: string;
  readonly profile: Profile;
  readonly consents: readonly ConsentWord[];
  readonly referrerMemberId?: string;
}

/** The wish to enrol someone, with who asks for it. */
export class Enrolment extends Command<MemberOutcome> {
  constructor(
    readonly member: NewMember,
    readonly submission: Submission,
  ) {
    super();
  }
}

/**
 * Every attempt seals under a data key of its own, made before the append and destroyed after one that did not enrol:
 * what is in the log can always be read, and no attempt can take another's key away. A crash in between leaves a key
 * under which nothing is sealed.
 */
@CommandHandler(Enrolment)
export class EnrolmentHandler implements ICommandHandler<Enrolment> {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
    @Inject(IssuedCards) private readonly cards: IssuedCards,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ member, submission }: Enrolment): Promise<MemberOutcome> {
    if (isUnborn(member.profile.birthday, this.clock.now())) return refuse('born-in-future');
    const memberId = member.memberId ?? this.secrets.memberIdFor(submission.idempotency);
    const keyId = await this.secrets.newKey();
    const outcome = await this.cards.untilUnique(() => this.enrol({ ...member, memberId }, submission, keyId));
    if (outcome.kind !== 'answered' || outcome.replayed) await this.secrets.destroyKey(keyId);
    return this.cards.shown(outcome);
  }

  private async enrol(
    { memberId, ...member }: NewMember & { readonly memberId: string },
    submission: Submission,
    keyId: string,
  ): Promise<MemberOutcome> {
    const profile = changeProfile({}, member.profile);
    const { card, claim } = await this.secrets.draftCard(keyId);
    const { storeId, channel, referrerMemberId } = member;
    const command: EnrolMember = {
      type: 'EnrolMember',
      storeId,
      channel,
      enrolledAt: member.enrolledAt ?? this.clock.now(),
      keyId,
      ...(await this.secrets.sealProfile(keyId, profile)),
      card,
      consents: await sealConsents(this.secrets, keyId, member.consents),
      ...(referrerMemberId === undefined ? {} : { referrerMemberId }),
    };
    return this.streams.execute({
      memberId,
      command,
      claims: [claim, ...this.secrets.claimsIn(profile)],
      answer: ({ events }) => cardsAnswer(memberId, events),
      ...(await this.referrer(referrerMemberId)),
      submission,
    });
  }

  private async referrer(memberId: string | undefined): Promise<{ context?: { referrerIsMember: boolean } }> {
    if (memberId === undefined) return {};
    return { context: { referrerIsMember: isEnrolled(await this.streams.current(memberId)) } };
  }
}
