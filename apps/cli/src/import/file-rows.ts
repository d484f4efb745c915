import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { PassThrough, pipeline, type Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { UsageError } from '../command';
import { csvRecords } from './csv-records';
import { fileLines, textOf } from './file-lines';
import { type BrokenRow, type FileRow, Unreadable } from './file-row';
import { BadRow } from './imported-ticket';

/** Told while a file is read: bytes of the file itself (packed, if it is), of how many. */
export type ReadProgress = (bytesRead: number, bytesTotal: number) => void;

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

/** How a CSV file is written, and what is wanted of it. */
export interface CsvShape {
  readonly delimiter: string;
  /** With a header, fields go by its names; without, by `'1'`, `'2'`, … */
  readonly header: boolean;
  /** The columns that must be there. */
  readonly columns: readonly string[];
}

type Named = Readonly<Record<string, string>>;

/** Throws {@link UsageError} unless each wanted column is there once. */
const assertThere = (file: string, columns: readonly string[], wanted: readonly string[]): void => {
  const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');
  const unique = [...new Set(wanted)];
  const missing = unique.filter((name) => !columns.includes(name));
  if (missing.length > 0)
    throw new UsageError(`${file} has no column ${listed(missing)}. Its columns are ${listed(columns)}.`);
  const twice = unique.filter((name) => columns.indexOf(name) !== columns.lastIndexOf(name));
  if (twice.length > 0) throw new UsageError(`${file} has several columns ${listed(twice)}.`);
};

const named = (columns: readonly string[], { row, fields }: FileRow<string[]>): FileRow<Named> | BrokenRow =>
  fields.length === columns.length
    ? { row, fields: Object.fromEntries(columns.map((name, index) => [name, fields[index] ?? ''])) }
    : { row, reason: `${columns.length} fields are expected, there are ${fields.length}` };

/**
 * The records of a CSV file, streamed. Quotes, line breaks in quotes and a byte order mark are understood; lines may end
 * as they like. A record with more or fewer fields than the header (without one: than the first record) is broken.
 * Throws {@link UsageError} when a wanted column is missing, {@link BadRow} when the header cannot be read.
 */
export async function* csvRows(
  path: string,
  { delimiter, header, columns: wanted }: CsvShape,
  onProgress?: ReadProgress,
): AsyncGenerator<FileRow<Named> | BrokenRow> {
  const file = basename(path);
  let columns: readonly string[] | undefined;
  for await (const each of csvRecords(fileLines(await openText(path, onProgress)), delimiter)) {
    if (columns === undefined) {
      if ('reason' in each) throw new BadRow(file, each.row, each.reason);
      columns = header ? each.fields : each.fields.map((_, index) => String(index + 1));
      assertThere(file, columns, wanted);
      if (header) continue;
    }
    yield 'reason' in each ? each : named(columns, each);
  }
}

/** The lines of a file split at white space, streamed; empty lines are left out. */
export async function* whitespaceRows(
  path: string,
  onProgress?: ReadProgress,
): AsyncGenerator<FileRow<string[]> | BrokenRow> {
  for await (const line of fileLines(await openText(path, onProgress))) {
    const row = line.number;
    try {
      const fields = textOf(line).trim().split(/\s+/);
      if (fields[0] !== '') yield { row, fields };
    } catch (problem) {
      if (!(problem instanceof Unreadable)) throw problem;
      yield { row, reason: problem.message };
    }
  }
}
