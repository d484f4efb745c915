import { round, sum } from '#libs/platform/kernel/rational';
import type { Part } from './award-kind';
import type { CompiledRule } from './compiled-rule';

/** No award comes to more: beyond any programme's sense, and well within the whole numbers that are exact. */
export const mostPoints = 1_000_000_000_000;

/** The points of one line, where a rule rounds line by line. */
export const roundedLine = ({ rule }: CompiledRule, part: Part): number => round(part.exact, rule.rounding);

/** Rounds once for the ticket, or once for each line, as the rule says. */
export const rounded = (compiled: CompiledRule, parts: readonly Part[]): number => {
  const { rounding, roundPer } = compiled.rule;
  const points =
    roundPer === 'ticket'
      ? round(sum(parts.map((part) => part.exact)), rounding)
      : parts.reduce((total, part) => total + roundedLine(compiled, part), 0);
  return Math.min(points, mostPoints);
};
