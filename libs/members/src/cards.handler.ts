import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Submission } from '#libs/platform/http/submission';
import type { Answer, Transition } from '#libs/platform/runtime/command-runner';
import { normalCard } from './domain/identifiers';
import type { Card, EnrolledMember, Member } from './domain/member';
import type { MemberEvent } from './domain/member.events';
import { cardsAnswer, IssuedCards } from './issued-cards';
import { MemberSecrets } from './member-secrets';
import { MemberStreams, type MemberExecution, type MemberOutcome } from './member-streams';

/** Why a card is wanted, and the number or id of the card it stands in for. */
export interface NewCardWish {
  readonly reason: string;
  readonly replaces?: string | undefined;
}

/** The wish for a card, with who asks for it. */
export class CardRequest extends Command<MemberOutcome> {
  constructor(
    readonly memberId: string,
    readonly wish: NewCardWish,
    readonly submission: Submission,
  ) {
    super();
  }
}

/** Issues cards. A replaced card's number finds nobody from the same append on. */
@CommandHandler(CardRequest)
export class CardHandler implements ICommandHandler<CardRequest> {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
    @Inject(IssuedCards) private readonly cards: IssuedCards,
  ) {}

  async execute({ memberId, wish, submission }: CardRequest): Promise<MemberOutcome> {
    const answer = ({ events }: Transition<Member, MemberEvent>): Answer => cardsAnswer(memberId, events);
    const outcome = await this.cards.untilUnique(() =>
      this.streams.executeOn(memberId, async (member) => ({
        ...(await this.prepare(member, wish)),
        answer,
        submission,
      })),
    );
    return this.cards.shown(outcome);
  }

  private async prepare(
    member: EnrolledMember | undefined,
    { reason, replaces }: NewCardWish,
  ): Promise<Pick<MemberExecution, 'command' | 'claims' | 'releases'>> {
    if (member === undefined) return { command: { type: 'IssueCard', card: { cardId: '', number: '' }, reason } };
    const { card, claim } = await this.secrets.draftCard(member.keyId);
    if (replaces === undefined) return { command: { type: 'IssueCard', card, reason }, claims: [claim] };
    const old = await this.find(member, replaces);
    return {
      command: { type: 'IssueCard', card, reason, replaces: old?.cardId ?? 'unknown' },
      claims: [claim],
      releases: old === undefined ? [] : await this.secrets.claimsOfCard(member.keyId, old),
    };
  }

  private async find(member: EnrolledMember, replaces: string): Promise<Card | undefined> {
    for (const card of member.cards) {
      if (card.cardId === replaces) return card;
      if ((await this.secrets.openCard(member.keyId, card)) === normalCard(replaces)) return card;
    }
    return undefined;
  }
}
