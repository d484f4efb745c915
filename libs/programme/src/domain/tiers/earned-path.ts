import { addPeriod } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import type { TierStanding, TierStep } from '../occasion';
import type { Rulebook, Rulebooks } from '../rulebook';
import { entriesBefore, levelFor, levelOf, type Qualifying, qualifiedAmong, qualifiedAtEnd } from './qualification';
import { endWhenKept, endWhenReached, nextPeriodStart } from './validity';

/** Everything that decides on the tiers a member earns. */
export interface Walk {
  readonly rulebooks: Rulebooks;
  readonly member: Qualifying;
}

/** Where a walk along a member's tiers stands. */
export interface Place {
  /** Absent while no programme with tiers is in force. */
  readonly standing?: TierStanding;
  /** The tier's end passed without renewal; it is kept until the grace is over. */
  readonly graceUntil?: Instant;
  /** When a tier that was qualified for takes effect, where that is the next period. */
  readonly upgradeAt?: Instant;
}

/** Where a walk comes to, and the step it took to get there, if any. */
export interface Move {
  readonly place: Place;
  readonly step?: TierStep;
}

/** The standing after a step. A renewal keeps the instant at which the tier was reached. */
export const standingAfter = (before: TierStanding | undefined, step: TierStep): TierStanding => {
  const since = step.kind === 'renewed' ? (before?.since ?? step.at) : step.at;
  return { code: step.to, since, ...(step.validUntil === undefined ? {} : { validUntil: step.validUntil }) };
};

/** A tier to go to, and how. `kept`: at the end of a period, so that it holds for one more. */
interface Goal {
  readonly kind: TierStep['kind'];
  readonly level: number;
  readonly kept?: boolean;
}

const go = (
  { member }: Walk,
  standing: TierStanding,
  rulebook: Rulebook,
  { at, goal }: { at: Instant; goal: Goal },
): Move => {
  const to = rulebook.document.tiers.levels[goal.level]?.code;
  if (to === undefined) return { place: { standing: { code: standing.code, since: standing.since } } };
  const end = (goal.kept ? endWhenKept : endWhenReached)(rulebook, member.joinedAt, at, goal.level);
  const step = { at, kind: goal.kind, from: standing.code, to, ...(end === undefined ? {} : { validUntil: end }) };
  return { place: { standing: standingAfter(standing, step) }, step };
};

/** A version takes effect: it may know other tiers, want less for them, or let them end that did not. */
export const enterVersion = (walk: Walk, place: Place, rulebook: Rulebook, at: Instant): Move => {
  const { levels, upgrade } = rulebook.document.tiers;
  if (levels[0] === undefined) return { place };
  const standing = place.standing ?? { code: levels[0].code, since: at };
  const current = levelOf(rulebook, standing.code);
  const before = entriesBefore(walk.member.entries, at);
  const target = levelFor(rulebook, qualifiedAmong(rulebook, walk.member, at, before));
  if (current < 0 || (target > current && upgrade === 'immediate')) {
    return go(walk, standing, rulebook, { at, goal: { kind: target > 0 ? 'reached' : 'lost', level: target } });
  }
  const ends = endWhenReached(rulebook, walk.member.joinedAt, at, current) !== undefined;
  return standing.validUntil === undefined && ends
    ? go(walk, standing, rulebook, { at, goal: { kind: 'renewed', level: current } })
    : { place: { ...place, standing } };
};

/** Takes in the entry at an index, together with all before it. */
export const enterEntry = (walk: Walk, place: Place, index: number): Move => {
  const at = walk.member.entries[index]?.at;
  const rulebook = at === undefined ? undefined : walk.rulebooks.at(at);
  if (at === undefined || rulebook === undefined || place.standing === undefined) return { place };
  const target = levelFor(rulebook, qualifiedAmong(rulebook, walk.member, at, index + 1));
  return qualifyFor(walk, place, place.standing, { rulebook, at, target });
};

/** What a tier that an entry qualified for does to the one in force. */
const qualifyFor = (
  walk: Walk,
  place: Place,
  standing: TierStanding,
  { rulebook, at, target }: { readonly rulebook: Rulebook; readonly at: Instant; readonly target: number },
): Move => {
  const current = levelOf(rulebook, standing.code);
  const { upgrade, window } = rulebook.document.tiers;
  if (target > current && (upgrade === 'immediate' || window.kind === 'lifetime')) {
    return go(walk, standing, rulebook, { at, goal: { kind: 'reached', level: target } });
  }
  if (target >= current && place.graceUntil !== undefined) {
    return go(walk, standing, rulebook, { at, goal: { kind: 'renewed', level: current } });
  }
  return { place };
};

const withoutUpgrade = (place: Place): Place => {
  if (place.upgradeAt === undefined) return place;
  const { upgradeAt: _, ...rest } = place;
  return rest;
};

/**
 * The place with the upgrade that the last of the first `count` entries brought about, where it takes effect with the
 * next period and that begins no earlier than `from`. It follows from standing and entries alone, so a walk that goes
 * on from a standing expects the same as one that began at the beginning.
 */
export const expecting = (walk: Walk, before: Place, count: number, from: Instant): Place => {
  const entry = walk.member.entries[count - 1];
  const rulebook = entry && walk.rulebooks.at(entry.at);
  const place = withoutUpgrade(before);
  const { standing } = place;
  if (rulebook?.document.tiers.upgrade !== 'nextPeriod' || entry === undefined || standing === undefined) return place;
  const target = levelFor(rulebook, qualifiedAmong(rulebook, walk.member, entry.at, count));
  if (target <= levelOf(rulebook, standing.code)) return place;
  const upgradeAt = nextPeriodStart(rulebook, walk.member, entry.at);
  return upgradeAt >= from ? { ...place, upgradeAt } : place;
};

/** When the tier, or the grace after it, ends; `undefined` when it does not. */
export const endOfTier = ({ standing, graceUntil }: Place): Instant | undefined => graceUntil ?? standing?.validUntil;

/** Lets the instant come at which an upgrade takes effect. */
export const passUpgrade = (walk: Walk, place: Place, at: Instant): Move => {
  const rulebook = walk.rulebooks.at(at);
  if (rulebook === undefined || place.standing === undefined) return { place };
  const level = levelFor(rulebook, qualifiedAtEnd(rulebook, walk.member, at));
  if (level <= levelOf(rulebook, place.standing.code)) return { place };
  return go(walk, place.standing, rulebook, { at, goal: { kind: 'reached', level } });
};

/** Where a tier that is neither renewed nor in grace falls to. */
const fallen = (
  walk: Walk,
  rulebook: Rulebook,
  at: Instant,
  { current, target }: { current: number; target: number },
): number => {
  if (rulebook.document.tiers.downgrade === 'oneDown') return current - 1;
  const before = entriesBefore(walk.member.entries, at);
  const sofar = levelFor(rulebook, qualifiedAmong(rulebook, walk.member, at, before));
  return Math.min(current - 1, Math.max(target, sofar));
};

/** A tier's end, or the end of its grace. */
const takeEnd = (walk: Walk, place: Place, standing: TierStanding, at: Instant): Move => {
  const rulebook = walk.rulebooks.at(at);
  if (rulebook === undefined) return { place: { standing: { code: standing.code, since: standing.since } } };
  const { grace } = rulebook.document.tiers;
  const current = levelOf(rulebook, standing.code);
  const target = levelFor(rulebook, qualifiedAtEnd(rulebook, walk.member, standing.validUntil ?? at));
  const inGrace = place.graceUntil !== undefined;
  if (target > current) return go(walk, standing, rulebook, { at, goal: { kind: 'reached', level: target } });
  const endless = endWhenKept(rulebook, walk.member.joinedAt, at, current) === undefined;
  if (endless || (target === current && !inGrace)) {
    return go(walk, standing, rulebook, { at, goal: { kind: 'renewed', level: current, kept: true } });
  }
  if (grace !== undefined && !inGrace) {
    return { place: { ...place, graceUntil: addPeriod(at, periodOf(grace), rulebook.document.timeZone) } };
  }
  const level = fallen(walk, rulebook, at, { current, target });
  return go(walk, standing, rulebook, { at, goal: { kind: 'lost', level, kept: true } });
};

/** Lets the instant come at which a tier, or the grace after it, ends. */
export const passEnd = (walk: Walk, place: Place, at: Instant): Move =>
  place.standing === undefined ? { place } : takeEnd(walk, place, place.standing, at);
