import { type Period, periodOf } from '#libs/platform/kernel/period';
import { one, type Rational, rational } from '#libs/platform/kernel/rational';
import type { EarningRule, Limit } from '../document/earning-rules';
import type { Evaluate } from './award-kind';
import { evaluationOf } from './award-kinds';
import { conditionsOf, type SetCondition } from './conditions';
import { type LineMatch, lineMatchOf } from './line-filter';

/** A limit with the key under which what is used of it is known. */
export interface CompiledLimit {
  readonly limitId: string;
  readonly key: string;
  readonly points: number;
  readonly per: Limit['per'];
  /** The length of a rolling limit's window. */
  readonly period: Period | undefined;
}

/** A rule made ready, once a programme version, to be evaluated many times. */
export interface CompiledRule {
  readonly rule: EarningRule;
  readonly conditions: readonly SetCondition[];
  readonly matches: LineMatch | undefined;
  /** Absent for multipliers. */
  readonly evaluate: Evaluate | undefined;
  /** What a multiplier multiplies by; 1 for all others. */
  readonly factor: Rational;
  readonly limits: readonly CompiledLimit[];
}

const compileLimit = (rule: string, limit: Limit): CompiledLimit => ({
  limitId: limit.id,
  key: `${rule}/${limit.id}`,
  points: limit.points,
  per: limit.per,
  period: limit.per === 'rolling' ? periodOf(limit.period) : undefined,
});

/** Makes a rule ready to be evaluated. */
export const compileRule = (rule: EarningRule): CompiledRule => ({
  rule,
  conditions: conditionsOf(rule.when),
  matches: rule.when.lines && lineMatchOf(rule.when.lines),
  evaluate: evaluationOf(rule.award),
  factor: rule.award.kind === 'multiplier' ? rational(rule.award.num, rule.award.den) : one,
  limits: rule.limits.map((limit) => compileLimit(rule.id, limit)),
});

/** The order in which rules of a phase are looked at: priority descending, then id. */
export const byPrecedence = (a: EarningRule, b: EarningRule): number =>
  b.priority - a.priority || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
