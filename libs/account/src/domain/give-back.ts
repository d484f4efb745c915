import type { Instant } from '#libs/platform/kernel/instant';
import { type Decision, type Refused, refuse } from '#libs/platform/kernel/decider';
import type { Rulebook } from '#libs/programme/src/contract';
import type { AccountContext, AccountRefusal, ReturnGoods } from './account.commands';
import type { AccountEvent } from './account.events';
import type { Hold, ParkedReturn, Sale } from './account.state';
import type { Draft } from './draft';
import { assessed } from './earning';
import { capturedOf } from './holds';
import { isAllBack, keptBasket, keptOf, linesBack } from './kept-basket';
import { sumOf } from './lots';
import { reverseEarned } from './reversal';
import { withReturned } from './returns';
import { withdrawExtensions } from './sliding';
import { qualify } from './tier-path';
import { saleOf } from './tickets';
import { giveBack } from './undo';
import { voucherOf, voucherStatus } from './vouchers';

/** A return about to be booked. */
interface Booking extends ParkedReturn {
  readonly returnId: string;
  readonly content: string;
  /** True when it had waited for its sale. */
  readonly parked?: boolean;
}

/** The net spend that still counts toward tiers: what the rules say of the basket that is kept. */
const keptQualifying = (sale: Sale, rulebook: Rulebook | undefined): number =>
  keptOf(sale).part === 0
    ? 0
    : assessed(rulebook, { ...occasionOfSale(sale), basket: keptBasket(sale) }, sale.standing).qualifyingMinor;

/** The occasion of a recorded sale, as the rules saw it then. */
const occasionOfSale = (sale: Sale) => ({
  on: 'purchase' as const,
  at: sale.at,
  store: sale.store,
  channel: sale.ticket.channel ?? 'till',
});

/** Gives back what a redemption spent on the sale; not while the voucher it bought has been used. */
const reinstateHold = (draft: Draft, context: AccountContext, hold: Hold, returnId: string): void => {
  const points = sumOf(capturedOf(hold));
  const voucher = hold.voucherCode === undefined ? undefined : voucherOf(draft.account, hold.voucherCode);
  const status = voucher === undefined ? undefined : voucherStatus(voucher, draft.now);
  if (points === 0 || status === 'used') return;
  if (voucher !== undefined && status !== 'cancelled')
    draft.state({ type: 'VoucherCancelled', at: draft.now, data: { code: voucher.code, reason: 'sale-returned' } });
  giveBack(draft, context, hold, { points, returnId });
};

/** Once everything has come back, what the ticket spent goes back too: points to their lots, vouchers to the member. */
const reinstate = (draft: Draft, context: AccountContext, purchaseId: string, returnId: string): void => {
  for (const hold of draft.account.holds)
    if (hold.purchaseId === purchaseId) reinstateHold(draft, context, hold, returnId);
  for (const voucher of draft.account.vouchers)
    if (voucher.status === 'used' && voucher.purchaseId === purchaseId)
      draft.state({ type: 'VoucherReinstated', at: draft.now, data: { code: voucher.code, returnId } });
};

const bookReturn = (
  draft: Draft,
  context: AccountContext,
  sale: Sale,
  booking: Booking,
): Refused<AccountRefusal> | null => {
  const lines = linesBack(sale, booking.goods);
  if ('kind' in lines) return lines;
  const { returnId, place, content } = booking;
  const parked = booking.parked === true ? { parked: true } : {};
  const rulebook = sale.programmeVersion === null ? undefined : context.rulebooks.version(sale.programmeVersion);
  const at = Math.min(booking.occurredAt, draft.now);
  const kept = withReturned(sale, lines);
  const qualifyingMinor = keptQualifying(kept, rulebook);
  const data = { returnId, purchaseId: sale.purchaseId, place, content, lines, qualifyingMinor, ...parked };
  draft.state({ type: 'PurchaseReturned', at, data });
  if (isAllBack(kept)) {
    withdrawExtensions(draft, context, returnId);
    reinstate(draft, context, sale.purchaseId, returnId);
  }
  if (rulebook !== undefined) {
    const { awards } = assessed(rulebook, { ...occasionOfSale(kept), basket: keptBasket(kept) }, kept.standing);
    reverseEarned(draft, { sale: kept, returnId, rulebook, awards });
  }
  qualify(draft, context, sale.at, true);
  return null;
};

const park = (draft: Draft, command: ReturnGoods, at: Instant): void => {
  const { returnId, purchaseId, content, place, occurredAt, goods } = command;
  const request = { place, occurredAt, goods };
  draft.state({ type: 'ReturnParked', at, data: { returnId, purchaseId, content, request } });
};

/**
 * Books goods that came back: takes back the points that the part returned had earned, and when nothing is kept, gives
 * back what the ticket spent. A return of a sale that is not known yet can be parked until the sale arrives.
 */
export const returnGoods = (
  draft: Draft,
  command: ReturnGoods,
  context: AccountContext,
): Decision<AccountEvent, AccountRefusal> => {
  const known = draft.account.returns.find((each) => each.returnId === command.returnId);
  if (known !== undefined)
    return known.content === command.content
      ? draft.accepted()
      : refuse('ticket-differs', 'This return number is already booked with another content.');
  const sale = saleOf(draft.account, command.purchaseId);
  if (sale === undefined) {
    if (draft.account.returns.some((each) => each.returnId === command.purchaseId))
      return refuse('not-a-sale', 'A return cannot be returned.');
    if (!command.park) return refuse('purchase-not-found', 'No such sale is known for this member.');
    park(draft, command, context.now);
    return draft.accepted();
  }
  return bookReturn(draft, context, sale, command) ?? draft.accepted();
};

/** Books the returns that have been waiting for a sale which has just arrived; one that does not fit stays parked. */
export const bookParked = (draft: Draft, context: AccountContext, purchaseId: string): void => {
  for (const waiting of draft.account.returns) {
    const sale = saleOf(draft.account, purchaseId);
    if (waiting.purchaseId !== purchaseId || waiting.request === undefined || sale === undefined) continue;
    const { returnId, content, request } = waiting;
    bookReturn(draft, context, sale, { ...request, returnId, content, parked: true });
  }
};
