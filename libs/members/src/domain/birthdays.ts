import type { Instant } from '#libs/platform/kernel/instant';
import { clampedDate, epochDayOf, civilDateOf, parseDate, type CivilDate } from '#libs/platform/kernel/civil-date';

/**
 * True when someone born on `birthday` (`YYYY-MM-DD`) has a birthday on this date: the same month and day in a later
 * year, for 29 February the 28th in common years.
 */
export const hasBirthdayOn = (birthday: string, date: CivilDate): boolean => {
  const born = parseDate(birthday);
  if (born === undefined) return false;
  const { year, month, day } = civilDateOf(born);
  return date.year > year && epochDayOf(clampedDate(date.year, month, day)) === epochDayOf(date);
};

const DAY_MS = 86_400_000;
/** Where a day begins first: UTC+14. */
const FIRST_ZONE_MS = 14 * 3_600_000;

/** True when a date of birth (`YYYY-MM-DD`) has not come yet anywhere on Earth. */
export const isUnborn = (birthday: string | null | undefined, now: Instant): boolean => {
  const born = typeof birthday === 'string' ? parseDate(birthday) : undefined;
  return born !== undefined && born > Math.floor((now + FIRST_ZONE_MS) / DAY_MS);
};
