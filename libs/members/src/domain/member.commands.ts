import type { Instant } from '#libs/platform/kernel/instant';

/** A text sealed under the member's data key. */
export type Sealed = string;

/** A card as it is about to be issued: id and number were made at the edge, the number is sealed. */
export interface NewCard {
  readonly cardId: string;
  readonly number: Sealed;
}

/** A consent given or withdrawn, with what proves it. */
export interface ConsentStatement {
  readonly channel: string;
  readonly purpose: string;
  readonly granted: boolean;
  readonly evidence?: Sealed;
}

/** Makes a person a member, with a first card. */
export interface EnrolMember {
  readonly type: 'EnrolMember';
  readonly storeId: string;
  readonly channel: string;
  readonly enrolledAt: Instant;
  readonly keyId: string;
  readonly profile: Sealed;
  readonly birthday?: Sealed;
  readonly card: NewCard;
  readonly consents: readonly ConsentStatement[];
  readonly referrerMemberId?: string;
}

/**
 * Puts a whole new profile in place of the present one. It was merged outside, where profiles are readable, on the
 * member's version `basedOn`; when another change came between, the decision is refused and the merge done again.
 */
export interface ChangeProfile {
  readonly type: 'ChangeProfile';
  readonly basedOn: number;
  readonly profile: Sealed;
  readonly birthday?: Sealed;
  /** The names of the fields that differ; none means that nothing changes. */
  readonly fields: readonly string[];
}

/** Issues a card; with `replaces`, in place of that one, which is blocked for the same reason. */
export interface IssueCard {
  readonly type: 'IssueCard';
  readonly card: NewCard;
  readonly reason: string;
  readonly replaces?: string;
}

/** States which channel may be used for which purpose. */
export interface StateConsents {
  readonly type: 'StateConsents';
  readonly consents: readonly ConsentStatement[];
}

/** Takes a member out of play for a while. */
export interface SuspendMember {
  readonly type: 'SuspendMember';
  readonly reason: string;
  readonly note?: Sealed;
}

/** Ends a suspension. */
export interface ReinstateMember {
  readonly type: 'ReinstateMember';
  readonly reason?: string;
  readonly note?: Sealed;
}

/** States that the member's birthday of a year has come, at the instant its day began in the home store. */
export interface ReachBirthday {
  readonly type: 'ReachBirthday';
  readonly year: number;
  readonly at: Instant;
}

/**
 * Ends a membership for good: every identifier is given back with this, the data key destroyed after it. Which
 * identifiers those are was read from version `basedOn`.
 */
export interface EraseMember {
  readonly type: 'EraseMember';
  readonly basedOn: number;
  readonly reason?: string;
}

export type MemberCommand =
  | EnrolMember
  | ChangeProfile
  | IssueCard
  | StateConsents
  | SuspendMember
  | ReinstateMember
  | ReachBirthday
  | EraseMember;

/**
 * Why not. `changed-meanwhile` never leaves the shell, which reads the member again and repeats the command;
 * `born-in-future` comes from the shell, which alone sees a birthday in clear.
 */
export type MemberRefusal =
  | 'member-exists'
  | 'member-not-found'
  | 'member-erased'
  | 'enrolled-in-future'
  | 'born-in-future'
  | 'referrer-not-found'
  | 'card-not-found'
  | 'card-blocked'
  | 'changed-meanwhile';

/** What decisions on a member need from outside. */
export interface MemberContext {
  readonly now: Instant;
  /** Whether the named referrer is a member; absent when none is named. */
  readonly referrerIsMember?: boolean;
}
