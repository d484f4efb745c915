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
