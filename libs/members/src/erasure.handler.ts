import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Submission } from '#libs/platform/http/submission';
import { MemberSecrets } from './member-secrets';
import { MemberStreams, type MemberOutcome } from './member-streams';

/** The wish to forget a member for good, with who asks for it. */
export class ErasureRequest extends Command<MemberOutcome> {
  constructor(
    readonly memberId: string,
    readonly reason: string,
    readonly submission: Submission,
  ) {
    super();
  }
}

/**
 * First the fact, with every identifier given back in the same append, then the key. A crash in between is healed by
 * `forget-members`, which destroys the keys of all who were erased.
 */
@CommandHandler(ErasureRequest)
export class ErasureHandler implements ICommandHandler<ErasureRequest> {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
  ) {}

  async execute({ memberId, reason, submission }: ErasureRequest): Promise<MemberOutcome> {
    const outcome = await this.streams.executeOn(memberId, async (member) => ({
      command: { type: 'EraseMember', basedOn: member?.version ?? 0, reason },
      releases: member === undefined ? [] : await this.secrets.claimsOf(member),
      answer: () => ({ status: 200, body: { memberId, state: 'erased' } }),
      submission,
    }));
    const member = await this.streams.current(memberId);
    if (member.state === 'erased') await this.secrets.destroyKey(member.keyId);
    return outcome;
  }
}
