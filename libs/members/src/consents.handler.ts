import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Submission } from '#libs/platform/http/submission';
import type { Answer, Transition } from '#libs/platform/runtime/command-runner';
import { toText } from '#libs/platform/kernel/instant';
import { sealConsents, type ConsentWord } from './consent-words';
import { isEnrolled, type Member } from './domain/member';
import type { MemberEvent } from './domain/member.events';
import { MemberSecrets } from './member-secrets';
import { MemberStreams, type MemberOutcome } from './member-streams';

/** What a member allows and forbids, with who records it. */
export class ConsentRequest extends Command<MemberOutcome> {
  constructor(
    readonly memberId: string,
    readonly words: readonly ConsentWord[],
    readonly submission: Submission,
  ) {
    super();
  }
}

@CommandHandler(ConsentRequest)
export class ConsentHandler implements ICommandHandler<ConsentRequest> {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
  ) {}

  execute({ memberId, words, submission }: ConsentRequest): Promise<MemberOutcome> {
    return this.streams.executeOn(memberId, async (member) => ({
      command: {
        type: 'StateConsents',
        consents: member === undefined ? [] : await sealConsents(this.secrets, member.keyId, words),
      },
      answer: (transition) => consentsAnswer(memberId, transition),
      submission,
    }));
  }
}

const consentsAnswer = (memberId: string, { after }: Transition<Member, MemberEvent>): Answer => {
  const consents = isEnrolled(after) ? Object.values(after.consents) : [];
  const shown = consents.map(({ channel, purpose, granted, at }) => ({ channel, purpose, granted, at: toText(at) }));
  return { status: 201, body: { memberId, consents: shown } };
};
