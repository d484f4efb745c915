import fc from 'fast-check';
import { civilDateOf, epochDayOf, parseDate } from '#libs/platform/kernel/civil-date';
import { hasBirthdayOn, isUnborn } from './birthdays';

const on = (birthday: string, date: string): boolean => hasBirthdayOn(birthday, civilDateOf(parseDate(date) ?? 0));

describe('a birthday', () => {
  it.each([
    ['1990-05-17', '2026-05-17', true],
    ['1990-05-17', '2026-05-16', false],
    ['1990-05-17', '2026-06-17', false],
    ['1990-05-17', '1991-05-17', true],
    ['1990-05-17', '1990-05-17', false],
    ['1990-05-17', '1989-05-17', false],
    ['2000-02-29', '2028-02-29', true],
    ['2000-02-29', '2028-02-28', false],
    ['2000-02-29', '2027-02-28', true],
    ['2000-02-29', '2100-02-28', true],
    ['2000-02-29', '2027-03-01', false],
    ['2000-02-28', '2027-02-28', true],
    ['no date', '2027-02-28', false],
  ])('of %s on %s: %s', (birthday, date, is) => expect(on(birthday, date)).toBe(is));

  it('comes exactly once in every later year, whatever the day', () =>
    fc.assert(
      fc.property(fc.integer({ min: -25_000, max: 20_000 }), fc.integer({ min: 1, max: 60 }), (born, years) => {
        const { year, month, day } = civilDateOf(born);
        const pad = (n: number, width: number) => String(n).padStart(width, '0');
        const birthday = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
        const first = epochDayOf({ year: year + years, month: 1, day: 1 });
        const last = epochDayOf({ year: year + years, month: 12, day: 31 });
        const days = Array.from({ length: last - first + 1 }, (_, n) => civilDateOf(first + n));
        expect(days.filter((date) => hasBirthdayOn(birthday, date))).toHaveLength(1);
      }),
      { numRuns: 40 },
    ));
});

describe('a date of birth', () => {
  it.each([
    ['2026-03-01', '2026-03-01T09:59:59Z', false],
    ['2026-03-02', '2026-03-01T09:59:59Z', true],
    ['2026-03-02', '2026-03-01T10:00:00Z', false],
    ['2026-03-03', '2026-03-01T23:59:59Z', true],
    ['1890-01-01', '2026-03-01T00:00:00Z', false],
    ['1965-01-01', '1964-12-31T09:00:00Z', true],
    [undefined, '2026-03-01T00:00:00Z', false],
    [null, '2026-03-01T00:00:00Z', false],
  ])('%s, at %s, is still to come everywhere: %s', (birthday, at, is) =>
    expect(isUnborn(birthday, Date.parse(at))).toBe(is),
  );
});
