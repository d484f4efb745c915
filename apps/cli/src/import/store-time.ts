import { Temporal } from 'temporal-polyfill';
import type { Instant } from '#libs/platform/kernel/instant';

const formatters = new Map<string, Intl.DateTimeFormat>();

/** The date (`YYYY-MM-DD`) that the stores' calendar shows at an instant. Throws RangeError for an unknown zone. */
export const dateIn = (timeZone: string, instant: Instant): string => {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formatters.set(timeZone, formatter);
  }
  return formatter.format(instant);
};

const withOffset = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/i;
const local = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?))?$/;

/**
 * The instant that a purchase log's text means: RFC 3339 (`2017-01-28T19:06:53Z`), or the stores' own clock
 * (`2017-01-28 14:06`), or a date alone (`2017-01-28`, `20170128`), which stands for noon. A local time that a change
 * of the clock skips is moved on by the gap; one that comes twice is the first. `undefined` for any other text.
 */
export const instantIn = (timeZone: string, text: string): Instant | undefined => {
  const trimmed = text.trim();
  if (withOffset.test(trimmed)) return parsed(() => Temporal.Instant.from(trimmed.replace(' ', 'T')));
  const parts = local.exec(trimmed);
  if (parts === null) return undefined;
  const [, year = '', month = '', day = '', time = '12:00'] = parts;
  return parsed(() => Temporal.PlainDateTime.from(`${year}-${month}-${day}T${time}`).toZonedDateTime(timeZone));
};

const parsed = (read: () => { readonly epochMilliseconds: number }): Instant | undefined => {
  try {
    return read().epochMilliseconds;
  } catch (problem) {
    if (problem instanceof RangeError) return undefined;
    throw problem;
  }
};
