import { z } from 'zod';
import { code, period, text } from './values';

/** The stretch of time whose spend, visits or points qualify. */
export const tierWindow = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('lifetime') }),
  z.strictObject({ kind: z.literal('rolling'), period }),
  z.strictObject({ kind: z.literal('calendar'), unit: z.enum(['month', 'quarter', 'halfYear', 'year']) }),
  z.strictObject({ kind: z.literal('membershipYear') }),
]);

/** A tier; `min` in minor units, visits or points, as the metric says. */
export const tierLevel = z.strictObject({
  code,
  name: text.optional(),
  min: z.int().min(0).max(1_000_000_000_000),
});

/** The tiers of a programme, lowest first. Without levels, members have no tier. */
export const tiers = z.strictObject({
  /** `netSpend`, `visits`, or `points:<wallet>`. */
  metric: z
    .string()
    .regex(/^(?:netSpend|visits|points:.+)$/, 'must be netSpend, visits or points:<wallet>')
    .default('netSpend'),
  window: tierWindow.default({ kind: 'rolling', period: 'P12M' }),
  validity: z.enum(['endOfPeriod', 'endOfNextPeriod', 'forever']).default('endOfNextPeriod'),
  downgrade: z.enum(['none', 'oneDown', 'toQualified']).default('toQualified'),
  /** How long a tier that was not renewed is kept after its end. */
  grace: period.optional(),
  /** How long before the end of a tier that is not yet renewed the member is warned; left out: not at all. */
  notice: period.optional(),
  upgrade: z.enum(['immediate', 'nextPeriod']).default('immediate'),
  levels: z.array(tierLevel).max(20).default([]),
});

export type Tiers = z.infer<typeof tiers>;
export type TierLevel = z.infer<typeof tierLevel>;
