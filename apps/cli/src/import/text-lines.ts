import type { Readable } from 'node:stream';

/** The lines of a UTF-8 stream, without their ends (`\n` or `\r\n`). A failing stream makes the iteration throw. */
export async function* textLines(stream: Readable): AsyncGenerator<string> {
  stream.setEncoding('utf8');
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + (chunk as string)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}
