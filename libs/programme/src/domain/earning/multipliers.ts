import { compare, one } from '#libs/platform/kernel/rational';
import type { Part } from './award-kind';
import { failingCondition, type PassOver } from './candidates';
import type { CompiledRule } from './compiled-rule';
import type { Circumstance } from './conditions';
import { roomOf, type Taken } from './limits';

/** The multipliers of a wallet in this occasion, and which of them multiply a part of an award. */
export interface Multipliers {
  readonly all: readonly CompiledRule[];
  readonly of: (part: Part) => readonly CompiledRule[];
}

/** Nothing multiplies. */
export const noMultipliers: Multipliers = { all: [], of: () => [] };

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

const open = (
  rules: readonly CompiledRule[],
  circumstance: Circumstance,
  taken: Taken,
  passOver: PassOver,
): readonly CompiledRule[] =>
  rules.filter((compiled) => {
    const failing = failingCondition(compiled, circumstance);
    if (failing !== undefined) passOver(compiled, failing);
    else if (compare(compiled.factor, one) === 0) passOver(compiled, 'zero');
    else if (roomOf(compiled, circumstance.standing, taken)?.points === 0) passOver(compiled, 'limit');
    else return true;
    return false;
  });

/** How many of the multipliers remain when one that stops those after it does multiply something. */
const untilStopped = (multipliers: readonly CompiledRule[], parts: readonly Part[]): number => {
  const stopper = multipliers.findIndex((each, index) => {
    if (!each.rule.stopAfter) return false;
    const sofar = multipliers.slice(0, index + 1);
    return parts.some((part) => applying(sofar, part).includes(each));
  });
  return stopper < 0 ? multipliers.length : stopper + 1;
};

/** What multipliers may look at. */
export interface MultiplierSetting {
  readonly circumstance: Circumstance;
  /** Everything there is to multiply. */
  readonly parts: readonly Part[];
  readonly taken: Taken;
}

/**
 * The multipliers whose conditions hold, line by line: best within an exclusive group, product across groups. Those
 * that multiply nothing are passed over with their reason.
 */
export const multipliersAmong = (
  rules: readonly CompiledRule[],
  { circumstance, parts, taken }: MultiplierSetting,
  passOver: PassOver,
): Multipliers => {
  if (rules.length === 0) return noMultipliers;
  const candidates = open(rules, circumstance, taken, passOver);
  const kept = candidates.slice(0, untilStopped(candidates, parts));
  for (const stopped of candidates.slice(kept.length)) passOver(stopped, 'stopped');
  const all = kept.filter((each) => {
    if (parts.some((part) => applying(kept, part).includes(each))) return true;
    passOver(each, parts.some((part) => covers(each, part)) ? 'exclusive' : 'zero');
    return false;
  });
  return { all, of: (part) => applying(all, part) };
};
