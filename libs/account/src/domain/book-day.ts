import { epochDayAt } from '#libs/platform/kernel/calendar';
import { toText, type Instant } from '#libs/platform/kernel/instant';
import type { AccountCommand, AccountContext } from './account.commands';
import type { AccountEvent } from './account.events';

const DAY_MS = 86_400_000;

const dateAt = (at: Instant, zone: string): string => toText(epochDayAt(at, zone) * DAY_MS).slice(0, 10);

/** What time alone has brought about goes by the programme's zone, whoever states it; the rest by the store's. */
const zoneOf = (
  { at, data }: AccountEvent,
  { store, rulebooks }: Pick<AccountContext, 'store' | 'rulebooks'>,
): string => {
  const atStore = 'ordinal' in data ? undefined : store?.timeZone;
  return atStore ?? rulebooks.at(at)?.document.timeZone ?? 'UTC';
};

/** The business date that a fact has from a till's ticket: a sale's, that of what it earned, a return's. */
const ticketDayOf = (event: AccountEvent, command: AccountCommand): string | undefined => {
  if (event.type === 'PurchaseReturned') return event.data.place.businessDate;
  if (command.type !== 'RecordPurchase') return undefined;
  const { purchaseId, ticket } = command;
  const isOwn = event.type === 'PointsEarned' ? event.data.occasion === purchaseId : event.type === 'PurchaseRecorded';
  return isOwn ? ticket.businessDate : undefined;
};

/**
 * The day on whose books a fact stands, `YYYY-MM-DD`. Sales, what they earn and returned goods stand on their ticket's
 * business date. All else stands on its own date, that of its instant: what a late ticket spends was taken when it was
 * recorded, from points that need not have been there on the ticket's day. What follows from a sale never stands
 * before it, whatever day its till took it for.
 */
export const bookDayOf = (
  event: AccountEvent,
  command: AccountCommand,
  circumstances: Pick<AccountContext, 'store' | 'rulebooks'>,
): string => {
  const ticketDay = ticketDayOf(event, command);
  if (ticketDay !== undefined) return ticketDay;
  const day = dateAt(event.at, zoneOf(event, circumstances));
  if (command.type !== 'RecordPurchase' || event.at < command.ticket.occurredAt) return day;
  const { businessDate } = command.ticket;
  return day < businessDate ? businessDate : day;
};
