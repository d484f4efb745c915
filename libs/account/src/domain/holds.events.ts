import { z } from 'zod';
import { eventType } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { RedemptionAim, Slice } from './account.state';
import type { Fact } from './fact';
import { count, id, instant, positive, redemptionAim, slices } from './schemas';

/** Points authorised for a redemption. */
export type PointsHeld = Fact<
  'PointsHeld',
  {
    readonly redemptionId: string;
    readonly aim: RedemptionAim;
    readonly wallet: string;
    readonly points: number;
    readonly valueMinor?: number;
    readonly slices: readonly Slice[];
    readonly until: Instant;
    readonly programmeVersion: number;
  }
>;

/** Held points spent; whatever of the hold is not in `slices` is free again. */
export type HoldCaptured = Fact<
  'HoldCaptured',
  {
    readonly redemptionId: string;
    readonly wallet: string;
    readonly points: number;
    readonly slices: readonly Slice[];
    readonly valueMinor?: number;
    readonly purchaseId?: string;
  }
>;

/** A hold given up before it was captured. */
export type HoldVoided = Fact<'HoldVoided', { readonly redemptionId: string; readonly wallet: string }>;

/** Captured points given back, to their own lots. `lost` slices had expired; `fresh` names the (first) lot they became. */
export type RedemptionUndone = Fact<
  'RedemptionUndone',
  {
    readonly redemptionId: string;
    readonly wallet: string;
    readonly points: number;
    readonly slices: readonly Slice[];
    readonly lost: readonly Slice[];
    /** Lots whose expiry moved so that the returned points can be used for the days of grace. */
    readonly grace: readonly { readonly lotId: string; readonly expiresAt: Instant }[];
    /** The lot that `lost` became, the first where several stores had issued it: then those points are not gone, and a return of their sale can reach for them. */
    readonly fresh?: string;
    readonly returnId?: string;
  }
>;

/** Every fact about redemptions. */
export type HoldEvent = PointsHeld | HoldCaptured | HoldVoided | RedemptionUndone;

/** Their types and schemas. */
export const holdEventTypes = [
  eventType<PointsHeld['data']>(
    'PointsHeld',
    z.strictObject({
      redemptionId: id,
      aim: redemptionAim,
      wallet: id,
      points: positive,
      valueMinor: count.exactOptional(),
      slices,
      until: instant,
      programmeVersion: positive,
    }),
  ),
  eventType<HoldCaptured['data']>(
    'HoldCaptured',
    z.strictObject({
      redemptionId: id,
      wallet: id,
      points: positive,
      slices,
      valueMinor: count.exactOptional(),
      purchaseId: id.exactOptional(),
    }),
  ),
  eventType<HoldVoided['data']>('HoldVoided', z.strictObject({ redemptionId: id, wallet: id })),
  eventType<RedemptionUndone['data']>(
    'RedemptionUndone',
    z.strictObject({
      redemptionId: id,
      wallet: id,
      points: positive,
      slices,
      lost: slices,
      grace: z.array(z.strictObject({ lotId: id, expiresAt: instant })),
      fresh: id.exactOptional(),
      returnId: id.exactOptional(),
    }),
  ),
];
