import { z } from 'zod';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';

/** A till of a store has its first token. */
export const tillRegistered = z.strictObject({
  storeId: z.string(),
  tillId: z.string(),
  /** SHA-256 of the token, base64url. */
  tokenHash: z.string(),
});

/** A till has a new token; the one before has ended. */
export const tillTokenIssued = z.strictObject({ storeId: z.string(), tillId: z.string(), tokenHash: z.string() });

interface Happened<Type extends string, Data extends z.ZodType<object>> extends DomainEvent {
  readonly type: Type;
  readonly data: z.infer<Data>;
}

export type TillEvent =
  Happened<'TillRegistered', typeof tillRegistered> | Happened<'TillTokenIssued', typeof tillTokenIssued>;

export const tillEvents = new EventCatalogue([
  eventType('TillRegistered', tillRegistered),
  eventType('TillTokenIssued', tillTokenIssued),
]);
