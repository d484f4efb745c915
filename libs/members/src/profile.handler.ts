import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { CLOCK } from '#libs/platform/http/platform.module';
import type { Submission } from '#libs/platform/http/submission';
import { refuse } from '#libs/platform/kernel/decider';
import type { Clock } from '#libs/platform/runtime/clock';
import type { Answer, Transition } from '#libs/platform/runtime/command-runner';
import { isUnborn } from './domain/birthdays';
import type { EnrolledMember, Member } from './domain/member';
import type { MemberEvent } from './domain/member.events';
import { changedFields, changeProfile, type ProfilePatch } from './domain/profiles';
import { KeyDestroyed, MemberSecrets } from './member-secrets';
import { MemberStreams, type MemberExecution, type MemberOutcome } from './member-streams';

/** The wish to change what is known of a member, with who asks for it. */
export class ProfileRequest extends Command<MemberOutcome> {
  constructor(
    readonly memberId: string,
    readonly patch: ProfilePatch,
    readonly submission: Submission,
  ) {
    super();
  }
}

const without = (names: readonly string[], taken: readonly string[]): readonly string[] =>
  names.filter((name) => !taken.includes(name));

/** Merges the change where profiles can be read, and moves the identifiers with it in the same append. */
@CommandHandler(ProfileRequest)
export class ProfileHandler implements ICommandHandler<ProfileRequest> {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async execute({ memberId, patch, submission }: ProfileRequest): Promise<MemberOutcome> {
    if (isUnborn(patch.birthday, this.clock.now())) return refuse('born-in-future');
    const answer = ({ events }: Transition<Member, MemberEvent>): Answer => ({
      status: 200,
      body: { memberId, changed: events.flatMap((each) => (each.type === 'ProfileChanged' ? each.data.fields : [])) },
    });
    return this.streams.executeOn(memberId, async (member) => ({
      ...(await this.prepare(member, patch)),
      answer,
      submission,
    }));
  }

  private async prepare(
    member: EnrolledMember | undefined,
    patch: ProfilePatch,
  ): Promise<Pick<MemberExecution, 'command' | 'claims' | 'releases'>> {
    if (member === undefined) return { command: { type: 'ChangeProfile', basedOn: 0, profile: '', fields: [] } };
    const before = await this.secrets.openProfile(member);
    if (before === undefined) throw new KeyDestroyed();
    const after = changeProfile(before, patch);
    const [held, wanted] = [this.secrets.claimsIn(before), this.secrets.claimsIn(after)];
    return {
      command: {
        type: 'ChangeProfile',
        basedOn: member.version,
        ...(await this.secrets.sealProfile(member.keyId, after)),
        fields: changedFields(before, after),
      },
      claims: without(wanted, held),
      releases: without(held, wanted),
    };
  }
}
