/**
 * Dates of the proleptic Gregorian calendar as whole numbers, without time or zone. An *epoch day* counts the days
 * since 1970-01-01. Formulas: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", 2013.
 */
export interface CivilDate {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  /** 1 to 31. */
  readonly day: number;
}

const daysPerEra = 146_097;
/** Days from 0000-03-01, where the algorithm's years begin, to 1970-01-01. */
const daysToEpoch = 719_468;

/** The epoch day of a date. */
export const epochDayOf = (date: CivilDate): number => {
  const year = date.month <= 2 ? date.year - 1 : date.year;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const monthFromMarch = (date.month + 9) % 12;
  const dayOfYear = Math.floor((153 * monthFromMarch + 2) / 5) + date.day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * daysPerEra + dayOfEra - daysToEpoch;
};

/** The date of an epoch day. */
export const civilDateOf = (epochDay: number): CivilDate => {
  const shifted = epochDay + daysToEpoch;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
};

/** ISO weekday of an epoch day: 1 = Monday to 7 = Sunday. */
export const weekdayOf = (epochDay: number): number => ((((epochDay + 3) % 7) + 7) % 7) + 1;

/** 28 to 31. */
export const daysInMonth = (year: number, month: number): number => {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
};

/** The date with the day clamped to the month's length: 31 February becomes the 28th or 29th. */
export const clampedDate = (year: number, month: number, day: number): CivilDate => ({
  year,
  month,
  day: Math.min(day, daysInMonth(year, month)),
});

/** The date `months` later (negative: earlier), clamped: 31 January + 1 = 28 or 29 February. */
export const plusMonths = (date: CivilDate, months: number): CivilDate => {
  const counted = date.year * 12 + (date.month - 1) + months;
  const year = Math.floor(counted / 12);
  return clampedDate(year, counted - year * 12 + 1, date.day);
};

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The epoch day of a text such as `2026-03-01`; `undefined` when the calendar has no such date. */
export const parseDate = (text: string): number | undefined => {
  const match = datePattern.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return epochDayOf({ year, month, day });
};
