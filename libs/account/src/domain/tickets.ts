import type { Account, Qualifying, Sale } from './account.state';
import type { TicketEvent } from './tickets.events';

/** The sale of an id. The latest come first, since tills ask for those. */
export const saleOf = (account: Account, purchaseId: string): Sale | undefined =>
  account.sales.findLast((sale) => sale.purchaseId === purchaseId);

/** True when something other than a purchase has been booked under this id. */
export const isBooked = (account: Account, occasionId: string): boolean =>
  account.occasions.some((occasion) => occasion.occasionId === occasionId);

/** The entries with one more, still sorted by when they occurred; of two at one instant the later told stands behind. */
export const withEntry = (entries: readonly Qualifying[], entry: Qualifying): readonly Qualifying[] => {
  let place = entries.length;
  while (place > 0 && (entries[place - 1]?.at ?? 0) > entry.at) place -= 1;
  return place === entries.length ? [...entries, entry] : entries.toSpliced(place, 0, entry);
};

const recorded = (account: Account, event: Extract<TicketEvent, { type: 'PurchaseRecorded' }>): Account => {
  const { purchaseId, ticket, store, programmeVersion, standing, qualifyingMinor } = event.data;
  const { at } = event;
  const sale: Sale = { purchaseId, at, ticket, store, programmeVersion, standing, qualifyingMinor, returned: [] };
  const entry = { source: purchaseId, at, netSpendMinor: qualifyingMinor, visits: 0, points: {} };
  return { ...account, sales: [...account.sales, sale], qualifying: withEntry(account.qualifying, entry) };
};

const occasion = (account: Account, occasionId: string, on: string, at: number): Account => {
  const visits = on === 'visit' ? 1 : 0;
  const entry = { source: occasionId, at, netSpendMinor: 0, visits, points: {} };
  return {
    ...account,
    visits: account.visits + visits,
    occasions: [...account.occasions, { occasionId, on, at }],
    qualifying: withEntry(account.qualifying, entry),
  };
};

/** Applies a fact about tickets, visits and activities. */
export const evolveTickets = (account: Account, event: TicketEvent): Account => {
  switch (event.type) {
    case 'PurchaseRecorded':
      return recorded(account, event);
    case 'VisitRecorded':
      return occasion(account, event.data.visitId, 'visit', event.at);
    case 'ActivityRecorded':
      return occasion(account, event.data.activityId, event.data.on, event.at);
    case 'TicketSetAside':
      return { ...account, reviews: [...account.reviews, { ...event.data, status: 'open' }] };
    case 'TicketReviewed': {
      const { reviewId, verdict } = event.data;
      const reviews = account.reviews.map((each) => (each.reviewId === reviewId ? { ...each, status: verdict } : each));
      return { ...account, reviews };
    }
  }
};
