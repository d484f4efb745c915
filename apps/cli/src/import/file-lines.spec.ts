import { Readable } from 'node:stream';
import fc from 'fast-check';
import { type FileLine, fileLines, textOf } from './file-lines';

const linesOf = async (pieces: readonly Buffer[], most?: number): Promise<readonly FileLine[]> => {
  const lines: FileLine[] = [];
  for await (const line of fileLines(Readable.from(pieces), most)) lines.push(line);
  return lines;
};
const texts = async (text: string) => (await linesOf([Buffer.from(text)])).map((line) => [textOf(line), line.end]);

it.each<[string, string, readonly (readonly string[])[]]>([
  ['nothing at all', '', []],
  [
    'a last line without an end',
    'a\nb',
    [
      ['a', '\n'],
      ['b', ''],
    ],
  ],
  [
    'every way to end a line',
    'a\r\nb\nc\rd\r\n',
    [
      ['a', '\r\n'],
      ['b', '\n'],
      ['c', '\r'],
      ['d', '\r\n'],
    ],
  ],
  [
    'empty lines',
    '\n\r\n\r',
    [
      ['', '\n'],
      ['', '\r\n'],
      ['', '\r'],
    ],
  ],
  ['a byte order mark', '\uFEFFa\n', [['a', '\n']]],
])('reads %s', async (_, text, lines) => expect(await texts(text)).toEqual(lines));

it('reads the same lines wherever the bytes are cut, and joins to what was there', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '会', '\r', '\n', '"') }), { maxLength: 8 }),
      fc.array(fc.nat(200), { maxLength: 10 }),
      async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''));
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
        const pieces = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
        const lines = await linesOf(pieces);
        expect(lines).toEqual(await linesOf([bytes]));
        expect(lines.map((line) => textOf(line) + line.end).join('')).toBe(parts.join(''));
        expect(lines.map(({ number }) => number)).toEqual(lines.map((_, index) => index + 1));
      },
    ),
  ));

it('holds no line that is too long, and goes on behind it', async () => {
  const pieces = ['ab\n', 'cde', 'fgh', 'ijk\r', '\nlm\n', 'nop', 'qrs'].map((text) => Buffer.from(text));
  const lines = await linesOf(pieces, 5);
  expect(lines.map(({ number, bytes, end }) => [number, bytes?.toString(), end])).toEqual([
    [1, 'ab', '\n'],
    [2, undefined, '\r\n'],
    [3, 'lm', '\n'],
    [4, undefined, ''],
  ]);
  expect(() => textOf(lines[1] as FileLine)).toThrow('longer than 1 MB');
});

it('has no text for bytes that are not UTF-8', async () => {
  const [line] = await linesOf([Buffer.from([0x61, 0xff, 0x0a])]);
  expect(() => textOf(line as FileLine)).toThrow('the text is not in UTF-8');
});
