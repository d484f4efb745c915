import fc from 'fast-check';
import { identifier, minorUnits } from './decimal';

describe('minorUnits', () => {
  it.each([
    ['0', 0],
    ['0.0', 0],
    ['3.86', 386],
    ['1.0', 100],
    ['1.5', 150],
    ['11.87', 1187],
    ['-0.29', -29],
    ['1.10', 110],
    [' 29.33 ', 2933],
    ['7.', 700],
    ['1e2', 10_000],
    ['1.5e-1', 15],
    ['4.440892e-16', 0],
    ['0.10000000000000001', 10],
    ['2.9999999999999996', 300],
    ['-2.9999999999999996', -300],
    ['90071992547409.91', Number.MAX_SAFE_INTEGER],
  ])('reads %s', (text, cents) => expect(minorUnits(text, 2)).toBe(cents));

  it.each(['', ' ', 'abc', '1,50', '$1', '1.2.3', '0x10', 'NaN', 'Infinity', '--1', '1e', '1e9999', '1 000'])(
    'finds no amount in "%s"',
    (text) => expect(minorUnits(text, 2)).toBeUndefined(),
  );

  it.each(['1.005', '0.001', '3.333', '90071992547409.92', '1e300'])('has no whole cents for %s', (text) =>
    expect(minorUnits(text, 2)).toBeUndefined(),
  );

  it('follows the scale', () => {
    expect(minorUnits('12', 0)).toBe(12);
    expect(minorUnits('12.5', 0)).toBeUndefined();
    expect(minorUnits('0.0005', 4)).toBe(5);
  });

  it('gives back every amount that is written in the usual way', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (cents) => {
        const text = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
        expect(minorUnits(text, 2)).toBe(cents);
        expect(minorUnits(`-${text}`, 2)).toBe(cents === 0 ? 0 : -cents);
      }),
    ));
});

describe('identifier', () => {
  it.each([
    ['31625220889', '31625220889'],
    ['4.0128e+10', '40128000000'],
    ['9e+05', '900000'],
    ['1E5', '100000'],
    ['00004', '00004'],
    [' A-1 ', 'A-1'],
    ['1.23e+1', '1.23e+1'],
    ['beef', 'beef'],
  ])('of %s is %s', (text, id) => expect(identifier(text)).toBe(id));
});
