import { z } from 'zod';
import { share } from '#libs/platform/kernel/rational';
import { points } from '../../document/values';
import { awardKind } from '../award-kind';

/** `points` for each unit of the lines that match. */
export const perUnit = awardKind(
  'perUnit',
  z.strictObject({ kind: z.literal('perUnit'), points }),
  (award, { lines }) => {
    let units = 0;
    const parts = lines.map((line) => {
      units += line.line.quantity;
      return { line, exact: share(award.points, line.line.quantity, 1) };
    });
    return { parts, inputs: { units } };
  },
);
