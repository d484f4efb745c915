import { anniversaryYearAt, startOf, subtractPeriod } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import { periodOf } from '#libs/platform/kernel/period';
import type { Tiers } from '../document/tiers';
import type { QualifyingEntry } from '../occasion';
import type { Rulebook } from '../rulebook';

/** A member as tiers see one. */
export interface Qualifying {
  /** Sorted by `at`. */
  readonly entries: readonly QualifyingEntry[];
  /** Absent when unknown; then membership years are calendar years. */
  readonly joinedAt?: Instant;
}

/** The part of a rulebook that tiers are worked out with. */
export type TierRules = Pick<Rulebook, 'document'>;

/** What an entry counts by a metric; what fell below nothing counts as nothing. */
const counted = (metric: Tiers['metric'], entry: QualifyingEntry): number => {
  if (metric === 'netSpend') return Math.max(0, entry.netSpendMinor);
  if (metric === 'visits') return Math.max(0, entry.visits);
  return Math.max(0, entry.points[metric.slice('points:'.length)] ?? 0);
};

/** The first instant of the window that ends with `at`. */
const windowStart = ({ document }: TierRules, joinedAt: Instant | undefined, at: Instant): Instant => {
  const { window } = document.tiers;
  switch (window.kind) {
    case 'lifetime':
      return Number.NEGATIVE_INFINITY;
    case 'rolling':
      return subtractPeriod(at, periodOf(window.period), document.timeZone) + 1;
    case 'calendar':
      return startOf(window.unit, at, document.timeZone);
    case 'membershipYear':
      return joinedAt === undefined
        ? startOf('year', at, document.timeZone)
        : anniversaryYearAt(joinedAt, at, document.timeZone).from;
  }
};

/** How many entries lie before an instant. */
export const entriesBefore = (entries: readonly QualifyingEntry[], instant: Instant): number => {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.at ?? 0) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** What the first `count` entries come to in the window around `at`, in the metric's unit. */
export const qualifiedAmong = (rules: TierRules, member: Qualifying, at: Instant, count: number): number => {
  const from = windowStart(rules, member.joinedAt, at);
  const { metric } = rules.document.tiers;
  let total = 0;
  for (let index = count - 1; index >= 0; index -= 1) {
    const entry = member.entries[index];
    if (entry === undefined || entry.at < from) break;
    total += counted(metric, entry);
  }
  return total;
};

/**
 * Q(t): what a member's entries up to and including an instant come to in the window that ends there, in minor units,
 * visits or points. A rolling window is open at its beginning: (t − period, t].
 */
export const qualified = (rules: TierRules, member: Qualifying, at: Instant): number =>
  qualifiedAmong(rules, member, at, entriesBefore(member.entries, at + 1));

/**
 * What decides at the end of a period. A rolling window looks back from that end. In a calendar or membership year it
 * is the period that just ended, since what was qualified in it holds in the next; a tier that holds only to the end
 * of the period it was qualified in starts again with what the new period has so far, which is nothing.
 */
export const qualifiedAtEnd = (rules: TierRules, member: Qualifying, end: Instant): number => {
  const { window, validity, upgrade } = rules.document.tiers;
  const startsAgain = validity === 'endOfPeriod' && upgrade === 'immediate';
  const looksBack = window.kind === 'rolling' || window.kind === 'lifetime' || startsAgain;
  return qualifiedAmong(rules, member, looksBack ? end : end - 1, entriesBefore(member.entries, end));
};

/** The place of the highest tier whose minimum is reached; −1 when the programme has none. */
export const levelFor = ({ document }: TierRules, amount: number): number =>
  document.tiers.levels.findLastIndex((level) => level.min <= amount);

/** The place of a tier by its code; −1 when this version does not know it. */
export const levelOf = ({ document }: TierRules, code: string): number =>
  document.tiers.levels.findIndex((level) => level.code === code);
