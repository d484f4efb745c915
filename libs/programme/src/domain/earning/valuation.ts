import { apportionByRationals } from '#libs/platform/kernel/apportion';
import { lesser, multiply, one, rational, round, sum } from '#libs/platform/kernel/rational';
import type { AppliedMultiplier, LineShare } from '../occasion';
import type { Part } from './award-kind';
import type { Candidate } from './candidates';
import type { CompiledRule } from './compiled-rule';
import type { Multipliers } from './multipliers';

/** What a candidate comes to, multiplied and rounded, before limits. */
export interface Valued {
  readonly candidate: Candidate;
  /** The exact points of each part, multiplied. */
  readonly parts: readonly Part[];
  readonly points: number;
  readonly multipliers: readonly AppliedMultiplier[];
}

const roundedLine = ({ rule }: CompiledRule, part: Part): number => round(part.exact, rule.rounding);

/** No award comes to more: beyond any programme's sense, and well within the whole numbers that are exact. */
const mostPoints = 1_000_000_000_000;

/** Rounds once for the ticket, or once for each line, as the rule says. */
const rounded = (compiled: CompiledRule, parts: readonly Part[]): number => {
  const { rounding, roundPer } = compiled.rule;
  const points =
    roundPer === 'ticket'
      ? round(sum(parts.map((part) => part.exact)), rounding)
      : parts.reduce((total, part) => total + roundedLine(compiled, part), 0);
  return Math.min(points, mostPoints);
};

/**
 * The value of a candidate: its exact parts times the multipliers that apply to each, at most `ceiling` together,
 * summed and only then rounded. What each multiplier added is the difference it made in turn, by precedence.
 */
export const valueOf = (candidate: Candidate, multipliers: Multipliers, ceiling: number): Valued => {
  const { compiled, parts } = candidate;
  const plain = rounded(compiled, parts);
  const byPart = multipliers.all.length === 0 ? [] : parts.map((part) => multipliers.of(part));
  const most = rational(ceiling);
  const applied: AppliedMultiplier[] = [];
  let factors = parts.map(() => one);
  let valued = { parts, points: plain };
  for (const multiplier of multipliers.all) {
    if (!byPart.some((each) => each.includes(multiplier))) continue;
    factors = factors.map((factor, i) =>
      byPart[i]?.includes(multiplier) ? multiply(factor, multiplier.factor) : factor,
    );
    const multiplied = parts.map(({ line, exact }, i) => ({
      line,
      exact: multiply(exact, lesser(factors[i] ?? one, most)),
    }));
    const points = rounded(compiled, multiplied);
    const { num, den } = multiplier.factor;
    applied.push({ rule: multiplier.rule.id, num: Number(num), den: Number(den), points: points - valued.points });
    valued = { parts: multiplied, points };
  }
  return { candidate, ...valued, multipliers: applied };
};

/** Spreads points over the lines they come from, by exact share and largest remainder; lines without any are left out. */
export const sharesOf = ({ candidate, parts, points }: Valued, given: number): LineShare[] => {
  if (parts[0]?.line === undefined) return [];
  const { compiled } = candidate;
  const unclipped = compiled.rule.roundPer === 'line' && given === points && given < mostPoints;
  const shares = unclipped
    ? parts.map((part) => roundedLine(compiled, part))
    : apportionByRationals(
        given,
        parts.map((part) => part.exact),
      );
  return parts
    .map(({ line }, index) => ({ lineNo: line?.line.lineNo ?? 0, points: shares[index] ?? 0 }))
    .filter((share) => share.points > 0);
};
