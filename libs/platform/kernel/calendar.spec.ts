import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import {
  addPeriod,
  anniversaryYearAt,
  type CalendarUnit,
  endOf,
  endOfNextMonthDay,
  epochDayAt,
  instantOf,
  localTimeAt,
  parseMonthDay,
  roundUpTo,
  startOf,
  startOfDate,
  subtractPeriod,
} from './calendar';
import { parseDate } from './civil-date';
import { toText } from './instant';
import { periodOf } from './period';

const melbourne = 'Australia/Melbourne';
const newYork = 'America/New_York';
const lordHowe = 'Australia/Lord_Howe';
const zones = [
  melbourne,
  newYork,
  lordHowe,
  'UTC',
  'Asia/Shanghai',
  'America/St_Johns',
  'Africa/Cairo',
  'Pacific/Apia',
];
const zone = fc.constantFrom(...zones);
const instant = fc.integer({ min: Date.UTC(1990, 0), max: Date.UTC(2039, 0) });
const at = (text: string): number => Date.parse(text);
/** Any instant, or one within two hours of a change of the clock. */
const aroundChanges = fc
  .tuple(instant, zone, fc.boolean(), fc.integer({ min: -7_200_000, max: 7_200_000 }))
  .map(([moment, name, near, off]): readonly [number, string] => {
    const change = near ? zoned(moment, name).getTimeZoneTransition('next') : null;
    return [change === null ? moment : change.epochMilliseconds + off, name];
  });
const zoned = (moment: number, name: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(name);

describe('local time', () => {
  it('is what Temporal shows', () =>
    fc.assert(
      fc.property(instant, zone, (moment, name) => {
        const shown = zoned(moment, name);
        const local = localTimeAt(moment, name);
        expect(local).toMatchObject({ year: shown.year, month: shown.month, day: shown.day, weekday: shown.dayOfWeek });
        expect(local.millisecondOfDay).toBe(
          ((shown.hour * 60 + shown.minute) * 60 + shown.second) * 1000 + shown.millisecond,
        );
        expect(epochDayAt(moment, name)).toBe(local.epochDay);
      }),
    ));

  it('turns back into the instants that Temporal calls compatible, also around changes of the clock', () =>
    fc.assert(
      fc.property(instant, zone, fc.boolean(), fc.integer({ min: -7200, max: 7200 }), (moment, name, near, seconds) => {
        const change = near ? zoned(moment, name).getTimeZoneTransition('next') : null;
        const local = localTimeAt((change?.epochMilliseconds ?? moment) + seconds * 1000, name);
        const expected = new Temporal.PlainDateTime(local.year, local.month, local.day)
          .add({ milliseconds: local.millisecondOfDay })
          .toZonedDateTime(name, { disambiguation: 'compatible' });
        expect(instantOf(local.epochDay, local.millisecondOfDay, name)).toBe(expected.epochMilliseconds);
        expect(startOfDate(local.epochDay, name)).toBe(expected.startOfDay().epochMilliseconds);
      }),
    ));

  it.each([
    // Shown twice: the first of the two.
    [melbourne, '2026-04-05', 2.5, '2026-04-04T15:30:00.000Z'],
    // Skipped: as much later as the clock was put forward.
    [melbourne, '2026-10-04', 2.5, '2026-10-03T16:30:00.000Z'],
    [newYork, '2026-03-08', 2.5, '2026-03-08T07:30:00.000Z'],
    [lordHowe, '2026-10-04', 2.25, '2026-10-03T15:45:00.000Z'],
  ])('in %s, %s, %d hours on the clock', (name, date, hour, expected) =>
    expect(toText(instantOf(parseDate(date) ?? 0, hour * 3_600_000, name))).toBe(expected),
  );

  it('begins a day whose midnight is skipped at its first instant', () =>
    expect(toText(startOfDate(parseDate('2024-04-26') ?? 0, 'Africa/Cairo'))).toBe('2024-04-25T22:00:00.000Z'));
});

describe('units of the calendar', () => {
  it.each<[CalendarUnit, string, string]>([
    ['day', '2026-08-11T14:00:00.000Z', '2026-08-12T14:00:00.000Z'],
    ['week', '2026-08-09T14:00:00.000Z', '2026-08-16T14:00:00.000Z'],
    ['month', '2026-07-31T14:00:00.000Z', '2026-08-31T14:00:00.000Z'],
    ['quarter', '2026-06-30T14:00:00.000Z', '2026-09-30T14:00:00.000Z'],
    ['halfYear', '2026-06-30T14:00:00.000Z', '2026-12-31T13:00:00.000Z'],
    ['year', '2025-12-31T13:00:00.000Z', '2026-12-31T13:00:00.000Z'],
  ])('the %s around Wednesday 12 August 2026, 10:00 in Melbourne', (unit, from, to) => {
    const moment = at('2026-08-12T00:00:00Z');
    expect(toText(startOf(unit, moment, melbourne))).toBe(from);
    expect(toText(endOf(unit, moment, melbourne))).toBe(to);
  });

  it('contain the instant and join without gap or overlap', () =>
    fc.assert(
      fc.property(
        aroundChanges,
        fc.constantFrom<CalendarUnit>('day', 'week', 'month', 'quarter', 'halfYear', 'year'),
        ([moment, name], unit) => {
          const [from, to] = [startOf(unit, moment, name), endOf(unit, moment, name)];
          expect(from).toBeLessThanOrEqual(moment);
          expect(to).toBeGreaterThan(moment);
          expect(startOf(unit, to, name)).toBe(to);
          expect(endOf(unit, from, name)).toBe(to);
          expect(roundUpTo(unit, from, name)).toBe(from);
          expect(roundUpTo(unit, from + 1, name)).toBe(to);
          expect(roundUpTo(unit, moment, name)).toBe(moment === from ? from : to);
        },
      ),
      { numRuns: 500 },
    ));

  it('a day that has begun lasts, though the clock is put back into the one before it', () => {
    // 1 November 2009, 00:01 in St. John's: 23:01 of 31 October again.
    const [first, again] = [at('2009-11-01T02:30:00Z'), at('2009-11-01T03:00:00Z')];
    expect(localTimeAt(again, 'America/St_Johns')).toMatchObject({ month: 10, day: 31 });
    for (const moment of [first, again]) {
      expect(startOf('day', moment, 'America/St_Johns')).toBe(first);
      expect(toText(endOf('day', moment, 'America/St_Johns'))).toBe('2009-11-02T03:30:00.000Z');
      expect(toText(endOf('month', moment, 'America/St_Johns'))).toBe('2009-12-01T03:30:00.000Z');
    }
    expect(endOfNextMonthDay(again, { month: 10, day: 31 }, 'America/St_Johns')).toBeGreaterThan(again);
  });

  it('a day of 23 and one of 25 hours', () => {
    const hours = (text: string): number =>
      (endOf('day', at(text), melbourne) - startOf('day', at(text), melbourne)) / 3_600_000;
    expect([hours('2026-10-04T01:00:00Z'), hours('2026-04-05T01:00:00Z')]).toEqual([23, 25]);
  });
});

describe('adding a period', () => {
  it.each([
    // The day is clamped to the month.
    ['UTC', '2026-01-31T10:00:00Z', 'P1M', '2026-02-28T10:00:00.000Z'],
    ['UTC', '2028-01-31T10:00:00Z', 'P1M', '2028-02-29T10:00:00.000Z'],
    ['UTC', '2028-02-29T10:00:00Z', 'P1Y', '2029-02-28T10:00:00.000Z'],
    // A calendar day of 25 hours keeps the time on the clock, 24 hours do not.
    [melbourne, '2026-04-04T10:00:00Z', 'P1D', '2026-04-05T11:00:00.000Z'],
    [melbourne, '2026-04-04T10:00:00Z', 'PT24H', '2026-04-05T10:00:00.000Z'],
    // A skipped time on the clock.
    [newYork, '2026-03-07T07:30:00Z', 'P1D', '2026-03-08T07:30:00.000Z'],
  ])('in %s, %s + %s', (name, from, period, expected) =>
    expect(toText(addPeriod(at(from), periodOf(period), name))).toBe(expected),
  );

  const part = fc.integer({ min: 0, max: 40 });
  it('agrees with Temporal, forward and back', () =>
    fc.assert(
      fc.property(instant, zone, fc.tuple(part, part, part, part, part, part, part), (moment, name, parts) => {
        const [years, months, weeks, days, hours, minutes, seconds] = parts;
        const period = periodOf(`P${years}Y${months}M${weeks}W${days}DT${hours}H${minutes}M${seconds}S`);
        const duration = { years, months, weeks, days, hours, minutes, seconds };
        expect(addPeriod(moment, period, name)).toBe(zoned(moment, name).add(duration).epochMilliseconds);
        expect(subtractPeriod(moment, period, name)).toBe(zoned(moment, name).subtract(duration).epochMilliseconds);
      }),
    ));
});

describe('a day of every year', () => {
  it.each([
    ['31 December ends at the new year', '12-31', '2026-05-05T00:00:00Z', '2026-12-31T13:00:00.000Z'],
    ['on the day itself it is that day', '12-31', '2026-12-31T12:59:59Z', '2026-12-31T13:00:00.000Z'],
    ['a moment later it is the next', '12-31', '2026-12-31T13:00:00Z', '2027-12-31T13:00:00.000Z'],
    ['29 February in a common year', '02-29', '2026-01-01T00:00:00Z', '2026-02-28T13:00:00.000Z'],
  ])('%s', (_name, text, from, expected) => {
    const monthDay = parseMonthDay(text) ?? { month: 1, day: 1 };
    expect(toText(endOfNextMonthDay(at(from), monthDay, melbourne))).toBe(expected);
  });

  it.each(['13-01', '00-10', '02-30', '04-31', '1-1', '12-31x', '06-00'])('%s is none', (text) =>
    expect(parseMonthDay(text)).toBeUndefined(),
  );
});

describe('a year counted from an anniversary', () => {
  const joined = at('2024-02-29T05:00:00Z');
  it.each([
    ['2024-02-28T14:00:00Z', '2024-02-28T13:00:00.000Z', '2025-02-27T13:00:00.000Z'],
    ['2025-02-27T12:59:59Z', '2024-02-28T13:00:00.000Z', '2025-02-27T13:00:00.000Z'],
    ['2025-02-27T13:00:00Z', '2025-02-27T13:00:00.000Z', '2026-02-27T13:00:00.000Z'],
    ['2023-06-01T00:00:00Z', '2023-02-27T13:00:00.000Z', '2024-02-28T13:00:00.000Z'],
  ])('%s lies in %s to %s', (moment, from, to) => {
    const year = anniversaryYearAt(joined, at(moment), melbourne);
    expect([toText(year.from), toText(year.to)]).toEqual([from, to]);
  });

  it('contains the instant', () =>
    fc.assert(
      fc.property(aroundChanges, instant, ([moment, name], since) => {
        const year = anniversaryYearAt(since, moment, name);
        expect(year.from).toBeLessThanOrEqual(moment);
        expect(year.to).toBeGreaterThan(moment);
      }),
    ));
});
