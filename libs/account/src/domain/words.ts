import { z } from 'zod';
import { count, id, instant, positive, voucherBenefit } from './schemas';

/** Points that a context downstream has granted, in its own stream; the account books them, once for each award. */
export const awardGranted = z.strictObject({
  /** Unique across all contexts: it becomes the lot's id. */
  awardId: id,
  memberId: id,
  wallet: id,
  /** In the wallet's integer unit. */
  points: positive,
  kind: z.enum(['goodwill', 'campaign']),
  /** The complaint, the enrolment … that it is for. */
  reference: id,
  /** The store that bears it. */
  storeId: id.exactOptional(),
});
export type AwardGranted = z.infer<typeof awardGranted>;

/** A voucher that a context downstream has granted, in its own stream; the account issues it, once for each grant. */
export const voucherGranted = z.strictObject({
  /** Unique across all contexts. */
  grantId: id,
  memberId: id,
  benefit: voucherBenefit,
  /** Null when it does not end. */
  expiresAt: instant.nullable(),
});
export type VoucherGranted = z.infer<typeof voucherGranted>;

/** A member entered (`SegmentEntered`) or left (`SegmentLeft`) a segment, said downstream in a stream of its own. */
export const segmentWord = z.strictObject({
  memberId: id,
  segment: id,
  /** The version of the segment's definition, where it has one. */
  version: count.exactOptional(),
});
export type SegmentWord = z.infer<typeof segmentWord>;
