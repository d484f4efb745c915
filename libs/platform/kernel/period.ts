/** A length of time as people say it: parts are counted on the calendar, so P1M is 28 to 31 days. All parts ≥ 0. */
export interface Period {
  readonly months: number;
  readonly days: number;
  readonly milliseconds: number;
}

const pattern =
  /^P(?:(\d{1,5})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?$/;

const known = new Map<string, Period | undefined>();
const knownLimit = 1024;

const parse = (text: string): Period | undefined => {
  const match = text === 'P' ? null : pattern.exec(text);
  if (match === null) return undefined;
  const part = (index: number): number => Number(match[index] ?? 0);
  return {
    months: part(1) * 12 + part(2),
    days: part(3) * 7 + part(4),
    milliseconds: ((part(5) * 60 + part(6)) * 60 + part(7)) * 1000,
  };
};

/**
 * The period of an ISO 8601 text in whole numbers (`P12M`, `P1Y6M`, `P2W`, `PT15M`); `undefined` when it is none.
 * Years count as 12 months and weeks as 7 days. Answers are remembered, so asking again costs a look-up.
 */
export const parsePeriod = (text: string): Period | undefined => {
  if (known.has(text)) return known.get(text);
  const period = parse(text);
  if (known.size >= knownLimit) known.clear();
  known.set(text, period);
  return period;
};

/** No time at all. */
export const noPeriod: Period = { months: 0, days: 0, milliseconds: 0 };

/** The period of a text that was validated before; a text that is none counts as no time at all. */
export const periodOf = (text: string): Period => parsePeriod(text) ?? noPeriod;

/** The period `count` times over. `count` is a whole number ≥ 0. */
export const times = (period: Period, count: number): Period => ({
  months: period.months * count,
  days: period.days * count,
  milliseconds: period.milliseconds * count,
});

/** True when no time passes. */
export const isEmptyPeriod = (period: Period): boolean =>
  period.months === 0 && period.days === 0 && period.milliseconds === 0;
