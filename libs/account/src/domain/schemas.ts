import { z } from 'zod';
import type { StoreFacts, TierStep } from '#libs/programme/src/contract';
import type { LotCause, RedemptionAim, Slice, Ticket, TicketPlace } from './account.state';
import type { VoucherBenefit } from './voucher-benefit';

/** Schemas of the values that several of the account's events share. Stored events are checked against them in tests and by `verify`. */
export const id = z.string().min(1);
export const instant = z.int();
export const count = z.int().min(0);
export const positive = z.int().min(1);
export const ordinal = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(5)]);

export const slice: z.ZodType<Slice> = z.strictObject({
  lotId: id,
  points: positive,
  issuingStore: id.exactOptional(),
});
export const slices = z.array(slice);
export const lineShare = z.strictObject({ lineNo: z.int(), points: z.int() });
export const returnedLine = z.strictObject({
  lineNo: z.int(),
  quantity: count,
  amountMinor: count,
  spreadMinor: count,
});

export const lotCause: z.ZodType<LotCause> = z.union([
  z.strictObject({ kind: z.literal('rule'), rule: id, version: positive }),
  z.strictObject({ kind: z.literal('adjustment'), reason: z.string() }),
  z.strictObject({ kind: z.literal('conversion'), conversionId: id, version: positive }),
  z.strictObject({ kind: z.enum(['goodwill', 'campaign']), reference: z.string() }),
  z.strictObject({ kind: z.literal('undo'), redemptionId: id }),
]);

export const storeFacts: z.ZodType<StoreFacts> = z.strictObject({
  storeId: id,
  region: z.string().exactOptional(),
  timeZone: z.string(),
});

export const line = z.strictObject({
  lineNo: z.int(),
  sku: z.string(),
  category: z.string().exactOptional(),
  brand: z.string().exactOptional(),
  labels: z.array(z.string()),
  quantity: positive,
  grossMinor: count,
  discountMinor: count,
  taxMinor: count,
});

const tender = z.strictObject({
  kind: z.enum(['cash', 'card', 'giftCard', 'eWallet', 'points', 'voucher', 'other']),
  amountMinor: count,
});

export const ticket = z.strictObject({
  storeId: id,
  tillId: id,
  ticketNo: id,
  businessDate: z.string(),
  occurredAt: instant,
  currency: z.string(),
  cashierId: z.string().exactOptional(),
  channel: z.string().exactOptional(),
  lines: z.array(line),
  ticketDiscountMinor: count,
  tenders: z.array(tender),
  redemptionIds: z.array(id),
  voucherCodes: z.array(id),
}) satisfies z.ZodType<Ticket>;

const place = { tillId: z.string().exactOptional(), ticketNo: z.string().exactOptional() };
export const ticketPlace: z.ZodType<TicketPlace> = z.strictObject(place);
export const returnPlace = z.strictObject({ ...place, storeId: id, businessDate: z.string() });

export const redemptionAim: z.ZodType<RedemptionAim> = z.union([
  z.strictObject({ kind: z.literal('reward'), rewardId: id, storeId: id, ticket: ticketPlace.exactOptional() }),
  z.strictObject({
    kind: z.literal('payWithPoints'),
    wallet: id,
    billMinor: count,
    points: z.union([positive, z.literal('max')]),
    storeId: id,
    ticket: ticketPlace.exactOptional(),
  }),
]);

export const voucherBenefit: z.ZodType<VoucherBenefit> = z.union([
  z.strictObject({ kind: z.literal('freeProduct'), sku: id }),
  z.strictObject({ kind: z.literal('voucher'), amountMinor: positive }),
  z.strictObject({ kind: z.literal('percentVoucher'), percent: positive, roundToMinor: positive.exactOptional() }),
]);

export const tierStep: z.ZodType<TierStep> = z.strictObject({
  at: instant,
  kind: z.enum(['reached', 'renewed', 'lost']),
  from: z.string(),
  to: z.string(),
  validUntil: instant.exactOptional(),
});
