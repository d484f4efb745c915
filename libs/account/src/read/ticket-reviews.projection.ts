import { idOf } from '#libs/platform/kernel/decider';
import type { Projection, RowKey } from '#libs/platform/read-models/projection';
import type { Fact } from '#libs/platform/runtime/fact';
import type { AccountEvent } from '../domain/account.events';
import { TicketReview } from './ticket-reviews.entity';
import { netMinorOf } from './ticket-worth';

const keysOf = (fact: Fact): readonly RowKey[] => {
  const event = fact as unknown as AccountEvent;
  return event.type === 'TicketSetAside' || event.type === 'TicketReviewed' ? [event.data.reviewId] : [];
};

/** The queue of tickets that wait for a person, and what was said of them. */
export const ticketReviews: Projection<TicketReview, AccountEvent> = {
  name: 'ticket-reviews',
  version: 1,
  entity: TicketReview,
  keysOf,
  makes: ['TicketSetAside'],
  on: {
    TicketSetAside: (_, { streamId, at, data: { reviewId, ticket } }) => ({
      reviewId,
      storeId: ticket.storeId,
      memberId: idOf(streamId),
      tillId: ticket.tillId,
      ticketNo: ticket.ticketNo,
      businessDate: ticket.businessDate,
      occurredAt: ticket.occurredAt,
      setAsideAt: at,
      netMinor: netMinorOf(ticket),
      status: 'open',
    }),
    TicketReviewed: (row, { data: { verdict } }) => (row === undefined ? null : { ...row, status: verdict }),
  },
};
