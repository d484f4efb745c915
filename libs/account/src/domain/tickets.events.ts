import { z } from 'zod';
import { eventType, type Upcaster } from '#libs/platform/kernel/event-catalogue';
import type { NotEarned, StoreFacts } from '#libs/programme/src/contract';
import type { Ticket } from './account.state';
import type { Fact } from './fact';
import { count, id, positive, storeFacts, ticket } from './schemas';
import { notEarned, soldTicket, standing } from './told-sale.schemas';
import { toldReasons, type ToldReasons, type ToldStanding, type ToldTicket } from './told-sale';

/** A sale, with everything the rules looked at, so that a return can run them again as of the sale. Most facts are of this type, and it is the largest: what is nothing is left out. */
export type PurchaseRecorded = Fact<
  'PurchaseRecorded',
  {
    readonly purchaseId: string;
    readonly ticket: ToldTicket;
    readonly store: StoreFacts;
    readonly programmeVersion: number | null;
    readonly standing: ToldStanding;
    readonly qualifyingMinor: number;
    readonly notEarned?: ToldReasons;
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
    readonly notEarned?: ToldReasons;
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
    readonly notEarned?: ToldReasons;
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

/** The first version told the rules that gave nothing as a list of pairs, and what was nothing as well; that still fits. */
const reasonsApart: Upcaster = ({ notEarned: pairs, ...data }) => ({
  ...data,
  ...toldReasons(pairs as readonly NotEarned[]),
});

/** Their types and schemas. */
export const ticketEventTypes = [
  eventType<PurchaseRecorded['data']>(
    'PurchaseRecorded',
    z.strictObject({
      purchaseId: id,
      ticket: soldTicket,
      store: storeFacts,
      programmeVersion,
      standing,
      qualifyingMinor: count,
      notEarned: notEarned.exactOptional(),
    }),
    [reasonsApart],
  ),
  eventType<VisitRecorded['data']>(
    'VisitRecorded',
    z.strictObject({
      visitId: id,
      kind: z.string(),
      storeId: id,
      tillId: id.exactOptional(),
      programmeVersion,
      notEarned: notEarned.exactOptional(),
    }),
    [reasonsApart],
  ),
  eventType<ActivityRecorded['data']>(
    'ActivityRecorded',
    z.strictObject({
      activityId: id,
      on: z.string(),
      storeId: id.exactOptional(),
      details: z.string().exactOptional(),
      programmeVersion,
      notEarned: notEarned.exactOptional(),
    }),
    [reasonsApart],
  ),
  eventType<TicketSetAside['data']>('TicketSetAside', z.strictObject({ reviewId: id, ticket, store: storeFacts })),
  eventType<TicketReviewed['data']>(
    'TicketReviewed',
    z.strictObject({ reviewId: id, verdict: z.enum(['accepted', 'rejected']) }),
  ),
];
