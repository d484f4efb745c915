import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { civilDateOf, daysInMonth, epochDayOf, parseDate, plusMonths, weekdayOf } from './civil-date';

const day = fc.integer({ min: -200_000, max: 200_000 });
const plainDate = (epochDay: number): Temporal.PlainDate => new Temporal.PlainDate(1970, 1, 1).add({ days: epochDay });

describe('a civil date', () => {
  it('is the one that Temporal counts', () =>
    fc.assert(
      fc.property(day, (epochDay) => {
        const expected = plainDate(epochDay);
        expect(civilDateOf(epochDay)).toEqual({ year: expected.year, month: expected.month, day: expected.day });
        expect(epochDayOf(expected)).toBe(epochDay);
        expect(weekdayOf(epochDay)).toBe(expected.dayOfWeek);
        expect(daysInMonth(expected.year, expected.month)).toBe(expected.daysInMonth);
      }),
    ));

  it('moves by months as Temporal does, clamping the day', () =>
    fc.assert(
      fc.property(day, fc.integer({ min: -600, max: 600 }), (epochDay, months) => {
        const expected = plainDate(epochDay).add({ months });
        expect(plusMonths(civilDateOf(epochDay), months)).toEqual({
          year: expected.year,
          month: expected.month,
          day: expected.day,
        });
      }),
    ));

  it.each<[string, number | undefined]>([
    ['1970-01-01', 0],
    ['2000-02-29', 11_016],
    ['2100-02-29', undefined],
    ['2026-02-30', undefined],
    ['2026-13-01', undefined],
    ['2026-00-10', undefined],
    ['2026-01-00', undefined],
    ['2026-1-1', undefined],
    ['tomorrow', undefined],
  ])('%s is day %s', (text, epochDay) => expect(parseDate(text)).toBe(epochDay));
});
