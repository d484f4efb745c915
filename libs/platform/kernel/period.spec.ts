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
});
