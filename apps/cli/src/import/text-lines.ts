import type { Readable } from 'node:stream';

/** The lines of a UTF-8 stream, without their ends (`\n` or `\r\n`). A failing stream makes the iteration throw. */
export const textLines = (stream: Readable): AsyncGenerator<string> =>
  linesOf(stream.setEncoding('utf8') as AsyncIterable<string>);

/** The lines of a text that comes in pieces, without their ends (`\n` or `\r\n`). */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}
