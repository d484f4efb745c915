import fc from 'fast-check';
import { fromCursor, fromNumberCursor, pageOf, toCursor } from './page';

it('hands back the place it was given', () => {
  const places = fc.string({ unit: 'grapheme' }).filter((place) => !/\p{Cc}/u.test(place));
  fc.assert(fc.property(places, (place) => expect(fromCursor(toCursor(place))).toBe(place)));
});

it('has no place without a cursor', () => expect(fromCursor(undefined)).toBeUndefined());

it.each(['%', 'a b', 'UzE=', 'gA', 'AA'])('refuses %j, which it never gave', (cursor) =>
  expect(() => fromCursor(cursor)).toThrow(expect.objectContaining({ status: 400 })),
);

it.each(['YWJj', 'AA', toCursor('-1'), toCursor('1e3'), toCursor('')])('refuses %j as a number', (cursor) =>
  expect(() => fromNumberCursor(cursor)).toThrow(expect.objectContaining({ status: 400 })),
);

it('reads a number from a cursor', () => {
  expect(fromNumberCursor(toCursor('42'))).toBe(42);
  expect(fromNumberCursor(undefined)).toBeUndefined();
});

it('walks a list to its end, every row once', () => {
  const walk = (rows: readonly number[], limit: number): readonly number[] => {
    const seen: number[] = [];
    let cursor: string | null | undefined;
    do {
      const after = Number(fromCursor(cursor ?? undefined) ?? -1);
      const page = pageOf(rows.filter((row) => row > after).slice(0, limit + 1), limit, String);
      seen.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return seen;
  };
  fc.assert(
    fc.property(fc.nat(30), fc.integer({ min: 1, max: 10 }), (length, limit) => {
      const rows = Array.from({ length }, (_, n) => n);
      expect(walk(rows, limit)).toEqual(rows);
    }),
  );
});
