import type { NotEarned, Standing, TicketLine } from '#libs/programme/src/contract';
import type { Ticket } from './account.state';
import type { Changing } from './copies';

/** The fields that a fact leaves out where they say nothing: an empty list or record, or 0. */
type Told<T, Spare extends keyof T> = Omit<T, Spare> & { readonly [Key in Spare]?: T[Key] };

/** A line as its fact tells it: no labels, no discount and no tax are left out. */
export type ToldLine = Told<TicketLine, 'labels' | 'discountMinor' | 'taxMinor'>;

/** A ticket as its fact tells it: what is nothing is left out, here and in each line. */
export type ToldTicket = Told<Omit<Ticket, 'lines'>, 'ticketDiscountMinor' | 'redemptionIds' | 'voucherCodes'> & {
  readonly lines: readonly ToldLine[];
};

/** Where the member stood, as the fact tells it: no segments, no visits and no limits used are left out. */
export type ToldStanding = Told<Standing, 'segments' | 'visits' | 'used'>;

/** Rules that gave nothing and, at the same place, why. Two lists of words take half the room of a list of pairs. */
export interface ToldReasons {
  readonly rules: readonly string[];
  readonly because: readonly string[];
}

const toldLine = (line: TicketLine): ToldLine => {
  const { lineNo, sku, category, brand, labels, quantity, grossMinor, discountMinor, taxMinor } = line;
  const told: Changing<ToldLine> = { lineNo, sku, quantity, grossMinor };
  if (category !== undefined) told.category = category;
  if (brand !== undefined) told.brand = brand;
  if (labels.length > 0) told.labels = labels;
  if (discountMinor !== 0) told.discountMinor = discountMinor;
  if (taxMinor !== 0) told.taxMinor = taxMinor;
  return told;
};

/** A ticket for its fact. */
export const toldTicket = (ticket: Ticket): ToldTicket => {
  const { storeId, tillId, ticketNo, businessDate, occurredAt, currency, cashierId, channel } = ticket;
  const { lines, tenders, ticketDiscountMinor, redemptionIds, voucherCodes } = ticket;
  const told: Changing<ToldTicket> = {
    storeId,
    tillId,
    ticketNo,
    businessDate,
    occurredAt,
    currency,
    lines: lines.map(toldLine),
    tenders,
  };
  if (cashierId !== undefined) told.cashierId = cashierId;
  if (channel !== undefined) told.channel = channel;
  if (ticketDiscountMinor !== 0) told.ticketDiscountMinor = ticketDiscountMinor;
  if (redemptionIds.length > 0) told.redemptionIds = redemptionIds;
  if (voucherCodes.length > 0) told.voucherCodes = voucherCodes;
  return told;
};

/** A standing for the fact of a sale. */
export const toldStanding = ({ tier, segments, joinedAt, firstPurchase, visits, used }: Standing): ToldStanding => {
  const told: Changing<ToldStanding> = { firstPurchase };
  if (tier !== undefined) told.tier = tier;
  if (joinedAt !== undefined) told.joinedAt = joinedAt;
  if (segments.length > 0) told.segments = segments;
  if (visits !== 0) told.visits = visits;
  if (Object.keys(used).length > 0) told.used = used;
  return told;
};

/** A told standing with everything in it again. */
export const standingIn = (told: ToldStanding): Standing => ({ segments: [], visits: 0, used: {}, ...told });

/** Reasons for a fact; nothing to tell where every rule gave something. */
export const toldReasons = (reasons: readonly NotEarned[]): { readonly notEarned?: ToldReasons } =>
  reasons.length === 0
    ? {}
    : { notEarned: { rules: reasons.map(({ rule }) => rule), because: reasons.map(({ because }) => because) } };

/** Told reasons, rule by rule. */
export const reasonsIn = ({ notEarned }: { readonly notEarned?: ToldReasons }): readonly NotEarned[] =>
  (notEarned?.rules ?? []).map((rule, index) => ({ rule, because: notEarned?.because[index] ?? '' }));
