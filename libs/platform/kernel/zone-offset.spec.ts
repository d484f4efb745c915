import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { isTimeZone, offsetAt, utcDay } from './zone-offset';

const zones = [
  'UTC',
  'Australia/Melbourne',
  'America/New_York',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Asia/Kathmandu',
];
const expected = (zone: string, instant: number): number =>
  Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(zone).offsetNanoseconds / 1_000_000;

describe('the offset of a zone', () => {
  it('is the one that Temporal answers', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2040, 0) }),
        (zone, instant) => expect(offsetAt(zone, instant)).toBe(expected(zone, instant)),
      ),
    ));

  it.each([
    ['Australia/Melbourne', '2026-04-04T16:00:00Z'],
    ['America/New_York', '2026-03-08T07:00:00Z'],
    ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['America/St_Johns', '2010-03-14T03:31:00Z'],
    ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ])('%s changes at %s to the millisecond', (zone, change) => {
    const at = Date.parse(change);
    expect(offsetAt(zone, at - 1)).toBe(expected(zone, at - 1));
    expect(offsetAt(zone, at)).toBe(expected(zone, at));
    expect(offsetAt(zone, at - 1)).not.toBe(offsetAt(zone, at));
  });

  it('keeps answering after more days than it remembers', () => {
    const start = Date.UTC(2020, 0, 1);
    for (let day = 0; day < 4200; day += 1) offsetAt('UTC', start + day * utcDay);
    expect(offsetAt('UTC', start)).toBe(0);
  });

  it('rests on no zone changing twice within a day of UTC', () => {
    for (const zone of zones.filter((each) => each !== 'UTC')) {
      let last = -1;
      let next = Temporal.Instant.fromEpochMilliseconds(Date.UTC(1975, 0)).toZonedDateTimeISO(zone);
      for (let count = 0; count < 60; count += 1) {
        const change = next.getTimeZoneTransition('next');
        if (change === null) break;
        const day = Math.floor(change.epochMilliseconds / utcDay);
        expect(day).not.toBe(last);
        [last, next] = [day, change];
      }
    }
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'utc', 'GMT', 'Australia/Melbourne', 'EST5EDT', 'Etc/GMT+5', 'Asia/Calcutta'])(
    '%s is one',
    (text) => {
      expect(isTimeZone(text)).toBe(true);
      expect(Number.isInteger(offsetAt(text, 0))).toBe(true);
    },
  );
  it.each(['', 'Melbourne', 'Mars/Olympus', 'UTC+25:99'])('"%s" is none', (text) =>
    expect(isTimeZone(text)).toBe(false),
  );
});
