import { z } from 'zod';

/** Points that a context downstream has granted; an account policy books them, once for each award. */
export const awardGranted = z.strictObject({
  /** Unique across all contexts: the lot's id. */
  awardId: z.string().min(1),
  memberId: z.string().min(1),
  wallet: z.string().min(1),
  /** In the wallet's integer unit. */
  points: z.int().min(1),
  kind: z.enum(['goodwill', 'campaign']),
  /** The complaint, the enrolment … that it is for. */
  reference: z.string().min(1),
  /** The store that bears it. */
  storeId: z.string().min(1).exactOptional(),
});
export type AwardGranted = z.infer<typeof awardGranted>;

/** A voucher that a context downstream has granted; an account policy issues it, once for each grant. */
export const voucherGranted = z.strictObject({
  /** Unique across all contexts. */
  grantId: z.string().min(1),
  memberId: z.string().min(1),
  benefit: z.union([
    z.strictObject({ kind: z.literal('freeProduct'), sku: z.string().min(1) }),
    z.strictObject({ kind: z.literal('voucher'), amountMinor: z.int().min(1) }),
    z.strictObject({ kind: z.literal('percentVoucher'), percent: z.int().min(1).max(100) }),
  ]),
  /** Milliseconds; null when it does not end. */
  expiresAt: z.int().nullable(),
});
export type VoucherGranted = z.infer<typeof voucherGranted>;
