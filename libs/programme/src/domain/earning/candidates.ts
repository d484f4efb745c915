import type { Amount, Part } from './award-kind';
import type { CompiledRule } from './compiled-rule';
import type { Circumstance } from './conditions';
import type { EarningLine } from './earning-base';
import { roomOf, type Taken } from './limits';

/** A rule whose conditions hold and which would give something. */
export interface Candidate {
  readonly compiled: CompiledRule;
  readonly parts: readonly Part[];
  readonly inputs: Readonly<Record<string, number>>;
}

/** Notes that a rule gave nothing, and the first thing that stood against it. */
export type PassOver = (compiled: CompiledRule, because: string) => void;

const noLines: readonly EarningLine[] = [];

const matchedLines = ({ matches }: CompiledRule, { base }: Circumstance): readonly EarningLine[] => {
  if (base === undefined) return noLines;
  return matches === undefined ? base.lines : base.lines.filter(({ line }) => matches(line));
};

/** The first condition that fails, by its key in `when`; `undefined` when all hold. */
export const failingCondition = (compiled: CompiledRule, circumstance: Circumstance): string | undefined => {
  for (const { key, holds } of compiled.conditions) if (!holds(circumstance)) return key;
  if (compiled.matches !== undefined && matchedLines(compiled, circumstance).length === 0) return 'lines';
  return undefined;
};

const amountOf = (compiled: CompiledRule, circumstance: Circumstance): Amount | undefined =>
  compiled.evaluate?.({
    lines: matchedLines(compiled, circumstance),
    namesLines: compiled.matches !== undefined,
    visit: circumstance.occasion.on === 'visit' ? circumstance.standing.visits + 1 : 0,
  });

/** The rules of a phase that would give something, in order; the others are passed over with their reason. */
export const candidatesAmong = (
  rules: readonly CompiledRule[],
  circumstance: Circumstance,
  taken: Taken,
  passOver: PassOver,
): Candidate[] => {
  const candidates: Candidate[] = [];
  for (const compiled of rules) {
    const failing = failingCondition(compiled, circumstance);
    const amount = failing === undefined ? amountOf(compiled, circumstance) : undefined;
    const parts = amount?.parts.filter(({ exact }) => exact.num > 0n) ?? [];
    if (failing !== undefined) passOver(compiled, failing);
    else if (amount === undefined || parts.length === 0) passOver(compiled, 'zero');
    else if (roomOf(compiled, circumstance.standing, taken)?.points === 0) passOver(compiled, 'limit');
    else candidates.push({ compiled, parts, inputs: amount.inputs });
  }
  return candidates;
};
