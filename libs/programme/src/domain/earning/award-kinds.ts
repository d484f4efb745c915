import { z } from 'zod';
import type { Evaluate } from './award-kind';
import { everyNth } from './awards/every-nth';
import { fixed } from './awards/fixed';
import { multiplier } from './awards/multiplier';
import { perAmount } from './awards/per-amount';
import { perUnit } from './awards/per-unit';

/** Every way to reckon points. A new one is one file and one entry here. */
export const awardKinds = [perAmount, fixed, perUnit, everyNth] as const;

type SettingsOf<Kinds extends readonly { settings: z.ZodObject }[]> = {
  readonly [Index in keyof Kinds]: Kinds[Index]['settings'];
};

/** The settings of any award: one of {@link awardKinds}, or a multiplier. */
export const award = z.discriminatedUnion('kind', [
  multiplier.settings,
  ...(awardKinds.map((kind) => kind.settings) as unknown as SettingsOf<typeof awardKinds>),
]);

export type AwardSettings = z.infer<typeof award>;

/** The evaluation of an award's settings; `undefined` for a multiplier, which reckons nothing by itself. */
export const evaluationOf = (settings: AwardSettings): Evaluate | undefined => {
  for (const kind of awardKinds) {
    const evaluate = kind.bind(settings);
    if (evaluate !== undefined) return evaluate;
  }
  return undefined;
};
