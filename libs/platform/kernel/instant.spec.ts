import fc from 'fast-check';
import { fromText, toText } from './instant';

describe('an instant', () => {
  it.each([
    ['2026-03-01T18:20:00+11:00', '2026-03-01T07:20:00.000Z'],
    ['2026-03-01T07:20:00Z', '2026-03-01T07:20:00.000Z'],
    ['2026-03-01T07:20:00.125Z', '2026-03-01T07:20:00.125Z'],
  ])('%s is %s', (text, utc) => expect(toText(fromText(text) ?? 0)).toBe(utc));

  it('of no text is none', () => expect(fromText('yesterday')).toBeUndefined());

  it('is written as a date writes it, for every date there is', () =>
    fc.assert(
      fc.property(fc.integer({ min: -8.64e15, max: 8.64e15 }), (instant) =>
        expect(toText(instant)).toBe(new Date(instant).toISOString()),
      ),
    ));

  it.each([8.64e15 + 86_400_000, Number.NaN])('%s is no date and has no text', (instant) =>
    expect(() => toText(instant)).toThrow(RangeError),
  );

  it('survives being written and read', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (instant) => expect(fromText(toText(instant))).toBe(instant)),
    ));
});
