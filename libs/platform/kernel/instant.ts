/**
 * A point in time: whole milliseconds since 1970-01-01T00:00:00Z. The core and the log count instants in numbers, the
 * HTTP edge speaks RFC 3339 text; {@link toText} and {@link fromText} are the only two crossings.
 */
export type Instant = number;

const dayLength = 86_400_000;
const daysKept = 4096;
const days = new Map<number, string>();

/** The text of a day as far as `T`. Answers speak of few days many times, so a known one costs a look-up. */
const dayText = (day: number): string => {
  const known = days.get(day);
  if (known !== undefined) return known;
  const text = new Date(day * dayLength).toISOString().slice(0, -'00:00:00.000Z'.length);
  if (days.size >= daysKept) days.clear();
  days.set(day, text);
  return text;
};

const twoDigits = Array.from({ length: 60 }, (_, count) => String(count).padStart(2, '0'));
const zeros = (milliseconds: number): string => (milliseconds < 10 ? '00' : milliseconds < 100 ? '0' : '');

/**
 * RFC 3339 in UTC (`2026-03-01T07:20:00.000Z`). The instant must lie within the range of a JavaScript date. The same
 * text as the date's own, a third as costly: every answer at a till has half a dozen.
 */
export const toText = (instant: Instant): string => {
  const day = Math.floor(instant / dayLength);
  const ofDay = instant - day * dayLength;
  const seconds = Math.floor(ofDay / 1_000);
  const minutes = Math.floor(seconds / 60);
  const milliseconds = ofDay - seconds * 1_000;
  const clock = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${dayText(day)}${clock}.${zeros(milliseconds)}${milliseconds}Z`;
};

/** The instant of an RFC 3339 text with an offset or `Z`; `undefined` when the text is none. */
export const fromText = (text: string): Instant | undefined => {
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
};
