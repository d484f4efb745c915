import fc from 'fast-check';
import { Readable } from 'node:stream';
import { textLines } from './text-lines';

const linesOf = async (chunks: readonly Buffer[]): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const line of textLines(Readable.from(chunks))) lines.push(line);
  return lines;
};

it.each<[string, string, readonly string[]]>([
  ['nothing at all', '', []],
  ['one line with its end', 'a\n', ['a']],
  ['a last line without one', 'a\nb', ['a', 'b']],
  ['empty lines', '\n\na\n\n', ['', '', 'a', '']],
  ['line ends of Windows', 'a\r\nb\r\n', ['a', 'b']],
  ['a carriage return that ends no line', 'a\rb\n', ['a\rb']],
  ['a carriage return that ends the text', 'a\r', ['a\r']],
  ['line separators of Unicode, which are text', 'a\u2028b\u0085c\n', ['a\u2028b\u0085c']],
])('reads %s', async (_, text, lines) => expect(await linesOf([Buffer.from(text)])).toEqual(lines));

it('reads the same lines wherever the bytes are cut, in the middle of a character even', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom('a', ',', 'é', '会', '🎉', ' ') }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom('\n', '\r\n'),
      fc.array(fc.nat(200), { maxLength: 10 }),
      async (lines, end, cuts) => {
        const bytes = Buffer.from(lines.map((line) => line + end).join(''));
        const places = [...new Set([0, ...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])];
        const sorted = places.sort((a, b) => a - b);
        const chunks = sorted.slice(1).map((to, index) => bytes.subarray(sorted[index], to));
        expect(await linesOf(chunks)).toEqual(lines);
      },
    ),
  ));

it('throws when its stream fails, after the lines that came before', async () => {
  const failing = async function* (): AsyncGenerator<Buffer> {
    yield Buffer.from('whole\nhal');
    await Promise.resolve();
    throw new Error('unexpected end of file');
  };
  const seen: string[] = [];
  const reading = (async () => {
    for await (const line of textLines(Readable.from(failing()))) seen.push(line);
  })();
  await expect(reading).rejects.toThrow('unexpected end of file');
  expect(seen).not.toContain('hal');
});
