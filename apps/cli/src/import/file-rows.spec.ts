import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { UsageError } from '../command';
import { type CsvShape, csvRows, whitespaceRows } from './file-rows';
import { type LogFolder, logFolder } from './testing/files';

let folder: LogFolder;
beforeEach(async () => {
  folder = await logFolder();
});
afterEach(() => folder.remove());

const collect = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const row of rows) found.push(row);
  return found;
};
const comma = { delimiter: ',', header: true, columns: [] };

it('tells a packed file by its content, not by its name', async () => {
  const path = `${folder.path}/packed-after-all.csv`;
  await writeFile(path, gzipSync('a,b\n1,2\n'));
  expect(await collect(csvRows(path, comma))).toEqual([{ row: 2, fields: { a: '1', b: '2' } }]);
});

it('understands quotes, line breaks in them, a byte order mark and empty lines', async () => {
  const path = await folder.file('odd.csv', ['\uFEFFa,b', '"x, y","two', 'lines"', '', '"say ""hi""",油']);
  expect(await collect(csvRows(path, comma))).toEqual([
    { row: 3, fields: { a: 'x, y', b: 'two\nlines' } },
    { row: 5, fields: { a: 'say "hi"', b: '油' } },
  ]);
});

it.each(['1,2', '1,2,3,4'])(
  'tells a record with fewer or more fields than the header as broken: %s',
  async (record) => {
    const path = await folder.file('odd.csv', ['a,b,c', record, '1,2,3']);
    expect(await collect(csvRows(path, comma))).toEqual([
      { row: 2, reason: `3 fields are expected, there are ${record.split(',').length}` },
      { row: 3, fields: { a: '1', b: '2', c: '3' } },
    ]);
  },
);

describe('the columns that are wanted', () => {
  const rows = async (header: string, shape: Partial<CsvShape>) =>
    collect(csvRows(await folder.file('log.csv', [header, '1,2']), { ...comma, ...shape }));

  it('may stand anywhere, beside others', async () =>
    expect(await rows('a,b', { columns: ['b'] })).toEqual([{ row: 2, fields: { a: '1', b: '2' } }]));

  it('are all named when they are not there, with those that are', async () => {
    const reading = rows('a,b', { columns: ['A', 'b', 'c', 'c'] });
    await expect(reading).rejects.toThrow(UsageError);
    await expect(reading).rejects.toThrow('log.csv has no column "A", "c". Its columns are "a", "b".');
  });

  it('must not be there twice', async () => {
    await expect(rows('a,a', { columns: ['a'] })).rejects.toThrow('log.csv has several columns "a".');
    expect(await rows('a,a', {})).toHaveLength(1);
  });

  it('go by their numbers where there is no header', async () => {
    expect(await rows('1,2', { header: false, columns: ['2'] })).toHaveLength(2);
    await expect(rows('1,2', { header: false, columns: ['3'] })).rejects.toThrow('log.csv has no column "3".');
  });
});

it('reads text of other programs that is marked as UTF-16', async () => {
  const path = `${folder.path}/unicode.txt`;
  await writeFile(path, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a,b\r\n1,油\r\n', 'utf16le')]));
  expect(await collect(csvRows(path, comma))).toEqual([{ row: 2, fields: { a: '1', b: '油' } }]);
});

it('tells a line that is not in UTF-8 as broken, and replaces nothing', async () => {
  const gbk = Buffer.from([0xd5, 0xc5, 0xc8, 0xfd]);
  const path = `${folder.path}/gbk.csv`;
  await writeFile(path, Buffer.concat([Buffer.from('a,b\n1,2\n'), gbk, Buffer.from(',3\n4,5\n')]));
  const broken = { row: 3, reason: 'the text is not in UTF-8' };
  expect(await collect(csvRows(path, comma))).toEqual([
    { row: 2, fields: { a: '1', b: '2' } },
    broken,
    { row: 4, fields: { a: '4', b: '5' } },
  ]);
  expect(await collect(whitespaceRows(path))).toContainEqual(broken);
});

it('has nothing to go by when the header itself cannot be read', async () => {
  const path = await folder.file('header.csv', ['a,"b"c', '1,2']);
  await expect(collect(csvRows(path, comma))).rejects.toThrow('header.csv, line 1: more follows in a field');
});

it('fails on a broken archive instead of ending early', async () => {
  const path = await folder.file('cut.csv.gz', ['a,b', ...Array.from({ length: 2_000 }, (_, i) => `${i},${i * 7919}`)]);
  await writeFile(path, (await readFile(path)).subarray(0, -2_000));
  await expect(collect(csvRows(path, comma))).rejects.toThrow('unexpected end of file');
  await expect(collect(whitespaceRows(path))).rejects.toThrow('unexpected end of file');
});

it('fails on a file that is not there', async () => {
  await expect(collect(csvRows(`${folder.path}/none`, comma))).rejects.toThrow('ENOENT');
});

it('reads an empty file as no rows', async () => {
  const path = await folder.file('empty.csv', []);
  expect(await collect(csvRows(path, comma))).toEqual([]);
  expect(await collect(whitespaceRows(path))).toEqual([]);
});

it('splits at white space and counts every line', async () => {
  const path = await folder.file('log.txt', [' a  b', '', '\tc d\r']);
  expect(await collect(whitespaceRows(path))).toEqual([
    { row: 1, fields: ['a', 'b'] },
    { row: 3, fields: ['c', 'd'] },
  ]);
});

it('never holds the whole file: reading can stop after the first row', async () => {
  const path = await folder.file(
    'long.txt',
    Array.from({ length: 200_000 }, (_, index) => `${index} some filler text`),
  );
  let furthest = 0;
  for await (const { row } of whitespaceRows(path, (read, total) => (furthest = read / total))) {
    expect(row).toBe(1);
    break;
  }
  expect(furthest).toBeLessThan(0.5);
});
