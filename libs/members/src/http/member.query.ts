import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { toText } from '#libs/platform/kernel/instant';
import { openEvidence, type Evidence } from '../consent-words';
import { maskedCardNumber } from '../domain/card-numbers';
import { isEnrolled, type Card, type Consent, type EnrolledMember } from '../domain/member';
import type { Profile } from '../domain/profiles';
import { MemberSecrets } from '../member-secrets';
import { MemberStreams } from '../member-streams';

/** How much of a member someone may see. `pseudonym`: nothing personal; `profile`: all but whole card numbers. */
export type Depth = 'pseudonym' | 'profile' | 'everything';

interface CardView {
  readonly cardId: string;
  readonly kind: string;
  readonly number: string;
  readonly issuedAt: string;
  readonly replaces?: string;
  readonly blocked?: { readonly at: string; readonly reason: string };
}

interface ConsentView {
  readonly channel: string;
  readonly purpose: string;
  readonly granted: boolean;
  readonly at: string;
  readonly evidence?: Evidence;
}

/** A member as the office sees them. Of an erased one only the id and the state are left. */
export interface MemberView {
  readonly memberId: string;
  readonly state: string;
  readonly storeId?: string;
  readonly channel?: string;
  readonly enrolledAt?: string;
  readonly referrerMemberId?: string;
  readonly profile?: Profile;
  readonly cards?: readonly CardView[];
  readonly consents?: readonly ConsentView[];
  readonly suspension?: { readonly at: string; readonly reason: string; readonly note?: string };
}

/** Shows one member. */
export class ShowMember extends Query<MemberView> {
  constructor(
    readonly memberId: string,
    readonly depth: Depth,
  ) {
    super();
  }
}

@QueryHandler(ShowMember)
export class ShowMemberHandler implements IQueryHandler<ShowMember> {
  constructor(
    @Inject(MemberStreams) private readonly streams: MemberStreams,
    @Inject(MemberSecrets) private readonly secrets: MemberSecrets,
  ) {}

  async execute({ memberId, depth }: ShowMember): Promise<MemberView> {
    const member = await this.streams.current(memberId);
    if (!isEnrolled(member)) return { memberId, state: member.state };
    const { state, storeId, channel, enrolledAt, referrerMemberId } = member;
    const profile = depth === 'pseudonym' ? undefined : await this.secrets.openProfile(member);
    return {
      memberId,
      state,
      storeId,
      channel,
      enrolledAt: toText(enrolledAt),
      ...(referrerMemberId === undefined ? {} : { referrerMemberId }),
      ...(profile === undefined ? {} : { profile }),
      ...(depth === 'pseudonym' ? {} : { cards: await this.cards(member, depth) }),
      consents: await this.consents(member, depth),
      ...(await this.suspension(member, depth)),
    };
  }

  private cards({ keyId, cards }: EnrolledMember, depth: Depth): Promise<readonly CardView[]> {
    return Promise.all(
      cards.map(async (card: Card) => {
        const number = (await this.secrets.openCard(keyId, card)) ?? '';
        return {
          ...card,
          number: depth === 'everything' ? number : maskedCardNumber(number),
          issuedAt: toText(card.issuedAt),
          ...(card.blocked && { blocked: { ...card.blocked, at: toText(card.blocked.at) } }),
        } as CardView;
      }),
    );
  }

  private consents({ keyId, consents }: EnrolledMember, depth: Depth): Promise<readonly ConsentView[]> {
    return Promise.all(
      Object.values(consents).map(async ({ evidence, at, ...said }: Consent) => {
        const opened =
          evidence === undefined || depth === 'pseudonym'
            ? undefined
            : await openEvidence(this.secrets, keyId, evidence);
        return { ...said, at: toText(at), ...(opened === undefined ? {} : { evidence: opened }) };
      }),
    );
  }

  private async suspension(
    { keyId, suspension }: EnrolledMember,
    depth: Depth,
  ): Promise<Pick<MemberView, 'suspension'>> {
    if (suspension === undefined) return {};
    const { at, reason, note } = suspension;
    const opened = note === undefined || depth === 'pseudonym' ? undefined : await this.secrets.openText(keyId, note);
    return { suspension: { at: toText(at), reason, ...(opened === undefined ? {} : { note: opened }) } };
  }
}
