import { z } from 'zod';
import { code, outsideName, period, points, positiveMinor, text } from './values';

/** What a reward hands over: a product, or a voucher worth an amount or a percentage of a bill. */
export const gives = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('freeProduct'), sku: outsideName }),
  z.strictObject({ kind: z.literal('voucher'), amountMinor: positiveMinor, validFor: period.optional() }),
  z.strictObject({
    kind: z.literal('percentVoucher'),
    percent: z.int().min(1).max(100),
    validFor: period.optional(),
    /** The step to which its value is rounded, a half up: 100 for whole dollars. */
    roundToMinor: z.int().min(1).max(1_000_000).default(1),
  }),
]);

/** Something that points buy; `cost` in the wallet's integer unit. */
export const reward = z.strictObject({ id: code, name: text, wallet: code, cost: points, gives });

/** `from.units` of one wallet become `to.units` of another, when the member asks or whenever there are enough. */
export const conversion = z.strictObject({
  id: code,
  name: text.optional(),
  from: z.strictObject({ wallet: code, units: points }),
  to: z.strictObject({ wallet: code, units: points }),
  mode: z.enum(['onRequest', 'automatic']).default('onRequest'),
});

export type Reward = z.infer<typeof reward>;
export type Gives = z.infer<typeof gives>;
export type Conversion = z.infer<typeof conversion>;
