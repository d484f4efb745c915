import { z } from 'zod';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';

/** A text sealed under the member's data key: unreadable once the key is destroyed. */
const sealed = z.string().min(1);
const instant = z.int();
const name = z.string().min(1);

const enrolledData = z.object({
  storeId: name,
  channel: name,
  /** When the member joined; may lie before the recording. Milliseconds. */
  enrolledAt: instant,
  /** Which data key seals everything of this member. */
  keyId: name,
  profile: sealed,
  /** The birthday again, sealed by itself, so that finding birthdays opens nothing else. */
  birthday: sealed.exactOptional(),
  referrerMemberId: name.exactOptional(),
});

const cardIssuedData = z.object({
  cardId: name,
  kind: z.enum(['primary', 'additional']),
  number: sealed,
  /** The card this one stands in for. */
  replaces: name.exactOptional(),
  reason: name.exactOptional(),
});

const cardBlockedData = z.object({ cardId: name, reason: name });

const profileChangedData = z.object({
  profile: sealed,
  birthday: sealed.exactOptional(),
  /** The names of the fields that changed, never their values. */
  fields: z.array(name),
});

const consentGivenData = z.object({ channel: name, purpose: name, evidence: sealed.exactOptional() });
const consentWithdrawnData = z.object({ channel: name, purpose: name, evidence: sealed.exactOptional() });
const suspendedData = z.object({ reason: name, note: sealed.exactOptional() });
const reinstatedData = z.object({ reason: name.exactOptional(), note: sealed.exactOptional() });
const birthdayReachedData = z.object({ year: z.int() });
const erasedData = z.object({ keyId: name, reason: name.exactOptional() });

type Fact<Type extends string, Data extends z.ZodType<object>> = DomainEvent & {
  readonly type: Type;
  readonly data: z.infer<Data>;
};

/** Everything that can be said of a member. */
export type MemberEvent =
  | Fact<'MemberEnrolled', typeof enrolledData>
  | Fact<'CardIssued', typeof cardIssuedData>
  | Fact<'CardBlocked', typeof cardBlockedData>
  | Fact<'ProfileChanged', typeof profileChangedData>
  | Fact<'ConsentGiven', typeof consentGivenData>
  | Fact<'ConsentWithdrawn', typeof consentWithdrawnData>
  | Fact<'MemberSuspended', typeof suspendedData>
  | Fact<'MemberReinstated', typeof reinstatedData>
  | Fact<'BirthdayReached', typeof birthdayReachedData>
  | Fact<'MemberErased', typeof erasedData>;

/** The member's events with their present schemas. */
export const memberEvents = new EventCatalogue([
  eventType('MemberEnrolled', enrolledData),
  eventType('CardIssued', cardIssuedData),
  eventType('CardBlocked', cardBlockedData),
  eventType('ProfileChanged', profileChangedData),
  eventType('ConsentGiven', consentGivenData),
  eventType('ConsentWithdrawn', consentWithdrawnData),
  eventType('MemberSuspended', suspendedData),
  eventType('MemberReinstated', reinstatedData),
  eventType('BirthdayReached', birthdayReachedData),
  eventType('MemberErased', erasedData),
]);
