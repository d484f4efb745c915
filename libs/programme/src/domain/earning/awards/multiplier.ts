import { z } from 'zod';

const part = z.int().max(1_000_000);

/** Multiplies what base rules of its wallet give for the lines that match; grants nothing of its own. */
export const multiplier = {
  code: 'multiplier',
  settings: z.strictObject({ kind: z.literal('multiplier'), num: part.min(0), den: part.min(1) }),
} as const;
