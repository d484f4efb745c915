import type { Account, Qualifying, Sale } from './account.state';
import { appended, type Changing, changedWhere } from './copies';
import type { TicketEvent } from './tickets.events';

/** Shared by all who have nothing of the kind: most sales see no return, most entries no points of their own. */
const none: readonly never[] = [];
const nothing: Readonly<Record<string, number>> = {};

/** The sale of an id. The latest come first, since tills ask for those. */
export const saleOf = ({ sales }: Account, purchaseId: string): Sale | undefined => {
  for (let place = sales.length - 1; place >= 0; place -= 1)
    if (sales[place]?.purchaseId === purchaseId) return sales[place];
  return undefined;
};

/** True when something other than a purchase has been booked under this id. */
export const isBooked = (account: Account, occasionId: string): boolean =>
  account.occasions.some((occasion) => occasion.occasionId === occasionId);

/** The entries with one more, still sorted by when they occurred; of two at one instant the later told stands behind. */
export const withEntry = (entries: readonly Qualifying[], entry: Qualifying): readonly Qualifying[] => {
  let place = entries.length;
  while (place > 0 && (entries[place - 1]?.at ?? 0) > entry.at) place -= 1;
  return place === entries.length ? appended(entries, entry) : entries.toSpliced(place, 0, entry);
};

/** An entry with other points. */
export const withPoints = (
  { source, at, netSpendMinor, visits }: Qualifying,
  points: Qualifying['points'],
): Qualifying => ({
  source,
  at,
  netSpendMinor,
  visits,
  points,
});

const record = (account: Changing<Account>, event: Extract<TicketEvent, { type: 'PurchaseRecorded' }>): void => {
  const { purchaseId, ticket, store, programmeVersion, standing, qualifyingMinor } = event.data;
  const { at } = event;
  const sale: Sale = { purchaseId, at, ticket, store, programmeVersion, standing, qualifyingMinor, returned: none };
  const entry = { source: purchaseId, at, netSpendMinor: qualifyingMinor, visits: 0, points: nothing };
  account.sales = appended(account.sales, sale);
  account.qualifying = withEntry(account.qualifying, entry);
};

const recordOccasion = (account: Changing<Account>, occasionId: string, on: string, at: number): void => {
  const visits = on === 'visit' ? 1 : 0;
  const entry = { source: occasionId, at, netSpendMinor: 0, visits, points: nothing };
  account.visits += visits;
  account.occasions = appended(account.occasions, { occasionId, on, at });
  account.qualifying = withEntry(account.qualifying, entry);
};

/** Applies a fact about tickets, visits and activities. */
export const evolveTickets = (account: Changing<Account>, event: TicketEvent): void => {
  switch (event.type) {
    case 'PurchaseRecorded':
      return record(account, event);
    case 'VisitRecorded':
      return recordOccasion(account, event.data.visitId, 'visit', event.at);
    case 'ActivityRecorded':
      return recordOccasion(account, event.data.activityId, event.data.on, event.at);
    case 'TicketSetAside':
      account.reviews = appended(account.reviews, { ...event.data, status: 'open' as const });
      return;
    case 'TicketReviewed': {
      const { reviewId, verdict } = event.data;
      const reviewed = (each: { readonly reviewId: string }): boolean => each.reviewId === reviewId;
      account.reviews = changedWhere(account.reviews, reviewed, (each) => ({ ...each, status: verdict }));
    }
  }
};
