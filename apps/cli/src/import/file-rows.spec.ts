import { readFile, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { csvRows, whitespaceRows } from './file-rows';
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
const comma = { delimiter: ',', header: true };

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

it('leaves columns out that a short row does not have', async () => {
  const path = await folder.file('short.csv', ['a,b,c', '1,2']);
  expect(await collect(csvRows(path, comma))).toEqual([{ row: 2, fields: { a: '1', b: '2' } }]);
});

it('fails on a broken archive instead of ending early', async () => {
  const path = await folder.file('cut.csv.gz', ['a,b', ...Array.from({ length: 2_000 }, (_, i) => `${i},${i * 7919}`)]);
  await writeFile(path, (await readFile(path)).subarray(0, -2_000));
  await expect(collect(csvRows(path, comma))).rejects.toThrow('unexpected end of file');
  await expect(collect(whitespaceRows(path))).rejects.toThrow('unexpected end of file');
});

it('fails on quotes that never close', async () => {
  const path = await folder.file('open.csv', ['a,b', '1,"2']);
  await expect(collect(csvRows(path, comma))).rejects.toThrow(/quote/i);
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
