/**
 * A point in time: whole milliseconds since 1970-01-01T00:00:00Z. The core and the log count instants in numbers, the
 * HTTP edge speaks RFC 3339 text; {@link toText} and {@link fromText} are the only two crossings.
 */
export type Instant = number;

/** RFC 3339 in UTC (`2026-03-01T07:20:00.000Z`). The instant must lie within the range of a JavaScript date. */
export const toText = (instant: Instant): string => new Date(instant).toISOString();

/** The instant of an RFC 3339 text with an offset or `Z`; `undefined` when the text is none. */
export const fromText = (text: string): Instant | undefined => {
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
};
