import { z } from 'zod';
import { share } from '#libs/platform/kernel/rational';
import { points, positiveMinor } from '../../document/values';
import { awardKind } from '../award-kind';

/** `points` for every `perMinor` of the earning base of the lines that match, exact to the fraction. */
export const perAmount = awardKind(
  'perAmount',
  z.strictObject({ kind: z.literal('perAmount'), points, perMinor: positiveMinor }),
  (award, { lines }) => {
    let amountMinor = 0;
    const parts = lines.map((line) => {
      amountMinor += line.baseMinor;
      return { line, exact: share(award.points, line.baseMinor, award.perMinor) };
    });
    return { parts, inputs: { amountMinor } };
  },
);
