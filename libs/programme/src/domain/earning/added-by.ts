import type { Award } from '../occasion';

/**
 * What each multiplier added to an award that is left of it after all limits, ≥ 0, by rule: this is what counts toward
 * the multiplier's own limits. A limit of the rule that was multiplied takes off first what was added last.
 */
export const addedBy = ({
  rule,
  multipliers,
  clips,
}: Pick<Award, 'rule' | 'multipliers' | 'clips'>): ReadonlyMap<string, number> => {
  const own = clips.find((clip) => clip.rule === rule);
  let cut = own === undefined ? 0 : own.wouldBe - own.given;
  const left = new Map<string, number>();
  for (const added of multipliers.toReversed()) {
    const points = Math.max(0, clips.find((clip) => clip.rule === added.rule)?.given ?? added.points);
    const kept = Math.max(0, points - cut);
    cut -= points - kept;
    left.set(added.rule, kept);
  }
  return left;
};
