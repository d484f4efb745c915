import { Temporal } from 'temporal-polyfill';
import type { Instant } from './instant';

/** Milliseconds in a day of UTC, which has no other length. A zone's own days may be 23 to 25 hours. */
export const utcDay = 86_400_000;

/** A zone's offset over one day of UTC: `before` until `changesAt`, `after` from then on. */
interface OffsetDay {
  readonly before: number;
  readonly changesAt: Instant;
  readonly after: number;
}

/** Eleven years of days per zone; more are forgotten and asked again. */
const daysKept = 4096;
const zonesKept = 1024;
const offsets = new Map<string, Map<number, OffsetDay>>();

const askOffset = (zone: string, instant: Instant): number =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;

/** No zone changes twice within a day of UTC, so the one change is found by halving. */
const readDay = (zone: string, day: number): OffsetDay => {
  const before = askOffset(zone, day * utcDay);
  const after = askOffset(zone, (day + 1) * utcDay);
  if (before === after) return { before, changesAt: (day + 1) * utcDay, after };
  let [low, high] = [day * utcDay, (day + 1) * utcDay];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (askOffset(zone, middle) === before) low = middle;
    else high = middle;
  }
  return { before, changesAt: high, after };
};

const daysOf = (zone: string): Map<number, OffsetDay> => {
  const known = offsets.get(zone);
  if (known !== undefined) return known;
  if (offsets.size >= zonesKept) offsets.clear();
  const days = new Map<number, OffsetDay>();
  offsets.set(zone, days);
  return days;
};

/**
 * Milliseconds by which a zone's clocks are ahead of UTC at an instant. The zone must be one that {@link isTimeZone}
 * accepts. Asks Temporal once per zone and day of UTC and remembers; a known day costs a fraction of a microsecond.
 */
export const offsetAt = (zone: string, instant: Instant): number => {
  const days = daysOf(zone);
  const day = Math.floor(instant / utcDay);
  let known = days.get(day);
  if (known === undefined) {
    if (days.size >= daysKept) days.clear();
    known = readDay(zone, day);
    days.set(day, known);
  }
  return instant < known.changesAt ? known.before : known.after;
};

const zones = new Map<string, boolean>();

const intlAccepts = (text: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};

/** True for every time zone that `Intl.DateTimeFormat` accepts, `UTC` included. */
export const isTimeZone = (text: string): boolean => {
  const known = zones.get(text);
  if (known !== undefined) return known;
  if (zones.size >= zonesKept) zones.clear();
  const accepted = intlAccepts(text);
  zones.set(text, accepted);
  return accepted;
};

/** The first instant of a date in a zone, by Temporal's own rule for days whose midnight was skipped. */
export const askStartOfDate = (zone: string, date: { year: number; month: number; day: number }): Instant =>
  Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds;
