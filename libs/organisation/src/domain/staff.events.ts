import { z } from 'zod';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { staffRoles } from './roles';

/** Someone works here from now on. */
export const staffEngaged = z.strictObject({
  staffId: z.string(),
  name: z.string(),
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

export type StaffEngaged = z.infer<typeof staffEngaged>;
export type SessionOpened = z.infer<typeof sessionOpened>;

export type StaffEvent =
  | (DomainEvent & { readonly type: 'StaffEngaged'; readonly data: StaffEngaged })
  | (DomainEvent & { readonly type: 'SessionOpened'; readonly data: SessionOpened });

export const staffEvents = new EventCatalogue([
  eventType('StaffEngaged', staffEngaged),
  eventType('SessionOpened', sessionOpened),
]);
