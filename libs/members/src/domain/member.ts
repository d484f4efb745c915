import type { Instant } from '#libs/platform/kernel/instant';
import type { Sealed } from './member.commands';

/** A card of a member. A blocked card finds nobody. */
export interface Card {
  readonly cardId: string;
  readonly kind: 'primary' | 'additional';
  readonly number: Sealed;
  readonly issuedAt: Instant;
  readonly replaces?: string;
  readonly blocked?: { readonly at: Instant; readonly reason: string };
}

/** Where a consent stands for one channel and purpose, and since when. */
export interface Consent {
  readonly channel: string;
  readonly purpose: string;
  readonly granted: boolean;
  readonly at: Instant;
  readonly evidence?: Sealed;
}

/** No such member. */
export interface NoMember {
  readonly state: 'none';
}

/** A member in good standing or suspended. Everything personal is sealed under the key `keyId`. */
export interface EnrolledMember {
  readonly state: 'active' | 'suspended';
  readonly storeId: string;
  readonly channel: string;
  readonly enrolledAt: Instant;
  readonly keyId: string;
  readonly profile: Sealed;
  readonly birthday?: Sealed;
  /** Counts the changes of profile and cards: of all by which the member can be found. */
  readonly version: number;
  readonly cards: readonly Card[];
  /** By `<channel>/<purpose>`. */
  readonly consents: Readonly<Record<string, Consent>>;
  readonly referrerMemberId?: string;
  readonly suspension?: { readonly at: Instant; readonly reason: string; readonly note?: Sealed };
  /** The latest year whose birthday was stated. */
  readonly lastBirthday?: number;
}

/** What stays of an erased member: a pseudonym that keeps the ledger whole, and the id of the key to be destroyed. */
export interface ErasedMember {
  readonly state: 'erased';
  readonly storeId: string;
  readonly enrolledAt: Instant;
  readonly keyId: string;
  readonly erasedAt: Instant;
}

export type Member = NoMember | EnrolledMember | ErasedMember;

/** The name under which a consent is kept. */
export const consentKey = (consent: { readonly channel: string; readonly purpose: string }): string =>
  `${consent.channel}/${consent.purpose}`;

/** True for a member who was enrolled and not erased. */
export const isEnrolled = (member: Member): member is EnrolledMember =>
  member.state === 'active' || member.state === 'suspended';
