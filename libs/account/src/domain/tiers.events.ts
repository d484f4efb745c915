import { z } from 'zod';
import { eventType } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { TierStep } from '#libs/programme/src/contract';
import type { Fact, Ordinal } from './fact';
import { count, id, instant, ordinal, tierStep } from './schemas';

/** When the warning of the tier's end is due, where the rules want one. */
interface Notice {
  readonly noticeAt?: Instant;
}

/** The member rose to a tier, or had it renewed (`from` = `to`). */
export type TierReached = Fact<'TierReached', { readonly step: TierStep; readonly ordinal: Ordinal } & Notice>;

/** The member fell to a lower tier. */
export type TierLost = Fact<'TierLost', { readonly step: TierStep; readonly ordinal: Ordinal } & Notice>;

/** The tier that is left once a path was corrected. */
interface Left {
  readonly code: string;
  readonly validUntil?: Instant;
}

/**
 * A late ticket or a return changed what the path had been from `since` on. Never changes points already given. `left` is
 * the tier in force after that, from a step before `since` where `steps` is empty; null where no step is left at all. Facts
 * of early versions do not say it.
 */
export type TierCorrected = Fact<
  'TierCorrected',
  { readonly since: Instant; readonly steps: readonly TierStep[]; readonly left?: Left | null } & Notice
>;

/** A tier given by hand: a floor until its date. */
export type TierGranted = Fact<
  'TierGranted',
  { readonly code: string; readonly until: Instant; readonly reason: string }
>;

/** The member was due a warning: the tier ends at `validUntil` unless `missing` more is reached. */
export type TierNoticed = Fact<
  'TierNoticed',
  { readonly code: string; readonly validUntil: Instant; readonly missing: number; readonly ordinal: Ordinal }
>;

/**
 * Time may change the tier at `changesAt` (a grace ends, a tier that was qualified for begins with the next period), or its
 * end is to be warned of at `noticeAt`, and the last step did not say so.
 */
export type TierChangeAwaited = Fact<
  'TierChangeAwaited',
  { readonly changesAt?: Instant; readonly noticeAt?: Instant }
>;

/** `campaigns` says that the member belongs to a segment. */
export type SegmentEntered = Fact<'SegmentEntered', { readonly segment: string }>;

/** `campaigns` says that the member belongs to a segment no more. */
export type SegmentLeft = Fact<'SegmentLeft', { readonly segment: string }>;

/** Every fact about tiers and segments. */
export type TierEvent =
  TierReached | TierLost | TierCorrected | TierGranted | TierNoticed | TierChangeAwaited | SegmentEntered | SegmentLeft;

const noticeAt = instant.exactOptional();
const left: z.ZodType<Left> = z.strictObject({ code: id, validUntil: instant.exactOptional() });

/** Their types and schemas. */
export const tierEventTypes = [
  eventType<TierReached['data']>('TierReached', z.strictObject({ step: tierStep, ordinal, noticeAt })),
  eventType<TierLost['data']>('TierLost', z.strictObject({ step: tierStep, ordinal, noticeAt })),
  eventType<TierCorrected['data']>(
    'TierCorrected',
    z.strictObject({ since: instant, steps: z.array(tierStep), left: left.nullable().exactOptional(), noticeAt }),
  ),
  eventType<TierGranted['data']>('TierGranted', z.strictObject({ code: id, until: instant, reason: z.string() })),
  eventType<TierNoticed['data']>(
    'TierNoticed',
    z.strictObject({ code: id, validUntil: instant, missing: count, ordinal }),
  ),
  eventType<TierChangeAwaited['data']>(
    'TierChangeAwaited',
    z.strictObject({ changesAt: instant.exactOptional(), noticeAt }),
  ),
  eventType<SegmentEntered['data']>('SegmentEntered', z.strictObject({ segment: id })),
  eventType<SegmentLeft['data']>('SegmentLeft', z.strictObject({ segment: id })),
];
