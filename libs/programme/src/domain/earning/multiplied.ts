import { apportion } from '#libs/platform/kernel/apportion';
import {
  add,
  compare,
  lesser,
  lowest,
  multiply,
  type Rational,
  rational,
  sum,
  zero,
} from '#libs/platform/kernel/rational';
import type { AppliedMultiplier, Clip } from '../occasion';
import type { Part } from './award-kind';
import type { CompiledRule } from './compiled-rule';
import type { Room } from './limits';
import { rounded, roundedLine } from './rounding';

/** A part on its way through the multipliers. `exact` is what it has come to. */
export interface Cell extends Part {
  /** The multipliers that apply to it. */
  readonly by: readonly CompiledRule[];
  /** What the ceiling of all multipliers together lets it come to. */
  readonly most: Rational;
  /** What it would have come to without that ceiling. */
  readonly product: Rational;
}

/** How far the multiplying has come. */
export interface Running {
  readonly cells: readonly Cell[];
  readonly points: number;
  readonly applied: readonly AppliedMultiplier[];
  readonly clips: readonly Clip[];
}

const less = (a: Rational, b: Rational): Rational => add(a, { num: -b.num, den: b.den });

const raised = (cell: Cell, multiplier: CompiledRule): Cell => {
  if (!cell.by.includes(multiplier)) return cell;
  const product = multiply(cell.product, multiplier.factor);
  return { ...cell, product, exact: lesser(product, cell.most) };
};

const settled = (cell: Cell, exact: Rational): Cell => ({ ...cell, exact, product: exact });

/** A way from what parts are to what a multiplier would make of them. */
interface Gain {
  readonly from: Cell;
  readonly to: Cell;
}

/** Where every line is rounded for itself, whole points go to lines, none of which gets more than it would have gained. */
const lineByLine = (compiled: CompiledRule, gains: readonly Gain[], room: number): readonly Cell[] => {
  const whole = gains.map(({ from, to }) => roundedLine(compiled, to) - roundedLine(compiled, from));
  if (whole.reduce((all, gain) => all + gain, 0) <= room) return gains.map(({ to }) => to);
  const shares = apportion(room, whole);
  return gains.map(({ from, to }, i) =>
    shares[i] === whole[i] ? to : settled(from, add(from.exact, rational(shares[i] ?? 0))),
  );
};

/** Lines that are multiplied crosswise and cut again and again have fractions that double in length: there is an end. */
const tooFine = 2n ** 2048n;
const finest = 2n ** 256n;

const manageable = (exact: Rational): Rational =>
  exact.den > tooFine ? { num: (exact.num * finest) / exact.den, den: finest } : lowest(exact);

/** Where the ticket is rounded as a whole, each line keeps the same part of what it would have gained. */
const inProportion = (gains: readonly Gain[], room: number): readonly Cell[] => {
  const exact = gains.map(({ from, to }) => less(to.exact, from.exact));
  const all = sum(exact);
  if (compare(all, rational(room)) <= 0) return gains.map(({ to }) => to);
  const kept: Rational = { num: BigInt(room) * all.den, den: all.num };
  return gains.map(({ from }, i) => settled(from, manageable(add(from.exact, multiply(exact[i] ?? zero, kept)))));
};

const within = (compiled: CompiledRule, gains: readonly Gain[], room: number): readonly Cell[] =>
  compiled.rule.roundPer === 'line' ? lineByLine(compiled, gains, room) : inProportion(gains, room);

/**
 * The next multiplier multiplies what the ones before it have left, at most up to the ceiling, and adds at most what
 * there is room for: the next one after it multiplies what that makes.
 */
export const multipliedBy = (
  { cells, points, applied, clips }: Running,
  multiplier: CompiledRule,
  compiled: CompiledRule,
  room: Room | undefined,
): Running => {
  const gains = cells.map((from): Gain => ({ from, to: raised(from, multiplier) }));
  const whole = gains.map(({ to }) => to);
  const wouldBe = rounded(compiled, whole) - points;
  const left = room === undefined ? whole : within(compiled, gains, room.points);
  const given = rounded(compiled, left) - points;
  const { rule, factor } = multiplier;
  return {
    cells: left,
    points: points + given,
    applied: [...applied, { rule: rule.id, num: Number(factor.num), den: Number(factor.den), points: wouldBe }],
    clips:
      room === undefined || given === wouldBe
        ? clips
        : [...clips, { rule: rule.id, limitId: room.limitId, wouldBe, given }],
  };
};
