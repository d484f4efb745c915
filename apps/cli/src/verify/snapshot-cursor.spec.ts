import fc from 'fast-check';
import type { QueryRunner } from 'typeorm';
import { compareBytes, SnapshotCursor, SortedCursor, type OfStream } from './snapshot-cursor';

interface Row extends OfStream {
  readonly number: number;
}

/** A connection on which one cursor can be declared and fetched from, as PostgreSQL does it. */
const connectionOn = (rows: readonly Row[]) => {
  const asked: string[] = [];
  let next = 0;
  const query = (text: string): Promise<readonly Row[]> => {
    asked.push(text);
    const fetched = /^FETCH (\d+) FROM walk$/.exec(text);
    if (fetched === null) return Promise.resolve([]);
    const most = Number(fetched[1]);
    next += most;
    return Promise.resolve(rows.slice(next - most, next));
  };
  const cursor = new SnapshotCursor<Row>({ query } as unknown as QueryRunner, 'walk', 'SELECT the rows');
  return { asked, cursor };
};

const rowsOf = (...counts: readonly number[]): readonly Row[] =>
  counts.flatMap((count, stream) =>
    Array.from({ length: count }, (_, number) => ({ streamId: `account-${String(stream).padStart(4, '0')}`, number })),
  );

describe('the order of streams', () => {
  it.each([
    ['account-M1', 'account-M1', 0],
    ['account-M1', 'account-M10', -1],
    ['account-M2', 'account-M10', 1],
    ['account-m', 'account-M', 1],
    ['account-é', 'account-z', 1],
    ['\uffff', '🎉', -1],
  ])('%j against %j', (a, b, sign) => {
    expect(Math.sign(compareBytes(a, b))).toBe(sign);
    expect(Math.sign(compareBytes(b, a))).toBe(sign === 0 ? 0 : -sign);
  });

  it('is that of the bytes in UTF-8', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        const [left, right] = [a, b].map((text) => Buffer.from(text).toString('hex')) as [string, string];
        expect(Math.sign(compareBytes(a, b))).toBe(left < right ? -1 : left > right ? 1 : 0);
      }),
    ));
});

describe('a cursor', () => {
  it('asks for nothing before somebody looks, and then for many rows at a time', async () => {
    const { asked, cursor } = connectionOn(rowsOf(2));
    expect(asked).toEqual([]);
    await cursor.peek();
    await cursor.peek();
    expect(asked).toEqual(['DECLARE walk NO SCROLL CURSOR FOR SELECT the rows', 'FETCH 2000 FROM walk']);
  });

  it('shows the same row until somebody goes past it', async () => {
    const { cursor } = connectionOn(rowsOf(2));
    expect(await cursor.peek()).toEqual(await cursor.peek());
    cursor.skip();
    expect(await cursor.peek()).toMatchObject({ number: 1 });
  });

  it('gives rows of the wanted stream only', async () => {
    const { cursor } = connectionOn(rowsOf(1, 2));
    expect(await cursor.takeOf('account-0001')).toBeUndefined();
    expect(await cursor.allOf('account-0000')).toHaveLength(1);
    expect(await cursor.allOf('account-0000')).toEqual([]);
    expect(await cursor.allOf('account-0001')).toHaveLength(2);
    expect(await cursor.peek()).toBeUndefined();
  });

  it('does not ask again once it has come to the end', async () => {
    const { asked, cursor } = connectionOn([]);
    expect([await cursor.peek(), await cursor.peek(), await cursor.peek()]).toEqual([undefined, undefined, undefined]);
    expect(asked).toHaveLength(2);
  });

  it.each([
    ['no row', [0]],
    ['a page exactly', [2_000]],
    ['one row more than a page', [1_999, 2]],
    ['a stream over three pages', [10, 5_000, 10]],
    ['two pages exactly', [1_500, 2_500]],
  ])('gives each row once, in order: %s', async (_, counts) => {
    const rows = rowsOf(...counts);
    const { cursor } = connectionOn(rows);
    const seen: Row[] = [];
    for (const stream of counts.keys())
      seen.push(...(await cursor.allOf(`account-${String(stream).padStart(4, '0')}`)));
    expect(seen).toEqual(rows);
    expect(await cursor.peek()).toBeUndefined();
  });
});

/** Rows that come one by one, as a sort gives them. */
async function* oneByOne(rows: readonly Row[]): AsyncGenerator<Row> {
  for (const row of rows) yield await Promise.resolve(row);
}

describe('a cursor over sorted rows', () => {
  it.each([[[0]], [[2_000]], [[1, 2, 3]], [[10, 5_000, 10]]])('gives each row once, in order: %j', async (counts) => {
    const rows = rowsOf(...counts);
    const cursor = new SortedCursor(oneByOne(rows));
    const seen: Row[] = [];
    for (const stream of counts.keys())
      seen.push(...(await cursor.allOf(`account-${String(stream).padStart(4, '0')}`)));
    expect(seen).toEqual(rows);
    expect([await cursor.peek(), await cursor.peek()]).toEqual([undefined, undefined]);
  });
});
