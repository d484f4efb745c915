import { addPeriod, anniversaryYearAt, endOf } from '#libs/platform/kernel/calendar';
import type { Instant } from '#libs/platform/kernel/instant';
import { type Period, periodOf, times } from '#libs/platform/kernel/period';
import type { Qualifying, TierRules } from './qualification';

/** The end of the calendar or membership year, quarter, … around an instant. */
const periodEnd = ({ document }: TierRules, joinedAt: Instant | undefined, at: Instant): Instant => {
  const { window } = document.tiers;
  if (window.kind === 'calendar') return endOf(window.unit, at, document.timeZone);
  return joinedAt === undefined
    ? endOf('year', at, document.timeZone)
    : anniversaryYearAt(joinedAt, at, document.timeZone).to;
};

const endsAfter = (rules: TierRules, joinedAt: Instant | undefined, at: Instant, periods: 1 | 2): Instant => {
  const { document } = rules;
  const { window } = document.tiers;
  if (window.kind === 'rolling') return addPeriod(at, times(periodOf(window.period), periods), document.timeZone);
  const first = periodEnd(rules, joinedAt, at);
  return periods === 1 ? first : periodEnd(rules, joinedAt, first);
};

/** Tiers of some programmes never end, and the lowest tier of none does. */
const endless = ({ document }: TierRules, level: number): boolean => {
  const { window, validity, downgrade } = document.tiers;
  return level <= 0 || window.kind === 'lifetime' || validity === 'forever' || downgrade === 'none';
};

/** The end, exclusive, of a tier reached at an instant; `undefined` when it does not end by time. */
export const endWhenReached = (
  rules: TierRules,
  joinedAt: Instant | undefined,
  at: Instant,
  level: number,
): Instant | undefined => {
  if (endless(rules, level)) return undefined;
  return endsAfter(rules, joinedAt, at, rules.document.tiers.validity === 'endOfPeriod' ? 1 : 2);
};

/** The end of a tier that is kept, or fallen to, at the end of a period: one period on. */
export const endWhenKept = (
  rules: TierRules,
  joinedAt: Instant | undefined,
  at: Instant,
  level: number,
): Instant | undefined => (endless(rules, level) ? undefined : endsAfter(rules, joinedAt, at, 1));

/** The length of a period at its longest, in milliseconds. */
const longest = ({ months, days, milliseconds }: Period): number =>
  months * 31 * 90_000_000 + days * 90_000_000 + milliseconds;

/**
 * The beginning of the period after the one around an instant: when a tier that is reached "next period" takes effect.
 * Periods of a rolling window follow each other from joining on, or from the first entry when that is unknown.
 */
export const nextPeriodStart = (rules: TierRules, member: Qualifying, at: Instant): Instant => {
  const { document } = rules;
  const { window } = document.tiers;
  if (window.kind !== 'rolling') return periodEnd(rules, member.joinedAt, at);
  const first = member.joinedAt ?? member.entries[0]?.at ?? at;
  const period = periodOf(window.period);
  let count = Math.max(1, Math.floor((at - first) / longest(period)));
  while (addPeriod(first, times(period, count), document.timeZone) <= at) count += 1;
  return addPeriod(first, times(period, count), document.timeZone);
};
