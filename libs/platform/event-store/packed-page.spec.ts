import { emptyPage, lastPlaceOf, unpacked, type PackedPage } from './packed-page';

const ids = ['00000000-0000-5000-8000-000000000001', '00000000-0000-5000-8000-000000000002'];

const two = [
  ...['t', '2', '7,8', '11,12', '0,41', '1,2', '1000,-2000', '3000,4000'],
  ...['account-1\u0001account-会员', 'A\u0001B', '{"n":1}\u0001{"n":2}', '{}\u0001{"by":"till"}', ids.join('","')],
] as const satisfies PackedPage;

/** The page of two with another text in one of its columns. */
const withColumn = (index: number, text: string): PackedPage =>
  two.map((column, at) => (at === index ? text : column)) as unknown as PackedPage;

const tooLarge: PackedPage = ['f', '0', ...Array<null>(11).fill(null)];

it('gives every event its share of every column', () => {
  expect(unpacked(two)).toEqual([
    {
      ...{ xid: 7, position: 11, streamId: 'account-1', revision: 0, type: 'A', schemaVersion: 1, data: '{"n":1}' },
      ...{ meta: '{}', eventId: ids[0], occurredAt: 1000, recordedAt: 3000 },
    },
    {
      ...{ xid: 8, position: 12, streamId: 'account-会员', revision: 41, type: 'B', schemaVersion: 2, data: '{"n":2}' },
      ...{ meta: '{"by":"till"}', eventId: ids[1], occurredAt: -2000, recordedAt: 4000 },
    },
  ]);
});

it.each(['a"b', 'a\\b', 'tab\there', '会"员', '', 'a","b'])('keeps the name of a stream as it is: %j', (name) => {
  expect(unpacked(withColumn(8, `${name}\u0001account-2`))?.map(({ streamId }) => streamId)).toEqual([
    ...[name, 'account-2'],
  ]);
});

it('knows where it ends without being taken apart', () => {
  expect(lastPlaceOf(two)).toEqual({ xid: 8, position: 12 });
  expect(lastPlaceOf(withColumn(2, '9').with(3, '5') as unknown as PackedPage)).toEqual({ xid: 9, position: 5 });
});

it('has no events, and no end, where there are none', () => {
  for (const page of [emptyPage, [null, '0', ...Array<null>(11).fill(null)] as const]) {
    expect(unpacked(page)).toEqual([]);
    expect(lastPlaceOf(page)).toBeUndefined();
  }
});

it('is not taken for empty where it was too large to be packed', () => {
  expect(unpacked(tooLarge)).toBeUndefined();
  expect(lastPlaceOf(tooLarge)).toBeUndefined();
});

it.each([
  ['stream', 8, 'account-1\u0001x\u0001account-2'],
  ['type', 9, 'A\u0001\u0001B'],
  ['data', 10, '{}\u0001{}\u0001{}'],
  ['meta', 11, '{}'],
  ['event id', 12, 'one'],
])('does not guess where the separator is in a %s itself', (_, index, text) => {
  expect(unpacked(withColumn(index, text))).toBeUndefined();
});
