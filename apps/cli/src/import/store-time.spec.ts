import { dateIn, instantIn } from './store-time';

const newYork = 'America/New_York';

describe('instantIn', () => {
  it.each([
    ['2017-01-28T19:06:53Z', '2017-01-28T19:06:53.000Z'],
    ['2017-01-28 19:06Z', '2017-01-28T19:06:00.000Z'],
    ['2026-03-01T18:20:00+11:00', '2026-03-01T07:20:00.000Z'],
    ['2017-01-28T14:06:53', '2017-01-28T19:06:53.000Z'],
    ['2017-07-28 14:06', '2017-07-28T18:06:00.000Z'],
    ['2017-01-28', '2017-01-28T17:00:00.000Z'],
    ['19970118', '1997-01-18T17:00:00.000Z'],
    ['20240229', '2024-02-29T17:00:00.000Z'],
  ])('%s', (text, instant) => expect(new Date(instantIn(newYork, text) ?? NaN).toISOString()).toBe(instant));

  it('a local time that the clock skips is moved on, one that comes twice is the first', () => {
    expect(instantIn(newYork, '2026-03-08 02:30')).toBe(Date.UTC(2026, 2, 8, 7, 30));
    expect(instantIn(newYork, '2026-11-01 01:30')).toBe(Date.UTC(2026, 10, 1, 5, 30));
  });

  it.each(['', 'yesterday', '2017-02-30', '20171301', '2017-02-30T10:00:00Z', '2017-01-28T25:00', '1/28/2017', '123'])(
    '"%s" is no time',
    (text) => expect(instantIn(newYork, text)).toBeUndefined(),
  );
});

describe('dateIn', () => {
  it("is the stores' own day", () => {
    const eveningOfNewYearsEve = Date.UTC(2018, 0, 1, 3, 47, 38);
    expect(dateIn(newYork, eveningOfNewYearsEve)).toBe('2017-12-31');
    expect(dateIn('UTC', eveningOfNewYearsEve)).toBe('2018-01-01');
    expect(dateIn('Asia/Shanghai', eveningOfNewYearsEve)).toBe('2018-01-01');
  });

  it('knows zones by name only', () => expect(() => dateIn('Nowhere/Town', 0)).toThrow(RangeError));
});
