import { apportionByRationals } from '#libs/platform/kernel/apportion';
import { compare, multiply, rational } from '#libs/platform/kernel/rational';
import type { AppliedMultiplier, Clip, LineShare } from '../occasion';
import type { Part } from './award-kind';
import type { Candidate } from './candidates';
import type { CompiledRule } from './compiled-rule';
import type { Room } from './limits';
import { type Cell, multipliedBy, type Running } from './multiplied';
import { type Multipliers, raises } from './multipliers';
import { mostPoints, rounded, roundedLine } from './rounding';

/** What a candidate comes to, multiplied within the limits of its multipliers and rounded, before its own limits. */
export interface Valued {
  readonly candidate: Candidate;
  /** The exact points of each part, multiplied. */
  readonly parts: readonly Part[];
  readonly points: number;
  /** In the order in which they were applied, with what each would have added at its place. */
  readonly multipliers: readonly AppliedMultiplier[];
  /** What the limits of multipliers took away. */
  readonly clips: readonly Clip[];
}

/** What a value depends on besides the candidate. */
export interface Valuation {
  readonly multipliers: Multipliers;
  /** The most that all multipliers of a line may come to together. */
  readonly ceiling: number;
  readonly room: (compiled: CompiledRule) => Room | undefined;
}

/** A multiplier with a limit, ready to take its place among others. */
interface Limited {
  readonly multiplier: CompiledRule;
  readonly room: number;
  /** The parts it applies to. */
  readonly covered: readonly number[];
}

const byLines = (a: readonly number[], b: readonly number[]): number => {
  const at = a.findIndex((index, place) => index !== b[place]);
  return a.length - b.length || (at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0));
};

const ofAllLines = ({ multiplier }: Limited): number => (multiplier.matches === undefined ? 1 : 0);

const byEffect = (a: Limited, b: Limited): number =>
  ofAllLines(a) - ofAllLines(b) ||
  compare(b.multiplier.factor, a.multiplier.factor) ||
  b.room - a.room ||
  byLines(a.covered, b.covered);

/**
 * Multipliers without a limit come first, so that one with a limit adds to what there is without it. Several of these
 * follow by what they do, never by what they are called: first those that name lines, so that nothing one line gains is
 * taken from what another is multiplied with; then the greatest factor, the widest room, the fewest lines.
 */
const inOrder = (cells: readonly Cell[], { multipliers, room }: Valuation): readonly CompiledRule[] => {
  const applied = multipliers.all.filter((each) => cells.some(({ by }) => by.includes(each)));
  const limited = applied.flatMap((multiplier): readonly Limited[] => {
    const left = raises(multiplier) ? room(multiplier) : undefined;
    if (left === undefined) return [];
    const covered = cells.flatMap(({ by }, index) => (by.includes(multiplier) ? [index] : []));
    return [{ multiplier, room: left.points, covered }];
  });
  if (limited.length === 0) return applied;
  const last = limited.sort(byEffect).map(({ multiplier }) => multiplier);
  return [...applied.filter((each) => !last.includes(each)), ...last];
};

const valuedWithout = (candidate: Candidate, setting: Valuation, without: readonly CompiledRule[]): Valued => {
  const { compiled, parts } = candidate;
  const points = rounded(compiled, parts);
  if (setting.multipliers.all.length === 0) return { candidate, parts, points, multipliers: [], clips: [] };
  const ceiling = rational(setting.ceiling);
  const cells = parts.map((part): Cell => {
    const { line, exact } = part;
    return { line, exact, by: setting.multipliers.of(part, without), most: multiply(exact, ceiling), product: exact };
  });
  let running: Running = { cells, points, applied: [], clips: [] };
  for (const multiplier of inOrder(cells, setting)) {
    const room = raises(multiplier) ? setting.room(multiplier) : undefined;
    running = multipliedBy(running, multiplier, compiled, room);
  }
  const { cells: multiplied, applied, clips } = running;
  return { candidate, parts: multiplied, points: running.points, multipliers: applied, clips };
};

/**
 * The value of a candidate: its exact parts times the multipliers that apply to each, at most `ceiling` together and
 * each within its limit, summed and only then rounded. Where a limit leaves less of the best of an exclusive group than
 * another of the group would give, that other one applies.
 */
export const valueOf = (candidate: Candidate, setting: Valuation): Valued => {
  const without: CompiledRule[] = [];
  let best = valuedWithout(candidate, setting, without);
  for (;;) {
    let better: CompiledRule | undefined;
    for (const multiplier of cutInGroup(best, setting.multipliers)) {
      const other = valuedWithout(candidate, setting, [...without, multiplier]);
      if (other.points <= best.points) continue;
      best = other;
      better = multiplier;
    }
    if (better === undefined) return best;
    without.push(better);
  }
};

const cutInGroup = ({ clips }: Valued, { all }: Multipliers): readonly CompiledRule[] =>
  clips.length === 0
    ? []
    : all.filter(({ rule }) => rule.exclusiveGroup !== undefined && clips.some((clip) => clip.rule === rule.id));

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
