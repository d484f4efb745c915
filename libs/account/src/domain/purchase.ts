import { type Decision, type Refused, refuse } from '#libs/platform/kernel/decider';
import { addPeriod } from '#libs/platform/kernel/calendar';
import { periodOf } from '#libs/platform/kernel/period';
import type { Occasion } from '#libs/programme/src/contract';
import type { AccountContext, AccountRefusal, RecordActivity, RecordPurchase, RecordVisit } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Account, Ticket } from './account.state';
import type { Changing } from './copies';
import type { Draft } from './draft';
import { assessed, standingBefore } from './earning';
import { bookParked } from './give-back';
import { grant } from './grant';
import { captureForTicket } from './redeem';
import { slideAll } from './sliding';
import { qualify, tierCodeAt } from './tier-path';
import { isBooked, saleOf } from './tickets';
import { toldReasons, toldStanding, toldTicket } from './told-sale';
import { useVoucher } from './voucher-use';

type Verdict = Decision<AccountEvent, AccountRefusal>;

/**
 * A ticket's content as one text, for telling a repeat from another ticket under the same number. Who sat at the till
 * does not matter, and neither does the order of keys, since every ticket is put together here.
 */
export const contentOf = (ticket: Ticket): string =>
  JSON.stringify([
    [ticket.storeId, ticket.tillId, ticket.ticketNo, ticket.businessDate, ticket.occurredAt, ticket.currency],
    [ticket.channel ?? null, ticket.ticketDiscountMinor, ticket.redemptionIds, ticket.voucherCodes],
    ticket.lines.map((line) => [
      [line.lineNo, line.sku, line.category ?? null, line.brand ?? null, line.labels],
      [line.quantity, line.grossMinor, line.discountMinor, line.taxMinor],
    ]),
    ticket.tenders.map((tender) => [tender.kind, tender.amountMinor]),
  ]);

/** A ticket's occasion as the rules see it: the store's facts and what was bought. */
export const occasionOf = (
  ticket: Ticket,
  context: Pick<AccountContext, 'store' | 'now'>,
  id: string,
): Occasion & { readonly id: string } => {
  const occasion: Changing<Occasion & { readonly id: string }> = {
    id,
    on: 'purchase',
    at: Math.min(ticket.occurredAt, context.now),
    channel: ticket.channel ?? 'till',
    basket: ticket,
  };
  if (context.store !== undefined) occasion.store = context.store;
  return occasion;
};

/** What is already known of this ticket: the first result again, or a refusal when the number meant something else. */
const known = (account: Account, command: RecordPurchase): Refused<AccountRefusal> | 'booked' | undefined => {
  const sale = saleOf(account, command.purchaseId);
  const review = account.reviews.find((each) => each.reviewId === command.purchaseId);
  const ticket = sale?.ticket ?? (command.source === 'review' ? undefined : review?.ticket);
  if (ticket === undefined) return undefined;
  if (contentOf(ticket) !== contentOf(command.ticket))
    return refuse('ticket-differs', 'This ticket number is already booked with another content.');
  return 'booked';
};

/** True when the ticket is older than the programme allows a till to book by itself. */
const tooOld = (command: RecordPurchase, context: AccountContext): boolean => {
  const rulebook = context.rulebooks.at(context.now);
  if (command.source !== 'till' || rulebook === undefined) return false;
  const { late, timeZone } = rulebook.document;
  return addPeriod(command.ticket.occurredAt, periodOf(late.maxAge), timeZone) < context.now;
};

const recordSale = (draft: Draft, command: RecordPurchase, context: AccountContext): Refused<AccountRefusal> | null => {
  const { ticket, purchaseId } = command;
  const occasion = occasionOf(ticket, context, purchaseId);
  const { at } = occasion;
  const rulebook = context.rulebooks.at(at);
  const standing = standingBefore(draft.account, context, occasion, tierCodeAt(draft.account, context, at));
  const { awards, notEarned, qualifyingMinor } = assessed(rulebook, occasion, standing);
  draft.state({
    type: 'PurchaseRecorded',
    at,
    data: {
      purchaseId,
      ticket: toldTicket(ticket),
      store: context.store ?? { storeId: ticket.storeId, timeZone: 'UTC' },
      programmeVersion: rulebook?.version ?? null,
      standing: toldStanding(standing),
      qualifyingMinor,
      ...toldReasons(notEarned),
    },
  });
  const spent = captureForTicket(draft, context, purchaseId, ticket);
  if (spent !== null) return spent;
  const vouchers = useVoucher(draft, purchaseId, ticket);
  if (vouchers !== null) return vouchers;
  grant(draft, context, occasion, awards);
  qualify(draft, context, at, false);
  return null;
};

/**
 * Books a ticket: the sale, the redemptions and vouchers on it, the points it earns as of when it occurred, the tier it
 * reaches, and any return that has been waiting for it. All of it or nothing.
 */
export const recordPurchase = (draft: Draft, command: RecordPurchase, context: AccountContext): Verdict => {
  const before = known(draft.account, command);
  if (before === 'booked') return draft.accepted();
  if (before !== undefined) return before;
  if (tooOld(command, context)) {
    const store = context.store ?? { storeId: command.ticket.storeId, timeZone: 'UTC' };
    const data = { reviewId: command.purchaseId, ticket: command.ticket, store };
    draft.state({ type: 'TicketSetAside', at: context.now, data });
    return draft.accepted();
  }
  const refused = recordSale(draft, command, context);
  if (refused !== null) return refused;
  if (command.source === 'review')
    draft.state({
      type: 'TicketReviewed',
      at: context.now,
      data: { reviewId: command.purchaseId, verdict: 'accepted' },
    });
  bookParked(draft, context, command.purchaseId);
  return draft.accepted();
};

/** Books a visit and what it earns. */
export const recordVisit = (draft: Draft, command: RecordVisit, context: AccountContext): Verdict => {
  if (isBooked(draft.account, command.visitId)) return draft.accepted();
  const { visitId, kind, tillId } = command;
  const at = Math.min(command.occurredAt, context.now);
  const occasion: Occasion & { id: string } = {
    id: visitId,
    on: 'visit',
    at,
    ...(context.store === undefined ? {} : { store: context.store }),
  };
  const rulebook = context.rulebooks.at(at);
  const standing = standingBefore(draft.account, context, occasion, tierCodeAt(draft.account, context, at));
  const { awards, notEarned } = assessed(rulebook, occasion, standing);
  draft.state({
    type: 'VisitRecorded',
    at,
    data: {
      visitId,
      kind,
      storeId: context.store?.storeId ?? '',
      ...(tillId === undefined ? {} : { tillId }),
      programmeVersion: rulebook?.version ?? null,
      ...toldReasons(notEarned),
    },
  });
  grant(draft, context, occasion, awards);
  slideAll(draft, context, { kind: 'visit', at });
  qualify(draft, context, at, false);
  return draft.accepted();
};

/** Books an activity, the enrolment or a birthday, and what it earns. */
export const recordActivity = (draft: Draft, command: RecordActivity, context: AccountContext): Verdict => {
  if (isBooked(draft.account, command.activityId)) return draft.accepted();
  const { activityId, on } = command;
  const at = Math.min(command.occurredAt, context.now);
  const occasion: Occasion & { id: string } = {
    id: activityId,
    on,
    at,
    ...(context.store === undefined ? {} : { store: context.store }),
  };
  const rulebook = context.rulebooks.at(at);
  const standing = standingBefore(draft.account, context, occasion, tierCodeAt(draft.account, context, at));
  const { awards, notEarned } = assessed(rulebook, occasion, standing);
  const storeId = context.store === undefined ? {} : { storeId: context.store.storeId };
  const details = command.details === undefined ? {} : { details: command.details };
  const programmeVersion = rulebook?.version ?? null;
  const data = { activityId, on, ...storeId, ...details, programmeVersion, ...toldReasons(notEarned) };
  draft.state({ type: 'ActivityRecorded', at, data });
  grant(draft, context, occasion, awards);
  qualify(draft, context, at, false);
  return draft.accepted();
};
