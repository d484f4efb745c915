import { Inject, Injectable } from '@nestjs/common';
import type { Answer } from '#libs/platform/runtime/command-runner';
import { isEnrolled } from './domain/member';
import type { MemberEvent } from './domain/member.events';
import { isCardClaim, MemberSecrets } from './member-secrets';
import { MemberStreams, type MemberOutcome } from './member-streams';

/** How many numbers are drawn before giving up: among 10^14 even a second draw is rare. */
const MOST_DRAWS = 5;

interface StoredCard {
  readonly cardId: string;
  readonly kind: string;
}

interface StoredAnswer {
  readonly memberId: string;
  /** Absent where no card was issued. */
  readonly cards?: readonly StoredCard[];
}

/**
 * Cards in answers. A number is what identifies a member, so a stored answer holds the card's id only; the number is
 * put in when the answer is given, the first time and every time again, until the member is erased.
 */
@Injectable()
export class IssuedCards {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
  ) {}

  /** Runs what drafts a card and issues it, again with another number while the number is some other card's. */
  async untilUnique(run: () => Promise<MemberOutcome>): Promise<MemberOutcome> {
    for (let draw = 1; ; draw += 1) {
      const outcome = await run();
      if (outcome.kind !== 'claim-taken' || !isCardClaim(outcome.name) || draw === MOST_DRAWS) return outcome;
    }
  }

  /** The stored answer with the numbers of its cards; null for a number that an erasure took away. */
  async shown(outcome: MemberOutcome): Promise<MemberOutcome> {
    if (outcome.kind !== 'answered') return outcome;
    const { memberId, cards } = JSON.parse(outcome.body) as StoredAnswer;
    if (cards === undefined) return outcome;
    const shown = await Promise.all(
      cards.map(async (card) => ({ ...card, number: (await this.numberOf(memberId, card.cardId)) ?? null })),
    );
    return { ...outcome, body: JSON.stringify({ memberId, cards: shown }) };
  }

  private async numberOf(memberId: string, cardId: string): Promise<string | undefined> {
    const member = await this.streams.current(memberId);
    if (!isEnrolled(member)) return undefined;
    const card = member.cards.find((each) => each.cardId === cardId);
    return card && this.secrets.openCard(member.keyId, card);
  }
}

/** The answer that is stored: which cards these facts issued, by id. */
export const cardsAnswer = (memberId: string, events: readonly MemberEvent[]): Answer => {
  const cards = events.flatMap((event): StoredCard[] =>
    event.type === 'CardIssued' ? [{ cardId: event.data.cardId, kind: event.data.kind }] : [],
  );
  return { status: 201, body: { memberId, cards } };
};
