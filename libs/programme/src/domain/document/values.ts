import { z } from 'zod';
import { parseMonthDay } from '#libs/platform/kernel/calendar';
import { parseDate } from '#libs/platform/kernel/civil-date';
import { isEmptyPeriod, parsePeriod } from '#libs/platform/kernel/period';
import { isTimeZone } from '#libs/platform/kernel/zone-offset';

/** A name inside a document, such as a wallet's code or a rule's id. No slash: limits are keyed `<rule>/<limit>`. */
export const code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')
  // Codes are keys of plain objects: these would find what every object has.
  .refine((text) => !(text in Object.prototype), 'must not be a word that is taken, such as constructor');

/** A name given elsewhere: a store, a SKU, a category, a label. */
export const outsideName = z.string().min(1).max(100);

/** What people read, in English and Simplified Chinese; without the Chinese the English stands in. */
export const text = z.strictObject({ en: z.string().min(1).max(200), zh: z.string().min(1).max(200).optional() });

/** An ISO 8601 period in whole numbers that lasts at least a second, such as `P12M`, `P14D` or `PT15M`. */
export const period = z.string().refine((value) => {
  const parsed = parsePeriod(value);
  return parsed !== undefined && !isEmptyPeriod(parsed);
}, 'must be an ISO 8601 period in whole numbers, such as P12M, and not empty');

/** A date such as `2026-03-01`. */
export const date = z.string().refine((value) => parseDate(value) !== undefined, 'must be a date such as 2026-03-01');

/** A day of every year, such as `12-31`. */
export const monthDay = z
  .string()
  .refine((value) => parseMonthDay(value) !== undefined, 'must be a month and day such as 12-31');

/** A time on the clock such as `18:00`; `24:00` is the end of the day. */
export const clockTime = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time such as 18:00, at most 24:00');

/** An IANA time zone that `Intl.DateTimeFormat` accepts. */
export const timeZone = z.string().refine(isTimeZone, 'must be an IANA time zone, such as Australia/Melbourne');

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** A currency by its ISO 4217 letters. */
export const currency = z
  .string()
  .refine((value) => currencies.has(value), 'must be an ISO 4217 currency, such as AUD');

/** Points that are given or asked for: a whole number of the wallet's unit, at least 1. */
export const points = z.int().min(1).max(1_000_000_000);

/** Money in minor units, at least 0. */
export const amountMinor = z.int().min(0).max(1_000_000_000_000);

/** Money in minor units, at least 1. */
export const positiveMinor = z.int().min(1).max(1_000_000_000_000);
