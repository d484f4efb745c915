import type { Instant } from '#libs/platform/kernel/instant';
import type { ManualTier, QualifyingEntry, TierStanding, TierStep } from '../occasion';
import type { Rulebook, Rulebooks } from '../rulebook';
import {
  endOfTier,
  enterEntry,
  enterVersion,
  expecting,
  type Move,
  passEnd,
  passUpgrade,
  type Place,
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

/** The standing that a walk begins with: the one given, else the lowest tier of the version then in force. */
export const startingAt = (history: TierHistory, at: Instant): TierStanding | undefined => {
  if (history.from !== undefined) return history.from;
  const rulebook = history.rulebooks.at(at);
  const code = rulebook && initialTier(rulebook);
  return code === undefined ? undefined : { code, since: Math.min(at, beginning(history)) };
};

/** Something that may take a step, and when. */
interface Pending {
  readonly at: Instant;
  readonly what: 'version' | 'end' | 'upgrade' | 'entry';
}

/** A walk under way: where it stands, and which versions and entries lie ahead. */
interface Progress {
  readonly place: Place;
  readonly versions: readonly Rulebook[];
  readonly index: number;
}

/** What comes next on a walk. Of the same instant: versions, then ends, then upgrades, then entries. */
const nextOf = (walk: Walk, { place, versions, index }: Progress): Pending => {
  const version = versions[0]?.effectiveFrom ?? Infinity;
  const end = endOfTier(place) ?? Infinity;
  const upgrade = place.upgradeAt ?? Infinity;
  const entry = walk.member.entries[index]?.at ?? Infinity;
  const at = Math.min(version, end, upgrade, entry);
  return { at, what: at === version ? 'version' : at === end ? 'end' : at === upgrade ? 'upgrade' : 'entry' };
};

const moveTo = (walk: Walk, { place, versions: [version], index }: Progress, { at, what }: Pending): Move => {
  switch (what) {
    case 'version':
      return version === undefined ? { place } : enterVersion(walk, place, version, at);
    case 'end':
      return passEnd(walk, place, at);
    case 'upgrade':
      return passUpgrade(walk, place, at);
    case 'entry':
      return enterEntry(walk, place, index);
  }
};

const advance = (walk: Walk, { versions, index }: Progress, { what, at }: Pending, place: Place): Progress => {
  const entered = what === 'entry' ? index + 1 : index;
  return {
    place: expecting(walk, place, entered, what === 'upgrade' ? at + 1 : at),
    versions: what === 'version' ? versions.slice(1) : versions,
    index: entered,
  };
};

const noVersions: readonly Rulebook[] = [];

const versionsFrom = ({ all }: Rulebooks, from: Instant): readonly Rulebook[] =>
  (all.at(-1)?.effectiveFrom ?? -Infinity) < from
    ? noVersions
    : all.filter(({ effectiveFrom }) => effectiveFrom !== null && effectiveFrom >= from);

/** The earned steps from a standing on. */
const walkFrom = (history: TierHistory, fromInstant: Instant): EarnedTiers => {
  const { rulebooks, entries, until } = history;
  const walk: Walk = { rulebooks, member: history };
  let initial = startingAt(history, fromInstant);
  const steps: TierStep[] = [];
  const index = entriesBefore(entries, fromInstant);
  let progress: Progress = {
    place: initial === undefined ? {} : expecting(walk, { standing: initial }, index, fromInstant),
    versions: versionsFrom(rulebooks, fromInstant),
    index,
  };
  for (let next = nextOf(walk, progress); next.at <= until; next = nextOf(walk, progress)) {
    const { place, step } = moveTo(walk, progress, next);
    if (step !== undefined) steps.push(step);
    initial ??= step === undefined ? place.standing : { code: step.from, since: step.at };
    progress = advance(walk, progress, next, place);
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

/** The tiers that a member earns by themselves, from the beginning. */
export const earnedTiers = (history: TierHistory): EarnedTiers => {
  const { from: _, ...whole } = history;
  return walkFrom(whole, beginning(history));
};

/**
 * Every step of a member's tiers from `fromInstant` to `until`, in order: reached, renewed or lost. The programme
 * version in force at each instant decides. Going on from a standing answers the same steps as starting over, so a
 * ticket that changes nothing costs one look at the window of its qualification.
 */
export const tierSteps = (history: TierHistory): TierStep[] => {
  const { rulebooks, manual, fromInstant, until } = history;
  const floors = manual.some((each) => each.from <= until && each.until >= (fromInstant ?? each.until));
  if (!floors && fromInstant !== undefined) return [...walkFrom(history, fromInstant).steps];
  const earned = earnedTiers(history);
  return stepsAfter(withFloors(rulebooks, earned, manual, until), earned.initial, history);
};
