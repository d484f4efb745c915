import { z } from 'zod';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';

/** A store trades from now on. Zone and currency are what its tickets are read in. */
export const storeOpened = z.strictObject({
  storeId: z.string(),
  name: z.string(),
  /** The franchisee who runs it; absent for a store of the chain's own. */
  franchiseeId: z.string().optional(),
  region: z.string().optional(),
  /** IANA zone. */
  timeZone: z.string(),
  /** ISO 4217. */
  currency: z.string(),
});

export type StoreOpened = z.infer<typeof storeOpened>;

export interface StoreEvent extends DomainEvent {
  readonly type: 'StoreOpened';
  readonly data: StoreOpened;
}

export const storeEvents = new EventCatalogue([eventType('StoreOpened', storeOpened)]);
