import { z } from 'zod';
import { identifier, instant } from '#libs/platform/http/fields';
import { businessDate, ids, money, outsideName, word } from './fields';

const line = z
  .strictObject({
    lineNo: z.int().min(1).max(100_000),
    sku: outsideName,
    category: outsideName.exactOptional(),
    brand: outsideName.exactOptional(),
    labels: z.array(outsideName).max(20).default([]),
    quantity: z.int().min(1).max(1_000_000).default(1),
    unitPriceMinor: money.exactOptional(),
    grossMinor: money.exactOptional(),
    discountMinor: money.default(0),
    taxMinor: money.default(0),
  })
  .meta({ id: 'TicketLine', description: 'Exactly one of unitPriceMinor and grossMinor.' });

const tender = z
  .strictObject({
    kind: z.enum(['cash', 'card', 'giftCard', 'eWallet', 'points', 'voucher', 'other']),
    amountMinor: money,
  })
  .meta({ id: 'Tender' });

export const newTicket = z
  .strictObject({
    memberId: identifier,
    storeId: identifier,
    tillId: identifier,
    ticketNo: outsideName,
    businessDate,
    occurredAt: instant,
    cashierId: identifier.exactOptional(),
    channel: word.exactOptional(),
    currency: z.string().regex(/^[A-Z]{3}$/, 'Must be an ISO 4217 currency such as AUD'),
    lines: z.array(line).min(1).max(500),
    ticketDiscountMinor: money.default(0),
    tenders: z.array(tender).max(20).default([]),
    redemptionIds: ids.default([]),
    voucherCodes: ids.default([]),
  })
  .meta({ id: 'NewTicket' });

export type NewTicketBody = z.output<typeof newTicket>;

const ticketKey = z.strictObject({ storeId: identifier, tillId: identifier, ticketNo: outsideName, businessDate });

export const newReturn = z
  .strictObject({
    memberId: identifier,
    storeId: identifier,
    tillId: identifier,
    ticketNo: outsideName,
    businessDate,
    occurredAt: instant,
    of: z.union([z.strictObject({ purchaseId: identifier }), ticketKey]),
    lines: z
      .array(z.strictObject({ lineNo: z.int().min(1).max(100_000), quantity: z.int().min(1).max(1_000_000) }))
      .min(1)
      .max(500)
      .exactOptional(),
    amountMinor: money.min(1).exactOptional(),
  })
  .meta({ id: 'NewReturn', description: 'Exactly one of lines and amountMinor.' });

export type NewReturnBody = z.output<typeof newReturn>;

/** `?park=true` keeps a return until its sale arrives. */
export const returnQuery = z.strictObject({ park: z.enum(['true', 'false']).optional() });

export const newVisit = z
  .strictObject({
    memberId: identifier,
    storeId: identifier,
    tillId: identifier.exactOptional(),
    occurredAt: instant,
    kind: word,
  })
  .meta({ id: 'NewVisit' });

export type NewVisitBody = z.output<typeof newVisit>;

const data = z
  .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,39}$/), z.union([z.string().max(500), z.number(), z.boolean()]))
  .refine((fields) => Object.keys(fields).length <= 20, 'Has too many fields');

export const newActivity = z
  .strictObject({
    memberId: identifier,
    type: word,
    occurredAt: instant,
    storeId: identifier.exactOptional(),
    data: data.exactOptional(),
  })
  .meta({ id: 'NewActivity' });

export type NewActivityBody = z.output<typeof newActivity>;
