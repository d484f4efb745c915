import { z } from 'zod';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType, type Upcaster } from '#libs/platform/kernel/event-catalogue';
import { staffRoles } from './roles';

/** Someone works here from now on. */
export const staffEngaged = z.strictObject({
  staffId: z.string(),
  /** Sealed under the data key. In clear where there is none: of those who were engaged before names were sealed. */
  name: z.string(),
  keyId: z.string().exactOptional(),
  roles: z.array(z.enum(staffRoles)),
  storeIds: z.union([z.literal('all'), z.array(z.string())]),
  /** Argon2id, PHC form. */
  passwordHash: z.string(),
});

/** Someone signed in. Sessions run on the machine's clock, hence instants of their own (milliseconds since 1970). */
export const sessionOpened = z.strictObject({
  staffId: z.string(),
  /** SHA-256 of the session's token, base64url. */
  tokenHash: z.string(),
  openedAt: z.int(),
  expiresAt: z.int(),
});

/** Someone has another password from now on, and no session any more. */
export const passwordChanged = z.strictObject({
  staffId: z.string(),
  /** Argon2id, PHC form. */
  passwordHash: z.string(),
});

/** Someone works here no longer: no password opens anything, and no session goes on. */
export const staffDismissed = z.strictObject({
  staffId: z.string(),
  /** A kind of reason, in clear. */
  reason: z.string().exactOptional(),
  /** The data key of their name, which is to be destroyed. */
  keyId: z.string().exactOptional(),
});

/** Someone signed out. */
export const sessionClosed = z.strictObject({
  staffId: z.string(),
  /** SHA-256 of the session's token, base64url. */
  tokenHash: z.string(),
});

export type StaffEngaged = z.infer<typeof staffEngaged>;
export type SessionOpened = z.infer<typeof sessionOpened>;
export type PasswordChanged = z.infer<typeof passwordChanged>;
export type StaffDismissed = z.infer<typeof staffDismissed>;
export type SessionClosed = z.infer<typeof sessionClosed>;

export type StaffEvent =
  | (DomainEvent & { readonly type: 'StaffEngaged'; readonly data: StaffEngaged })
  | (DomainEvent & { readonly type: 'SessionOpened'; readonly data: SessionOpened })
  | (DomainEvent & { readonly type: 'PasswordChanged'; readonly data: PasswordChanged })
  | (DomainEvent & { readonly type: 'StaffDismissed'; readonly data: StaffDismissed })
  | (DomainEvent & { readonly type: 'SessionClosed'; readonly data: SessionClosed });

/** What is new of them may be absent, as it is of all that are older. */
const asBefore: Upcaster = (data) => data;

export const staffEvents = new EventCatalogue([
  eventType('StaffEngaged', staffEngaged, [asBefore]),
  eventType('SessionOpened', sessionOpened),
  eventType('PasswordChanged', passwordChanged),
  eventType('StaffDismissed', staffDismissed, [asBefore]),
  eventType('SessionClosed', sessionClosed),
]);
