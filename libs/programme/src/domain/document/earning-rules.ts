import { z } from 'zod';
import { award } from '../earning/award-kinds';
import { code, period, points, text } from './values';
import { when } from './when';

/** The most that a rule may give one member in a window; what exceeds it is clipped. */
export const limit = z.discriminatedUnion('per', [
  z.strictObject({
    id: code,
    per: z.enum(['ticket', 'day', 'week', 'month', 'quarter', 'year', 'ever']),
    points,
  }),
  z.strictObject({ id: code, per: z.literal('rolling'), period, points }),
]);

/** One way to earn. A multiplier belongs to the phase `multiply` and grants nothing of its own. */
export const earningRule = z.strictObject({
  id: code,
  name: text,
  wallet: code,
  phase: z.enum(['base', 'bonus', 'multiply', 'fixed']).default('base'),
  /** Higher comes first. */
  priority: z.int().min(-1_000_000).max(1_000_000).default(0),
  enabled: z.boolean().default(true),
  when: when.prefault({}),
  award,
  rounding: z.enum(['floor', 'halfUp', 'ceil']).default('floor'),
  roundPer: z.enum(['ticket', 'line']).default('ticket'),
  /** Of the rules that name the same group in a phase and wallet only the best gives. */
  exclusiveGroup: code.optional(),
  /** If this rule gives something, rules after it in its phase and wallet give nothing. */
  stopAfter: z.boolean().default(false),
  limits: z.array(limit).max(10).default([]),
});

export type EarningRule = z.infer<typeof earningRule>;
export type Limit = z.infer<typeof limit>;
