import { compare, one } from '#libs/platform/kernel/rational';
import type { Part } from './award-kind';
import { failingCondition, type PassOver } from './candidates';
import type { CompiledRule } from './compiled-rule';
import type { Circumstance } from './conditions';
import { roomOf, type Taken } from './limits';

/** The multipliers of a wallet in this occasion, and which of them multiply a part of an award. */
export interface Multipliers {
  /** By precedence. */
  readonly all: readonly CompiledRule[];
  /** The one that stopped those after it. */
  readonly stopper: CompiledRule | undefined;
  /** Those that multiply a part when some are left out: the next best of their groups take their places. */
  readonly of: (part: Part, without: readonly CompiledRule[]) => readonly CompiledRule[];
}

/** Nothing multiplies. */
export const noMultipliers: Multipliers = { all: [], stopper: undefined, of: () => [] };

/** True for a multiplier that gives more, not less. */
export const raises = ({ factor }: CompiledRule): boolean => compare(factor, one) > 0;

const covers = ({ matches }: CompiledRule, { line }: Part): boolean =>
  matches === undefined || (line !== undefined && matches(line.line));

/** Of the multipliers that cover a part, the best of each exclusive group and all that have none. */
const applying = (multipliers: readonly CompiledRule[], part: Part): readonly CompiledRule[] => {
  const covering = multipliers.filter((each) => covers(each, part));
  return covering.filter(({ rule, factor }, index) =>
    covering.every((other, place) => {
      if (rule.exclusiveGroup === undefined || other.rule.exclusiveGroup !== rule.exclusiveGroup) return true;
      const order = compare(other.factor, factor);
      return order < 0 || (order === 0 && place >= index);
    }),
  );
};

/** What multipliers may look at. */
export interface MultiplierSetting {
  readonly circumstance: Circumstance;
  /** Everything there is to multiply. */
  readonly parts: readonly Part[];
  readonly taken: Taken;
  /** Those that turned out to multiply nothing in the end when they stopped others: they stop nobody. */
  readonly idle: readonly CompiledRule[];
}

const open = (
  rules: readonly CompiledRule[],
  { circumstance, taken, idle }: MultiplierSetting,
  passOver: PassOver,
): readonly CompiledRule[] =>
  rules.filter((compiled) => {
    const failing = failingCondition(compiled, circumstance);
    if (failing !== undefined) passOver(compiled, failing);
    else if (compare(compiled.factor, one) === 0) passOver(compiled, 'zero');
    else if (roomOf(compiled, circumstance.standing, taken)?.points === 0) passOver(compiled, 'limit');
    // One that lowers stays: without it more would be given than it allows.
    else if (idle.includes(compiled) && raises(compiled)) passOver(compiled, 'zero');
    else return true;
    return false;
  });

/** The first multiplier that stops those after it, as it multiplies something. */
const stopperAmong = (
  multipliers: readonly CompiledRule[],
  { parts, idle }: MultiplierSetting,
): CompiledRule | undefined =>
  multipliers.find((each, index) => {
    if (!each.rule.stopAfter || idle.includes(each)) return false;
    const sofar = multipliers.slice(0, index + 1);
    return parts.some((part) => applying(sofar, part).includes(each));
  });

/**
 * The multipliers whose conditions hold, line by line: best within an exclusive group, product across groups. Those
 * that cover nothing are passed over with their reason.
 */
export const multipliersAmong = (
  rules: readonly CompiledRule[],
  setting: MultiplierSetting,
  passOver: PassOver,
): Multipliers => {
  if (rules.length === 0) return noMultipliers;
  const candidates = open(rules, setting, passOver);
  const stopper = stopperAmong(candidates, setting);
  const kept = stopper === undefined ? candidates : candidates.slice(0, candidates.indexOf(stopper) + 1);
  for (const stopped of candidates.slice(kept.length)) passOver(stopped, 'stopped');
  const all = kept.filter((each) => {
    if (setting.parts.some((part) => covers(each, part))) return true;
    passOver(each, 'zero');
    return false;
  });
  return {
    all,
    stopper,
    of: (part, without) => applying(without.length === 0 ? all : all.filter((each) => !without.includes(each)), part),
  };
};
