import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import { Problem } from '#libs/platform/http/problem';
import type { Submission } from '#libs/platform/http/submission';
import { IssuedCards } from '../issued-cards';
import { MemberStreams, type MemberOutcome } from '../member-streams';

/** Hands requests on for those who may make them. */
@Injectable()
export class MemberRequests {
  constructor(
    private readonly commands: CommandBus,
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(IssuedCards) private readonly cards: IssuedCards,
  ) {}

  /**
   * Runs a command unless `admit` throws. Then a key that was used before speaks first: the same request gets its first
   * answer, another one hears that the key is taken. Only a refusal asks for that, so that admission costs nothing more.
   */
  async run(
    { idempotency }: Submission,
    admit: () => Promise<unknown>,
    command: Command<MemberOutcome>,
  ): Promise<MemberOutcome> {
    try {
      await admit();
    } catch (error) {
      const stored = error instanceof Problem ? await this.streams.replayed(idempotency) : undefined;
      if (stored === undefined) throw error;
      return this.cards.shown(stored);
    }
    return this.commands.execute(command);
  }
}
