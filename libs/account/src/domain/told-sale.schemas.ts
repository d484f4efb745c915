import { z } from 'zod';
import { count, id, instant, line, ticket } from './schemas';
import type { ToldReasons, ToldStanding, ToldTicket } from './told-sale';

const soldLine = line.extend({
  labels: z.array(z.string()).exactOptional(),
  discountMinor: count.exactOptional(),
  taxMinor: count.exactOptional(),
});

/** The ticket of a sale. */
export const soldTicket: z.ZodType<ToldTicket> = ticket.extend({
  lines: z.array(soldLine),
  ticketDiscountMinor: count.exactOptional(),
  redemptionIds: z.array(id).exactOptional(),
  voucherCodes: z.array(id).exactOptional(),
});

/** Where the member stood before a sale. */
export const standing: z.ZodType<ToldStanding> = z.strictObject({
  tier: z.string().exactOptional(),
  segments: z.array(z.string()).exactOptional(),
  joinedAt: instant.exactOptional(),
  firstPurchase: z.boolean(),
  visits: count.exactOptional(),
  used: z.record(z.string(), z.int()).exactOptional(),
});

/** The rules that gave nothing, and why. */
export const notEarned: z.ZodType<ToldReasons> = z
  .strictObject({ rules: z.array(z.string()).min(1), because: z.array(z.string()).min(1) })
  .refine(({ rules, because }) => rules.length === because.length, 'Every rule has its reason');
