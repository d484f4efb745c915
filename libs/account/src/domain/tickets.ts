import type { Account, PackedSale, Qualifying, Sale } from './account.state';
import { appended, type Changing, changedWhere } from './copies';
import { packedSale, unpackedSale } from './packed-sale';
import type { TicketEvent } from './tickets.events';

/** No points: shared by all entries that earned none. */
const nothing: Readonly<Record<string, number>> = {};

/** The sale of an id as it is kept. The latest come first, since tills ask for those. */
const packedSaleOf = ({ sales }: Account, purchaseId: string): PackedSale | undefined => {
  for (let place = sales.length - 1; place >= 0; place -= 1)
    if (sales[place]?.purchaseId === purchaseId) return sales[place];
  return undefined;
};

/** True when a sale has been booked under this id. */
export const isSold = (account: Account, purchaseId: string): boolean =>
  packedSaleOf(account, purchaseId) !== undefined;

/** The sale of an id, with all its parts. */
export const saleOf = (account: Account, purchaseId: string): Sale | undefined => {
  const sale = packedSaleOf(account, purchaseId);
  return sale && unpackedSale(sale);
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
  const { purchaseId, qualifyingMinor } = event.data;
  const { at } = event;
  const entry = { source: purchaseId, at, netSpendMinor: qualifyingMinor, visits: 0, points: nothing };
  account.sales = appended(account.sales, packedSale(purchaseId, at, event.data));
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
