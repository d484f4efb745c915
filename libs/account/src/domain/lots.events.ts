import { z } from 'zod';
import { eventType, type Upcaster } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { AppliedMultiplier, Clip } from '#libs/programme/src/contract';
import type { Lot, Slice } from './account.state';
import type { Fact, Ordinal } from './fact';
import { count, id, instant, lineShare, lotCause, ordinal, positive, slices } from './schemas';

/** A new lot. The fields of a lot that change later (`remaining`, …) start from `points`. */
export type PointsEarned = Fact<
  'PointsEarned',
  Omit<Lot, 'remaining' | 'reversed' | 'expired' | 'expiredReversed' | 'pledged' | 'occurredAt' | 'slidesFrom'> & {
    /** Absent where no multiplier had a part in it. */
    readonly multipliers?: readonly AppliedMultiplier[];
    /** Absent where no limit cut it. */
    readonly clips?: readonly Clip[];
    readonly inputs: Readonly<Record<string, number>>;
    readonly ordinal?: Ordinal;
  }
>;

/** Lots that waited for an action became active. */
export type PointsActivated = Fact<
  'PointsActivated',
  {
    readonly wallet: string;
    readonly lots: readonly { readonly lotId: string; readonly expiresAt: Instant | null }[];
  }
>;

/** Sliding expiry: activity moved the end of these lots, or the wallet's expiry began to slide and they got one. */
export type ExpiryExtended = Fact<
  'ExpiryExtended',
  { readonly wallet: string; readonly lots: readonly { readonly lotId: string; readonly expiresAt: Instant }[] }
>;

/** A sale that moved the end of these lots came back whole: they end without it, but not before the return was told. */
export type ExtensionWithdrawn = Fact<
  'ExtensionWithdrawn',
  {
    readonly wallet: string;
    readonly returnId: string;
    readonly lots: readonly { readonly lotId: string; readonly expiresAt: Instant }[];
  }
>;

/** What was left of a lot at its expiry, less what an open hold keeps. Bookkeeping: balances do not depend on it. */
export type PointsExpired = Fact<
  'PointsExpired',
  {
    readonly wallet: string;
    readonly lotId: string;
    readonly points: number;
    /** The lot's, so that the books of each store add up. */
    readonly issuingStore?: string;
    readonly ordinal: Ordinal;
  }
>;

/** A person took points away (points given by hand are `PointsEarned` with the cause `adjustment`). */
export type PointsDeducted = Fact<
  'PointsDeducted',
  {
    readonly wallet: string;
    readonly points: number;
    readonly reason: string;
    /** Sealed under the member's key. */
    readonly note?: string;
    readonly slices: readonly Slice[];
  }
>;

/** A note on points given by hand, sealed under the member's key. */
export type AdjustmentNoted = Fact<'AdjustmentNoted', { readonly lotId: string; readonly note: string }>;

/** Points left one wallet for another; the new lot follows as `PointsEarned` with the cause `conversion`. */
export type PointsConverted = Fact<
  'PointsConverted',
  {
    readonly conversionId: string;
    readonly programmeVersion: number;
    readonly times: number;
    readonly wallet: string;
    readonly points: number;
    readonly slices: readonly Slice[];
    readonly lotId: string;
    readonly ordinal?: Ordinal;
  }
>;

/** Every fact about lots. */
export type LotEvent =
  | PointsEarned
  | PointsActivated
  | ExpiryExtended
  | ExtensionWithdrawn
  | PointsExpired
  | PointsDeducted
  | AdjustmentNoted
  | PointsConverted;

/** The first version told empty lists of multipliers and clips as well. */
const emptyListsFit: Upcaster = (data) => data;

/** Their types and schemas. */
export const lotEventTypes = [
  eventType<PointsEarned['data']>(
    'PointsEarned',
    z.strictObject({
      lotId: id,
      wallet: id,
      points: positive,
      cause: lotCause,
      occasion: id.exactOptional(),
      lines: z.array(lineShare),
      counts: z.record(z.string(), z.int()),
      issuingStore: id.exactOptional(),
      activeFrom: instant.nullable(),
      expiresAt: instant.nullable(),
      ownEnd: instant.exactOptional(),
      renews: z.array(z.strictObject({ lotId: id, points: count })).exactOptional(),
      multipliers: z
        .array(z.strictObject({ rule: id, num: z.int().min(0), den: positive, points: z.int() }))
        .exactOptional(),
      clips: z.array(z.strictObject({ rule: id, limitId: id, wouldBe: count, given: count })).exactOptional(),
      inputs: z.record(z.string(), z.number()),
      ordinal: ordinal.exactOptional(),
    }),
    [emptyListsFit],
  ),
  eventType<PointsActivated['data']>(
    'PointsActivated',
    z.strictObject({
      wallet: id,
      lots: z.array(z.strictObject({ lotId: id, expiresAt: instant.nullable() })),
    }),
  ),
  eventType<ExpiryExtended['data']>(
    'ExpiryExtended',
    z.strictObject({ wallet: id, lots: z.array(z.strictObject({ lotId: id, expiresAt: instant })) }),
  ),
  eventType<ExtensionWithdrawn['data']>(
    'ExtensionWithdrawn',
    z.strictObject({ wallet: id, returnId: id, lots: z.array(z.strictObject({ lotId: id, expiresAt: instant })) }),
  ),
  eventType<PointsExpired['data']>(
    'PointsExpired',
    z.strictObject({ wallet: id, lotId: id, points: positive, issuingStore: id.exactOptional(), ordinal }),
  ),
  eventType<PointsDeducted['data']>(
    'PointsDeducted',
    z.strictObject({ wallet: id, points: positive, reason: z.string(), note: z.string().exactOptional(), slices }),
  ),
  eventType<AdjustmentNoted['data']>('AdjustmentNoted', z.strictObject({ lotId: id, note: z.string() })),
  eventType<PointsConverted['data']>(
    'PointsConverted',
    z.strictObject({
      conversionId: id,
      programmeVersion: positive,
      times: positive,
      wallet: id,
      points: positive,
      slices,
      lotId: id,
      ordinal: ordinal.exactOptional(),
    }),
  ),
];
