import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { textLines } from './text-lines';

/** Told while a file is read: bytes of the file itself (packed, if it is), of how many. */
export type ReadProgress = (bytesRead: number, bytesTotal: number) => void;

/** One record of a text file. */
export interface FileRow<Fields> {
  /** The line it ends on, from 1. */
  readonly row: number;
  readonly fields: Fields;
}

const gzipMagic = [0x1f, 0x8b];

const isPacked = async (path: string): Promise<boolean> => {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && gzipMagic.every((byte, index) => buffer[index] === byte);
  } finally {
    await file.close();
  }
};

/**
 * The text of a file as a stream, unpacked if it is gzip (told by its content, not its name). Rejects when the file
 * cannot be opened; later failures, a broken archive included, fail the stream.
 */
export const openText = async (path: string, onProgress?: ReadProgress): Promise<Readable> => {
  const { size } = await stat(path);
  let bytesRead = 0;
  const counter = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      bytesRead += chunk.length;
      onProgress?.(bytesRead, size);
      done(null, chunk);
    },
  });
  const unpack = (await isPacked(path)) ? createGunzip() : new PassThrough();
  // Failures reach whoever reads the last stream; the callback only says that nobody waits for it here.
  pipeline(createReadStream(path), counter, unpack, () => undefined);
  return unpack;
};

/** How a CSV file is written. */
export interface CsvShape {
  readonly delimiter: string;
  /** With a header, fields go by its names; without, by `'1'`, `'2'`, … */
  readonly header: boolean;
}

/** The records of a CSV file, streamed. Quotes, line breaks in quotes and a byte order mark are understood. */
export async function* csvRows(
  path: string,
  shape: CsvShape,
  onProgress?: ReadProgress,
): AsyncGenerator<FileRow<Readonly<Record<string, string>>>> {
  const parser = parse({
    delimiter: shape.delimiter,
    columns: shape.header,
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
  });
  const text = pipeline(await openText(path, onProgress), parser, () => undefined);
  for await (const each of text) {
    const { record, info } = each as { record: Record<string, string> | string[]; info: { lines: number } };
    yield { row: info.lines, fields: Array.isArray(record) ? numbered(record) : record };
  }
}

const numbered = (fields: readonly string[]): Record<string, string> =>
  Object.fromEntries(fields.map((text, index) => [String(index + 1), text]));

/** The lines of a file split at white space, streamed; empty lines are left out. */
export async function* whitespaceRows(path: string, onProgress?: ReadProgress): AsyncGenerator<FileRow<string[]>> {
  let row = 0;
  for await (const line of textLines(await openText(path, onProgress))) {
    row += 1;
    const fields = line.trim().split(/\s+/);
    if (fields[0] !== '') yield { row, fields };
  }
}
