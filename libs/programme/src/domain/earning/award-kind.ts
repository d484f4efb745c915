import type { z } from 'zod';
import type { Rational } from '#libs/platform/kernel/rational';
import type { EarningLine } from './earning-base';

/** What a rule may look at once its conditions hold. */
export interface Matched {
  /** The lines the rule counts, by line number; none when nothing was bought. */
  readonly lines: readonly EarningLine[];
  /** True when the rule names the lines it counts, so that what it gives comes from them. */
  readonly namesLines: boolean;
  /** Which visit of the member this is, from 1; 0 when it is no visit. */
  readonly visit: number;
}

/** An exact number of points, before multipliers and rounding, and the line it comes from, if any. */
export interface Part {
  readonly line: EarningLine | undefined;
  readonly exact: Rational;
}

/** What a rule would give, part by part, and what it looked at (minor units, units or occasions). */
export interface Amount {
  readonly parts: readonly Part[];
  readonly inputs: Readonly<Record<string, number>>;
}

/** Computes an award from what matched. */
export type Evaluate = (matched: Matched) => Amount;

/** A way to reckon points. `bind` answers `undefined` for the settings of another kind. */
export interface AwardKind<Settings extends z.ZodObject> {
  readonly code: string;
  readonly settings: Settings;
  readonly bind: (award: object) => Evaluate | undefined;
}

/** Declares an award kind: its name, the schema of its settings, and what it gives. */
export const awardKind = <Settings extends z.ZodObject>(
  code: string,
  settings: Settings,
  evaluate: (settings: z.output<Settings>, matched: Matched) => Amount,
): AwardKind<Settings> => ({
  code,
  settings,
  bind: (award) => {
    const parsed = settings.safeParse(award);
    return parsed.success ? (matched) => evaluate(parsed.data, matched) : undefined;
  },
});
