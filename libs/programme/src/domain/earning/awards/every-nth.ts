import { z } from 'zod';
import { rational } from '#libs/platform/kernel/rational';
import { points } from '../../document/values';
import { awardKind } from '../award-kind';

/** `points` for every n-th visit of a member: the n-th, the 2n-th, and so on. */
export const everyNth = awardKind(
  'everyNth',
  z.strictObject({ kind: z.literal('everyNth'), n: z.int().min(1).max(1_000_000), points }),
  (award, { visit }) => ({
    parts: visit > 0 && visit % award.n === 0 ? [{ line: undefined, exact: rational(award.points) }] : [],
    inputs: { visit },
  }),
);
