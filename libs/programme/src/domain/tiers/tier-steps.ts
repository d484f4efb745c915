import type { Instant } from '#libs/platform/kernel/instant';
import type { ManualTier, QualifyingEntry, TierStanding, TierStep } from '../occasion';
import type { Rulebook, Rulebooks } from '../rulebook';
import {
  dueOf,
  enterEntry,
  enterVersion,
  type Move,
  passTime,
  type Place,
  resume,
  standingAfter,
  type Walk,
} from './earned-path';
import { type EarnedTiers, withFloors } from './manual-floor';
import { entriesBefore } from './qualification';

/** A member's history as far as tiers depend on it, and the stretch of it that is asked for. */
export interface TierHistory {
  readonly rulebooks: Rulebooks;
  /** Every entry that counts, sorted by `at`; of the same instant in the order recorded. */
  readonly entries: readonly QualifyingEntry[];
  readonly manual: readonly ManualTier[];
  readonly joinedAt?: Instant;
  /** The standing after all steps so far; left out when there was none. */
  readonly from?: TierStanding;
  /** From when on to look, inclusive; left out: from the beginning. What led to `from` may lie at this very instant. */
  readonly fromInstant?: Instant;
  /** Up to when to look, inclusive. */
  readonly until: Instant;
}

/** The code of the tier that a member without any history has; `undefined` when the programme has no tiers. */
export const initialTier = (rulebook: Rulebook): string | undefined => rulebook.document.tiers.levels[0]?.code;

/** When a member's tiers begin: on joining, or with an earlier entry, but not before the first programme version. */
const beginning = ({ rulebooks, entries, joinedAt, until }: TierHistory): Instant => {
  const first = Math.min(joinedAt ?? Infinity, entries[0]?.at ?? Infinity, until);
  return Math.max(first, rulebooks.all[0]?.effectiveFrom ?? -Infinity);
};

const lowestAt = (rulebooks: Rulebooks, at: Instant, since: Instant): TierStanding | undefined => {
  const rulebook = rulebooks.at(at);
  const code = rulebook && initialTier(rulebook);
  return code === undefined ? undefined : { code, since };
};

/** What comes next on a walk. Of the same instant: versions, then ends and upgrades, then entries. */
const nextMove = (walk: Walk, place: Place, index: number, versions: readonly Rulebook[]): Pending => {
  const [version] = versions;
  const versionAt = version?.effectiveFrom ?? Infinity;
  const due = dueOf(place) ?? Infinity;
  const entryAt = walk.member.entries[index]?.at ?? Infinity;
  if (version !== undefined && versionAt <= due && versionAt <= entryAt) {
    return { at: versionAt, what: 'version', move: () => enterVersion(walk, place, version, versionAt) };
  }
  return due <= entryAt
    ? { at: due, what: 'time', move: () => passTime(walk, place, due) }
    : { at: entryAt, what: 'entry', move: () => enterEntry(walk, place, index) };
};

interface Pending {
  readonly at: Instant;
  readonly what: 'version' | 'time' | 'entry';
  readonly move: () => Move;
}

/** The earned steps from a standing on. */
const walkFrom = (history: TierHistory, from: TierStanding | undefined, fromInstant: Instant): EarnedTiers => {
  const { rulebooks, until } = history;
  const walk: Walk = { rulebooks, member: history };
  const initial = from ?? lowestAt(rulebooks, fromInstant, Math.min(fromInstant, beginning(history)));
  const steps: TierStep[] = [];
  let versions = rulebooks.all.filter((each) => each.effectiveFrom !== null && each.effectiveFrom >= fromInstant);
  let index = entriesBefore(history.entries, fromInstant);
  let place = resume(walk, initial, fromInstant);
  for (
    let next = nextMove(walk, place, index, versions);
    next.at <= until;
    next = nextMove(walk, place, index, versions)
  ) {
    const { place: reached, step } = next.move();
    place = reached;
    if (step !== undefined) steps.push(step);
    if (next.what === 'version') versions = versions.slice(1);
    if (next.what === 'entry') index += 1;
  }
  return { initial, steps };
};

const sameStanding = (a: TierStanding | undefined, b: TierStanding | undefined): boolean =>
  a?.code === b?.code && a?.validUntil === b?.validUntil;

/** Leaves out of a whole path what had happened when the member stood at `from`. */
const stepsAfter = (path: readonly TierStep[], initial: TierStanding | undefined, history: TierHistory): TierStep[] => {
  const { from, fromInstant = -Infinity } = history;
  let standing = initial;
  let past = 0;
  path.forEach((step, index) => {
    standing = standingAfter(standing, step);
    const reached = from !== undefined && step.at === fromInstant && sameStanding(standing, from);
    if (step.at < fromInstant || reached) past = index + 1;
  });
  return path.slice(past);
};

/**
 * Every step of a member's tiers from `fromInstant` to `until`, in order: reached, renewed or lost. The programme
 * version in force at each instant decides. Going on from a standing answers the same steps as starting over, so a
 * ticket that changes nothing costs one look at the window of its qualification.
 */
export const tierSteps = (history: TierHistory): TierStep[] => {
  const { rulebooks, manual, fromInstant, until } = history;
  const floors = manual.filter((each) => each.from <= until && each.until >= (fromInstant ?? each.until));
  if (floors.length === 0 && fromInstant !== undefined) {
    return [...walkFrom(history, history.from, fromInstant).steps];
  }
  const earned = walkFrom(history, undefined, beginning(history));
  return stepsAfter(withFloors(rulebooks, earned, manual, until), earned.initial, history);
};
