import { z } from 'zod';
import { fromText, type Instant } from '#libs/platform/kernel/instant';

const identifierForm = /^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,63}$/;

/** Whether a text has the form of an {@link identifier}. */
export const isIdentifier = (text: string): boolean => identifierForm.test(text);

/**
 * An identifier as clients may choose it: 1 to 64 of letters, digits and `. _ : @ + -`, the first a letter or digit.
 * No slash, so that it stands in a path and in stream names unescaped.
 */
export const identifier = z
  .string()
  .regex(identifierForm, 'Must be 1 to 64 letters, digits or . _ : @ + -')
  .meta({ description: 'Identifier' });

/** A name or line of text as people write it: 1 to 200 characters, all of them whole and none a control character. */
export const shortText = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Must not contain control characters or halves of characters');

const date = String.raw`(?:19|20)\d\d-[01]\d-[0-3]\d`;
const gap = '[ ().-]*';
/** Dates that nothing leads up to: with other digits before them, or a plus, they may be the rest of a number. */
const dates = new RegExp(String.raw`(?<![\p{Nd}+]${gap})${date}(?!\p{Nd})(?:${gap}${date}(?!\p{Nd}))*`, 'gu');
/** Nine digits, or seven after a plus, as the shortest numbers with a country's code have. */
const longNumber = new RegExp(String.raw`(?:\p{Nd}${gap}){9}|\+${gap}(?:\p{Nd}${gap}){7}`, 'u');

/**
 * A short phrase for a kind of reason. It is kept in clear and outlives an erasure, so that it takes nothing a member
 * can be looked up by (an e-mail address, a phone or card number); what concerns the person belongs into a note.
 */
export const reason = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} _.,:;!?/()#&'+-]{0,99}$/u,
    'Must be 1 to 100 letters, digits, spaces or punctuation, the first a letter or digit',
  )
  .refine(
    (text) => !longNumber.test(text.replaceAll(dates, ';')),
    'Must not hold a phone or card number: it is kept in clear, for ever',
  )
  .meta({ description: 'A kind of reason, kept in clear for ever: nothing about the person' });

/** From 1900 to the end of 9999: what every place that keeps or shows an instant can. */
const isOfOurTimes = (at: Instant): boolean => at >= Date.UTC(1900, 0) && at < Date.UTC(10_000, 0);

/** An RFC 3339 instant with `Z` or an offset, read as milliseconds since 1970 ({@link Instant}). */
export const instant = z
  .string()
  .pipe(z.iso.datetime({ offset: true, error: 'Must be an RFC 3339 instant such as 2026-03-01T18:20:00+11:00' }))
  .transform((text, context): Instant => {
    const read = fromText(text);
    if (read !== undefined && isOfOurTimes(read)) return read;
    context.addIssue('Must be an RFC 3339 instant such as 2026-03-01T18:20:00+11:00');
    return z.NEVER;
  });

const isZone = (text: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
};

/** An IANA time zone: whatever `Intl.DateTimeFormat` accepts, `UTC` included. */
export const timeZone = z.string().max(64).refine(isZone, 'Must be an IANA time zone such as Australia/Melbourne');

const currencies = new Set(Intl.supportedValuesOf('currency'));

/** An ISO 4217 currency code in capitals. */
export const currency = z.string().refine((code) => currencies.has(code), 'Must be an ISO 4217 currency such as AUD');

/** The body of a route that takes none: left out, or an empty object. */
export const nothing = z.strictObject({});
