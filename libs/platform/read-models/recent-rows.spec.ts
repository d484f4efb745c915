import fc from 'fast-check';
import { RecentRows } from './recent-rows';

const row = (name: string): object => ({ name });

it('keeps the last used rows, so many at least and twice as many at most', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(12), { maxLength: 80 }), (atLeast, keys) => {
      const rows = new RecentRows(atLeast, () => undefined);
      for (const key of keys) if (rows.get(`${key}`) === undefined) rows.set(`${key}`, row(`${key}`));
      const lastUsed = [...new Set(keys.toReversed())].slice(0, atLeast);
      for (const key of lastUsed.toReversed()) expect(rows.get(`${key}`)).toEqual(row(`${key}`));
    }),
  ));

it('holds no more than twice as many', () => {
  const rows = new RecentRows(10, () => undefined);
  const keys = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  for (const key of keys) rows.set(key, row(key));
  expect(keys.filter((key) => rows.get(key) !== undefined).length).toBeLessThanOrEqual(20);
});

it('tells when a row had to go, and not before', () => {
  let dropped = 0;
  const rows = new RecentRows(3, () => (dropped += 1));
  for (const key of ['a', 'b', 'c', 'd', 'e']) rows.set(key, row(key));
  expect(dropped).toBe(0);
  rows.set('f', row('f'));
  expect(dropped).toBe(1);
  expect(rows.get('a')).toBeUndefined();
});

it('the last version of a row counts, and a removed one is gone', () => {
  const rows = new RecentRows(2, () => undefined);
  for (const key of ['a', 'b']) rows.set(key, row('old'));
  rows.set('a', row('new'));
  expect(rows.get('a')).toEqual(row('new'));
  rows.delete('a');
  expect(rows.get('a')).toBeUndefined();
  rows.clear();
  expect(rows.get('b')).toBeUndefined();
});
