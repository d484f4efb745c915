import { addPeriod } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import type { TierStanding } from '../occasion';
import { expecting, standingAfter } from './earned-path';
import { entriesBefore, levelOf, type Qualifying, qualified, qualifiedAtEnd, type TierRules } from './qualification';
import { earnedTiers, startingAt, type TierHistory } from './tier-steps';

/** A tier and what is still missing for it: minor units, visits or points, by the programme's metric. */
export interface TierGap {
  readonly code: string;
  readonly missing: number;
}

/** The next higher tier and what is missing for it now; `undefined` at the top, or when there are no tiers. */
export const toNext = (
  rules: TierRules,
  member: Qualifying,
  code: string | undefined,
  at: Instant,
): TierGap | undefined => {
  const next = rules.document.tiers.levels[code === undefined ? 0 : levelOf(rules, code) + 1];
  return next && { code: next.code, missing: Math.max(0, next.min - qualified(rules, member, at)) };
};

/** What is missing, as of the entries so far, for a tier to be renewed at its end; `undefined` when it has no end. */
export const toKeep = (rules: TierRules, member: Qualifying, standing: TierStanding): TierGap | undefined => {
  const level = rules.document.tiers.levels[levelOf(rules, standing.code)];
  if (level === undefined || standing.validUntil === undefined) return undefined;
  return {
    code: level.code,
    missing: Math.max(0, level.min - qualifiedAtEnd(rules, member, standing.validUntil)),
  };
};

/** When a tier that is past its end without renewal is lost. */
const graceEnd = ({ rulebooks }: TierHistory, standing: TierStanding): readonly Instant[] => {
  const end = standing.validUntil;
  const rulebook = end === undefined ? undefined : rulebooks.at(end);
  const grace = rulebook?.document.tiers.grace;
  if (end === undefined || rulebook === undefined || grace === undefined) return [];
  return [addPeriod(end, periodOf(grace), rulebook.document.timeZone)];
};

/** When the clock may change a standing: its end, the end of the grace after it, or an upgrade in the next period. */
const changesOf = (history: TierHistory, standing: TierStanding | undefined): readonly Instant[] => {
  if (standing === undefined) return [];
  const { rulebooks, entries, until } = history;
  const count = entriesBefore(entries, until + 1);
  const { upgradeAt } = expecting({ rulebooks, member: history }, { standing }, count, until + 1);
  return [standing.validUntil, upgradeAt].flatMap((at) => at ?? []).concat(graceEnd(history, standing));
};

/** The standing that a member has earned, where one by hand may hide it. */
const earnedBelow = (history: TierHistory): TierStanding | undefined => {
  if (!history.manual.some(({ until }) => until > history.until)) return undefined;
  const { initial, steps } = earnedTiers(history);
  return steps.reduce(standingAfter, initial);
};

/**
 * The next instant after `until` at which time alone may take a step: an end, the end of its grace, an upgrade that
 * waits for the next period, a programme version, or an edge of a tier given by hand. `undefined`: never.
 * `from` is the standing at `until`.
 */
export const nextTierChange = (history: TierHistory): Instant | undefined => {
  const { rulebooks, manual, until } = history;
  const instants = [
    ...changesOf(history, startingAt(history, until)),
    ...changesOf(history, earnedBelow(history)),
    ...rulebooks.all.flatMap(({ effectiveFrom }) => effectiveFrom ?? []),
    ...manual.flatMap((each) => [each.from, each.until]),
  ].filter((at) => at > until);
  return instants.length === 0 ? undefined : Math.min(...instants);
};
