import fc from 'fast-check';
import { count, duration, percent, rate } from './words';

it.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1,000'],
  [47_243, '47,243'],
  [1_234_567, '1,234,567'],
  [12.5, '13'],
])('counts %d as %s', (value, text) => expect(count(value)).toBe(text));

it.each([
  [0, '0.0/s'],
  [0.04, '0.0/s'],
  [9.84, '9.8/s'],
  [9.949, '9.9/s'],
  [9.96, '10/s'],
  [10, '10/s'],
  [999.6, '1,000/s'],
  [4_321.6, '4,322/s'],
])('says the rate of %d as %s', (perSecond, text) => expect(rate(perSecond)).toBe(text));

it.each([
  [0, '0 ms'],
  [0.85, '850 ms'],
  [0.9994, '999 ms'],
  [0.9996, '1.0 s'],
  [1, '1.0 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [12.4, '12 s'],
  [89, '89 s'],
  [89.4, '89 s'],
  [89.6, '1 min 30 s'],
  [90, '1 min 30 s'],
  [200, '3 min 20 s'],
  [119.7, '2 min 0 s'],
  [3_599.6, '60 min 0 s'],
])('says %d seconds as %s', (seconds, text) => expect(duration(seconds)).toBe(text));

it('never says sixty seconds beside minutes, and is off by half a second at most', () =>
  fc.assert(
    fc.property(fc.double({ min: 90, max: 100_000, noNaN: true }), (seconds) => {
      const [, minutes = NaN, rest = NaN] = (/^(\d+) min (\d+) s$/.exec(duration(seconds)) ?? []).map(Number);
      expect(rest).toBeLessThan(60);
      expect(Math.abs(minutes * 60 + rest - seconds)).toBeLessThanOrEqual(0.5);
    }),
  ));

it('says a length of time in the unit it is counted in, never a thousand milliseconds or ninety seconds', () =>
  fc.assert(
    fc.property(fc.double({ min: 0, max: 90, noNaN: true }), (seconds) => {
      const [, number = '', unit = ''] = /^([\d.]+) (ms|s)$/.exec(duration(seconds)) ?? ['', '90', 's'];
      const step = unit === 'ms' ? 0.001 : number.includes('.') ? 0.1 : 1;
      const said = unit === 'ms' ? Number(number) / 1000 : Number(number);
      expect(said).toBeLessThan(unit === 'ms' ? 1 : number.includes('.') ? 10 : 90.5);
      expect(Math.abs(said - seconds)).toBeLessThanOrEqual(step / 2 + 1e-9);
    }),
  ));

it.each([
  [0, 200, '0 %'],
  [1, 200, '0 %'],
  [199, 200, '99 %'],
  [200, 200, '100 %'],
  [201, 200, '100 %'],
  [0, 0, '100 %'],
])('%d of %d is %s', (done, total, text) => expect(percent(done, total)).toBe(text));

it('says that all is done only when all is done', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000 }), (total, missing) => {
      const done = Math.max(0, total - missing);
      expect(percent(done, total)).not.toBe('100 %');
    }),
  ));
