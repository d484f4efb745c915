import { z } from 'zod';
import { identifier, instant, reason } from '#libs/platform/http/fields';
import { money, MOST, outsideName, points, word } from './fields';

const asked = {
  memberId: identifier,
  redemptionId: identifier.exactOptional(),
  storeId: identifier,
  tillId: identifier.exactOptional(),
  ticketNo: outsideName.exactOptional(),
};

export const newRedemption = z
  .discriminatedUnion('kind', [
    z.strictObject({ ...asked, kind: z.literal('reward'), rewardId: outsideName }),
    z.strictObject({
      ...asked,
      kind: z.literal('payWithPoints'),
      wallet: outsideName,
      billMinor: money,
      points: z.union([points, z.literal('max')]),
    }),
  ])
  .meta({ id: 'NewRedemption' });

export type NewRedemptionBody = z.output<typeof newRedemption>;

/** How many of the points; all of them unless told. */
export const somePoints = z.strictObject({ points: points.exactOptional() }).meta({ id: 'SomePoints' });

export const nothing = z.strictObject({}).meta({ id: 'Nothing' });

export const newAdjustment = z
  .strictObject({
    wallet: outsideName,
    points: z
      .int()
      .min(-MOST)
      .max(MOST)
      .refine((count) => count !== 0, 'Must not be 0'),
    reason,
    note: z.string().min(1).max(2_000).exactOptional(),
    storeId: identifier.exactOptional(),
  })
  .meta({ id: 'NewAdjustment' });

export const newConversion = z
  .strictObject({
    conversionId: outsideName,
    times: z.int().min(1).max(1_000_000),
    storeId: identifier.exactOptional(),
  })
  .meta({ id: 'NewConversion' });

export const newActivation = z
  .strictObject({ wallet: outsideName, storeId: identifier.exactOptional() })
  .meta({ id: 'NewActivation' });

export const newTier = z.strictObject({ code: outsideName, until: instant, reason }).meta({ id: 'NewTier' });

export const voucherHold = z.strictObject({ storeId: identifier.exactOptional() }).meta({ id: 'VoucherHold' });

export const voucherCancel = z.strictObject({ reason: word }).meta({ id: 'VoucherCancel' });

export type NewAdjustmentBody = z.output<typeof newAdjustment>;
export type NewConversionBody = z.output<typeof newConversion>;
export type NewActivationBody = z.output<typeof newActivation>;
export type NewTierBody = z.output<typeof newTier>;
