import { z } from 'zod';
import { rational, share } from '#libs/platform/kernel/rational';
import { points } from '../../document/values';
import { awardKind } from '../award-kind';

/**
 * `points` once an occasion. A rule that names lines gives them for those lines, in proportion to their earning base
 * (equally when all is free), so that a return of a line knows its share.
 */
export const fixed = awardKind(
  'fixed',
  z.strictObject({ kind: z.literal('fixed'), points }),
  (award, { lines, namesLines }) => {
    const inputs = { occasions: 1 };
    if (!namesLines) return { parts: [{ line: undefined, exact: rational(award.points) }], inputs };
    const all = lines.reduce((sum, line) => sum + line.baseMinor, 0);
    const parts = lines.map((line) => ({
      line,
      exact: all === 0 ? rational(award.points, lines.length) : share(award.points, line.baseMinor, all),
    }));
    return { parts, inputs };
  },
);
