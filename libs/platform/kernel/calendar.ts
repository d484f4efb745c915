import { type CivilDate, civilDateOf, clampedDate, epochDayOf, plusMonths, weekdayOf } from './civil-date';
import type { Instant } from './instant';
import type { Period } from './period';
import { askStartOfDate, offsetAt, utcDay } from './zone-offset';

/** A stretch of the calendar. Weeks begin on Monday (ISO 8601), half-years in January and July. */
export type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'halfYear' | 'year';

/** What a wall calendar and a wall clock show in a zone. */
export interface LocalTime extends CivilDate {
  /** Days since 1970-01-01 on that calendar. */
  readonly epochDay: number;
  /** 1 = Monday to 7 = Sunday. */
  readonly weekday: number;
  /** What the clock shows, in milliseconds since it showed 00:00. */
  readonly millisecondOfDay: number;
}

/** The wall calendar and clock of a zone at an instant. */
export const localTimeAt = (instant: Instant, zone: string): LocalTime => {
  const local = instant + offsetAt(zone, instant);
  const epochDay = Math.floor(local / utcDay);
  const { year, month, day } = civilDateOf(epochDay);
  return { year, month, day, epochDay, weekday: weekdayOf(epochDay), millisecondOfDay: local - epochDay * utcDay };
};

/** The epoch day that a zone's calendar shows at an instant. */
export const epochDayAt = (instant: Instant, zone: string): number =>
  Math.floor((instant + offsetAt(zone, instant)) / utcDay);

/** The instants at which a zone's clock shows a local time: the earlier one when twice, `undefined` when never. */
const shownAt = (local: number, zone: string): { readonly exact: Instant | undefined; readonly skipped: Instant } => {
  const early = offsetAt(zone, local - utcDay);
  const late = offsetAt(zone, local + utcDay);
  const skipped = local - early;
  if (early === late || offsetAt(zone, skipped) === early) return { exact: skipped, skipped };
  return { exact: offsetAt(zone, local - late) === late ? local - late : undefined, skipped };
};

/**
 * The instant at which a zone's clock shows a date and time; of two the earlier, and of none the time as much later
 * as the clock was put forward ("compatible" in Temporal, RFC 5545).
 */
export const instantOf = (epochDay: number, millisecondOfDay: number, zone: string): Instant => {
  const { exact, skipped } = shownAt(epochDay * utcDay + millisecondOfDay, zone);
  return exact ?? skipped;
};

/** The first instant of a date in a zone. */
export const startOfDate = (epochDay: number, zone: string): Instant =>
  shownAt(epochDay * utcDay, zone).exact ?? askStartOfDate(zone, civilDateOf(epochDay));

/**
 * The date that an instant counts as. It is the one the calendar shows, but where the clock is put back across midnight
 * (America/St_Johns, at 00:01 until 2010): the new day has begun then and lasts, so that days join without overlap.
 */
const dateOf = (instant: Instant, zone: string): CivilDate & { readonly epochDay: number } => {
  const shown = localTimeAt(instant, zone);
  const next = shown.epochDay + 1;
  return startOfDate(next, zone) <= instant ? { ...civilDateOf(next), epochDay: next } : shown;
};

const monthsIn = { month: 1, quarter: 3, halfYear: 6, year: 12 } as const;

/** The epoch day on which the unit around a date begins, `ahead` units later. */
const firstDay = (unit: CalendarUnit, date: ReturnType<typeof dateOf>, ahead: number): number => {
  if (unit === 'day') return date.epochDay + ahead;
  if (unit === 'week') return date.epochDay - (weekdayOf(date.epochDay) - 1) + 7 * ahead;
  const length = monthsIn[unit];
  const month = date.month - ((date.month - 1) % length);
  return epochDayOf(plusMonths({ year: date.year, month, day: 1 }, length * ahead));
};

/** The first instant of the day, week, … that an instant lies in. */
export const startOf = (unit: CalendarUnit, instant: Instant, zone: string): Instant =>
  startOfDate(firstDay(unit, dateOf(instant, zone), 0), zone);

/** The end, exclusive, of the day, week, … that an instant lies in: the first instant of the next one. */
export const endOf = (unit: CalendarUnit, instant: Instant, zone: string): Instant =>
  startOfDate(firstDay(unit, dateOf(instant, zone), 1), zone);

/** An exclusive end rounded up to the end of its day, week, …: an instant at which one begins stays as it is. */
export const roundUpTo = (unit: CalendarUnit, instant: Instant, zone: string): Instant =>
  startOf(unit, instant, zone) === instant ? instant : endOf(unit, instant, zone);

const shift = (instant: Instant, period: Period, zone: string, sign: 1 | -1): Instant => {
  const exact = sign * period.milliseconds;
  if (period.months === 0 && period.days === 0) return instant + exact;
  const local = localTimeAt(instant, zone);
  const day = epochDayOf(plusMonths(local, sign * period.months)) + sign * period.days;
  return instantOf(day, local.millisecondOfDay, zone) + exact;
};

/**
 * The instant a period later: months (clamped to the month's length) and calendar days on the zone's wall calendar,
 * then hours, minutes and seconds exactly.
 */
export const addPeriod = (instant: Instant, period: Period, zone: string): Instant => shift(instant, period, zone, 1);

/** The instant a period earlier, counted like {@link addPeriod}. */
export const subtractPeriod = (instant: Instant, period: Period, zone: string): Instant =>
  shift(instant, period, zone, -1);

/**
 * The end, exclusive, of the next day that carries a month and day, the instant's own day included: for 12-31 the
 * next 1 January 00:00. 29 February falls on the 28th in other years.
 */
export const endOfNextMonthDay = (instant: Instant, monthDay: MonthDay, zone: string): Instant => {
  const today = dateOf(instant, zone);
  const thisYear = epochDayOf(clampedDate(today.year, monthDay.month, monthDay.day));
  const next =
    thisYear >= today.epochDay ? thisYear : epochDayOf(clampedDate(today.year + 1, monthDay.month, monthDay.day));
  return startOfDate(next + 1, zone);
};

/** A day of every year. */
export interface MonthDay {
  readonly month: number;
  readonly day: number;
}

const monthDayPattern = /^(\d{2})-(\d{2})$/;

/** The month and day of a text such as `12-31` or `02-29`; `undefined` when no year has it. */
export const parseMonthDay = (text: string): MonthDay | undefined => {
  const match = monthDayPattern.exec(text);
  if (match === null) return undefined;
  const [month, day] = [Number(match[1]), Number(match[2])];
  const exists = month >= 1 && month <= 12 && day >= 1 && day === clampedDate(2000, month, day).day;
  return exists ? { month, day } : undefined;
};

/** The year that an instant falls in, counted from an anniversary: [from, to). */
export interface AnniversaryYear {
  readonly from: Instant;
  readonly to: Instant;
}

/** The year since a date that an instant lies in; years begin at 00:00 of the date's anniversaries in the zone. */
export const anniversaryYearAt = (since: Instant, instant: Instant, zone: string): AnniversaryYear => {
  const first = localTimeAt(since, zone);
  const now = dateOf(instant, zone);
  const startIn = (year: number): number => epochDayOf(clampedDate(year, first.month, first.day));
  const year = startIn(now.year) <= now.epochDay ? now.year : now.year - 1;
  return { from: startOfDate(startIn(year), zone), to: startOfDate(startIn(year + 1), zone) };
};
