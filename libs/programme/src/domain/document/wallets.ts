import { z } from 'zod';
import { code, monthDay, period, points, positiveMinor, text } from './values';

/** A stretch of the calendar, to which an expiry or an activation may be rounded. */
export const calendarUnit = z.enum(['day', 'week', 'month', 'quarter', 'halfYear', 'year']);

/** How several rules of one phase and wallet meet: all of them, the one that gives most, or the first that gives. */
export const combination = z.enum(['sum', 'best', 'first']);

/** When new points become spendable. `roundTo: start` counts from the beginning of the day, week, … instead of its end. */
export const pending = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('immediate') }),
  z.strictObject({
    mode: z.literal('after'),
    period,
    roundUp: calendarUnit.optional(),
    roundTo: z.enum(['start', 'end']).optional(),
  }),
  z.strictObject({ mode: z.literal('onAction') }),
]);

/** When points lapse. `sliding` begins anew with each of the listed activities. */
export const expiry = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('never') }),
  z.strictObject({
    mode: z.literal('after'),
    period,
    from: z.enum(['activation', 'earning']).default('activation'),
    roundUp: calendarUnit.optional(),
  }),
  z.strictObject({ mode: z.literal('fixedDay'), monthDay }),
  z.strictObject({
    mode: z.literal('sliding'),
    period,
    activities: z
      .array(z.enum(['earn', 'spend', 'visit']))
      .min(1)
      .max(3)
      .default(['earn', 'spend']),
  }),
]);

/** What a return takes back (`points`) and where it may reach for it (`reach`). */
export const returns = z.strictObject({
  points: z.enum(['proportional', 'line', 'reevaluate']).default('reevaluate'),
  reach: z.enum(['onlyPending', 'withinBalance', 'unlimited']).default('unlimited'),
});

/** What becomes of slices that expired meanwhile when their redemption is undone. */
export const undo = z.strictObject({
  expiredSlices: z.enum(['lost', 'grace', 'freshLot']).default('lost'),
  grace: period.default('P30D'),
});

/** How points pay part of a bill: `perPoints` points are worth `amountMinor`. */
export const payWithPoints = z.strictObject({
  perPoints: points,
  amountMinor: positiveMinor,
  minPoints: points.default(1),
  stepPoints: points.default(1),
  maxShareOfBill: z
    .strictObject({ num: z.int().min(1).max(1_000_000), den: z.int().min(1).max(1_000_000) })
    .default({ num: 1, den: 1 }),
});

/** A wallet. Its integer counts units of 10^-scale points. */
export const wallet = z.strictObject({
  code,
  name: text,
  scale: z.int().min(0).max(4).default(0),
  pending: pending.default({ mode: 'immediate' }),
  expiry: expiry.default({ mode: 'never' }),
  returns: returns.prefault({}),
  undo: undo.prefault({}),
  payWithPoints: payWithPoints.optional(),
  /** Where this wallet combines rules otherwise than the programme. */
  combine: z
    .strictObject({ base: combination.optional(), bonus: combination.optional(), fixed: combination.optional() })
    .optional(),
});

/** A wallet's rules, defaults filled in. */
export type WalletRules = z.infer<typeof wallet>;
export type PayWithPoints = z.infer<typeof payWithPoints>;
export type Expiry = z.infer<typeof expiry>;
export type Combination = z.infer<typeof combination>;
