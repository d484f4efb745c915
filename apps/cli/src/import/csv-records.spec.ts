import { Readable } from 'node:stream';
import fc from 'fast-check';
import { csvRecords } from './csv-records';
import { fileLines } from './file-lines';

const recordsOf = async (text: string) => {
  const records = [];
  for await (const record of csvRecords(fileLines(Readable.from([Buffer.from(text)])), ',')) records.push(record);
  return records;
};

it.each<[string, readonly (readonly string[])[]]>([
  ['', []],
  ['\n\r\n', []],
  ['a', [['a']]],
  [
    'a,,\n,',
    [
      ['a', '', ''],
      ['', ''],
    ],
  ],
  ['"a,""b""",""\n', [['a,"b"', '']]],
  ['"a\r\nb\nc",d\r\n', [['a\r\nb\nc', 'd']]],
  ['"\n\n",a', [['\n\n', 'a']]],
  [' a , b', [[' a ', ' b']]],
])('reads %j', async (text, records) =>
  expect(await recordsOf(text)).toEqual(records.map((fields) => expect.objectContaining({ fields }) as unknown)),
);

it('names the line on which a record ends', async () =>
  expect((await recordsOf('a\n"b\nc"\n\nd')).map(({ row }) => row)).toEqual([1, 3, 5]));

it('goes on with the next line after one that begins no record', async () =>
  expect(await recordsOf('a\n"b\nc\n"d"\ne"f\n"g"h\n"i')).toEqual([
    { row: 1, fields: ['a'] },
    { row: 2, reason: 'more follows in a field after its closing quote' },
    { row: 3, fields: ['c'] },
    { row: 4, fields: ['d'] },
    { row: 5, reason: 'a quote stands in a field that is not quoted' },
    { row: 6, reason: 'more follows in a field after its closing quote' },
    { row: 7, reason: 'a quote is opened that is never closed' },
  ]));

it('looks for a closing quote within 1 MB, not through the whole file', async () => {
  const long = `${'x'.repeat(999)}\n`.repeat(1_200);
  const records = await recordsOf(`"a\n${long}"b"\n`);
  expect(records[0]).toEqual({ row: 1, reason: 'a quote is opened that is not closed within 1 MB' });
  expect(records).toHaveLength(1_202);
  expect(records.at(-1)).toEqual({ row: 1_202, fields: ['b'] });
});

const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', '油'), maxLength: 6 });
const written = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

it('reads whatever is written by the rules, however lines end, after a broken line too', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      async (records, end) => {
        const text = records.map((fields) => fields.map(written).join(',') + end).join('');
        const read = await recordsOf(`e"\n${text}`);
        expect(read[0]).toMatchObject({ row: 1, reason: expect.any(String) as string });
        expect(read.slice(1)).toEqual(records.map((fields) => expect.objectContaining({ fields }) as unknown));
      },
    ),
  ));
