import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Submission } from '#libs/platform/http/submission';
import { MemberSecrets } from './member-secrets';
import { MemberStreams, type MemberOutcome } from './member-streams';

/** Why: a code for reports, and a note in free words that only staff read. */
export interface Grounds {
  readonly reason: string;
  readonly note?: string | undefined;
}

/** The wish to suspend or reinstate a member, with who asks for it. */
export class StandingRequest extends Command<MemberOutcome> {
  constructor(
    readonly memberId: string,
    readonly type: 'SuspendMember' | 'ReinstateMember',
    readonly grounds: Grounds,
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(StandingRequest)
export class StandingHandler implements ICommandHandler<StandingRequest> {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
  ) {}

  execute({ memberId, type, grounds, submission }: StandingRequest): Promise<MemberOutcome> {
    const { reason, note } = grounds;
    return this.streams.executeOn(memberId, async (member) => ({
      command: {
        type,
        reason,
        ...(member === undefined || note === undefined
          ? {}
          : { note: await this.secrets.sealText(member.keyId, note) }),
      },
      answer: ({ after }) => ({ status: 200, body: { memberId, state: after.state } }),
      submission,
    }));
  }
}
