import { z } from 'zod';
import { eventType } from '#libs/platform/kernel/event-catalogue';
import type { NotEarned, Standing, StoreFacts } from '#libs/programme/src/contract';
import type { Ticket } from './account.state';
import type { Fact } from './fact';
import { count, id, notEarned, positive, standing, storeFacts, ticket } from './schemas';

/** A sale, with everything the rules looked at, so that a return can run them again as of the sale. */
export type PurchaseRecorded = Fact<
  'PurchaseRecorded',
  {
    readonly purchaseId: string;
    readonly ticket: Ticket;
    readonly store: StoreFacts;
    readonly programmeVersion: number | null;
    readonly standing: Standing;
    readonly qualifyingMinor: number;
    readonly notEarned: readonly NotEarned[];
  }
>;

/** A visit without (or besides) a purchase. */
export type VisitRecorded = Fact<
  'VisitRecorded',
  {
    readonly visitId: string;
    readonly kind: string;
    readonly storeId: string;
    readonly tillId?: string;
    readonly programmeVersion: number | null;
    readonly notEarned: readonly NotEarned[];
  }
>;

/** Something else that can earn: `enrolment`, `birthday` or `activity:<type>`. */
export type ActivityRecorded = Fact<
  'ActivityRecorded',
  {
    readonly activityId: string;
    readonly on: string;
    readonly storeId?: string;
    /** What else was said about it, sealed under the member's key. */
    readonly details?: string;
    readonly programmeVersion: number | null;
    readonly notEarned: readonly NotEarned[];
  }
>;

/** A ticket too old, set aside for a person. */
export type TicketSetAside = Fact<
  'TicketSetAside',
  { readonly reviewId: string; readonly ticket: Ticket; readonly store: StoreFacts }
>;

/** A ticket older than the programme allows to be booked by itself. */
export type TicketReviewed = Fact<
  'TicketReviewed',
  { readonly reviewId: string; readonly verdict: 'accepted' | 'rejected' }
>;

/** Every fact about tickets, visits and activities. */
export type TicketEvent = PurchaseRecorded | VisitRecorded | ActivityRecorded | TicketSetAside | TicketReviewed;

const programmeVersion = positive.nullable();

/** Their types and schemas. */
export const ticketEventTypes = [
  eventType<PurchaseRecorded['data']>(
    'PurchaseRecorded',
    z.strictObject({
      purchaseId: id,
      ticket,
      store: storeFacts,
      programmeVersion,
      standing,
      qualifyingMinor: count,
      notEarned,
    }),
  ),
  eventType<VisitRecorded['data']>(
    'VisitRecorded',
    z.strictObject({
      visitId: id,
      kind: z.string(),
      storeId: id,
      tillId: id.exactOptional(),
      programmeVersion,
      notEarned,
    }),
  ),
  eventType<ActivityRecorded['data']>(
    'ActivityRecorded',
    z.strictObject({
      activityId: id,
      on: z.string(),
      storeId: id.exactOptional(),
      details: z.string().exactOptional(),
      programmeVersion,
      notEarned,
    }),
  ),
  eventType<TicketSetAside['data']>('TicketSetAside', z.strictObject({ reviewId: id, ticket, store: storeFacts })),
  eventType<TicketReviewed['data']>(
    'TicketReviewed',
    z.strictObject({ reviewId: id, verdict: z.enum(['accepted', 'rejected']) }),
  ),
];
