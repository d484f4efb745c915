import fc from 'fast-check';
import { isEmptyPeriod, noPeriod, parsePeriod, periodOf, times } from './period';

describe('a period', () => {
  it.each([
    ['P12M', { months: 12, days: 0, milliseconds: 0 }],
    ['P1Y6M', { months: 18, days: 0, milliseconds: 0 }],
    ['P2W3D', { months: 0, days: 17, milliseconds: 0 }],
    ['PT15M', { months: 0, days: 0, milliseconds: 900_000 }],
    ['P1DT2H3M4S', { months: 0, days: 1, milliseconds: 7_384_000 }],
    ['P0D', { months: 0, days: 0, milliseconds: 0 }],
  ])('%s', (text, period) => {
    expect(parsePeriod(text)).toEqual(period);
    expect(parsePeriod(text)).toBe(parsePeriod(text));
  });

  it.each(['P', 'PT', 'P1', '1M', 'P1M2Y', 'P-1D', 'P1.5D', 'P1DT', 'p1d', 'P123456D', 'PT1Y', '', ' P1D'])(
    '"%s" is none',
    (text) => {
      expect(parsePeriod(text)).toBeUndefined();
      expect(periodOf(text)).toBe(noPeriod);
    },
  );

  it('multiplies part by part', () => {
    expect(times(periodOf('P1M2DT3S'), 3)).toEqual(periodOf('P3M6DT9S'));
    expect(isEmptyPeriod(times(periodOf('P1M'), 0))).toBe(true);
    expect(isEmptyPeriod(periodOf('PT1S'))).toBe(false);
  });

  it('remembers a bounded number of texts and stays right beyond it', () => {
    for (let days = 0; days < 3000; days += 1) expect(parsePeriod(`P${days}D`)?.days).toBe(days);
    expect(parsePeriod('P7D')?.days).toBe(7);
  });

  const part = fc.integer({ min: 0, max: 99_999 });
  it('is the sum of its parts, whichever are written', () =>
    fc.assert(
      fc.property(fc.tuple(part, part, part, part, part, part, part), (parts) => {
        const [years, months, weeks, days, hours, minutes, seconds] = parts;
        expect(parsePeriod(`P${years}Y${months}M${weeks}W${days}DT${hours}H${minutes}M${seconds}S`)).toEqual({
          months: years * 12 + months,
          days: weeks * 7 + days,
          milliseconds: (hours * 3_600 + minutes * 60 + seconds) * 1_000,
        });
        expect(periodOf(`P${days}D`)).toEqual({ ...noPeriod, days });
        expect(periodOf(`PT${minutes}M`)).toEqual({ ...noPeriod, milliseconds: minutes * 60_000 });
      }),
    ));

  it('so many times is that many added up', () =>
    fc.assert(
      fc.property(fc.nat(500), fc.nat(500), fc.nat(500), fc.nat(20), (months, days, seconds, count) => {
        const once = periodOf(`P${months}M${days}DT${seconds}S`);
        const added = Array.from({ length: count }, () => once).reduce(
          (a, b) => ({
            months: a.months + b.months,
            days: a.days + b.days,
            milliseconds: a.milliseconds + b.milliseconds,
          }),
          noPeriod,
        );
        expect(times(once, count)).toEqual(added);
        expect(isEmptyPeriod(times(once, count))).toBe(count === 0 || months + days + seconds === 0);
      }),
    ));
});
