import { z } from 'zod';
import { amountMinor, clockTime, code, date, outsideName } from './values';

const names = z.array(outsideName).min(1).max(500);
const exclusions = z.array(outsideName).max(500).optional();

/** What can set a rule off. */
export const occasionKind = z.union([
  z.enum(['purchase', 'visit', 'enrolment', 'birthday']),
  z.templateLiteral([z.literal('activity:'), z.string().regex(/^.{1,100}$/)]),
]);

/** Which lines of a ticket a rule looks at: every list of what it includes must match, none of what it excludes. */
export const lineFilter = z.strictObject({
  skus: names.optional(),
  categories: names.optional(),
  brands: names.optional(),
  labels: names.optional(),
  excludeSkus: exclusions,
  excludeCategories: exclusions,
  excludeBrands: exclusions,
  excludeLabels: exclusions,
});

/** The conditions of a rule. A key left out does not restrict; keys are ANDed, values in a list are ORed. */
export const when = z.strictObject({
  on: z.array(occasionKind).min(1).max(50).default(['purchase']),
  firstPurchase: z.literal(true).optional(),
  stores: names.optional(),
  regions: names.optional(),
  channels: names.optional(),
  tiers: z.array(code).min(1).max(50).optional(),
  segments: names.optional(),
  /** The first date, in the store's zone. */
  from: date.optional(),
  /** The date after the last, in the store's zone. */
  to: date.optional(),
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7).optional(),
  /** From, inclusive, to, exclusive, on the store's clock. A later time before an earlier one crosses midnight. */
  timeOfDay: z.tuple([clockTime, clockTime]).optional(),
  /** The least the bill must come to: lines less all discounts. */
  minTicketMinor: amountMinor.optional(),
  /** The day of joining counts as day 0. */
  joinedWithinDays: z.int().min(0).max(36_500).optional(),
  tenders: z
    .array(z.enum(['cash', 'card', 'giftCard', 'eWallet', 'points', 'voucher', 'other']))
    .min(1)
    .max(7)
    .optional(),
  lines: lineFilter.optional(),
});

export type LineFilter = z.infer<typeof lineFilter>;
export type When = z.infer<typeof when>;
