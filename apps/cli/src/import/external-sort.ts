import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { textLines } from './text-lines';

/** Where and how much to sort. */
export interface SortSettings {
  /** An existing folder for temporary files; needed only for more than `itemsInMemory` items. */
  readonly folder: string;
  /** Distinguishes the files of several sorts in one folder. */
  readonly name: string;
  /** How many items are held in memory at once; more go to files. */
  readonly itemsInMemory: number;
}

/** Items in the order of their keys, readable as often as wanted. */
export interface Sorted<T> {
  readonly count: number;
  read(): AsyncIterable<Keyed<T>>;
}

/** An item and the text it is sorted by. Keys are compared by UTF-16 code units and must be unique. */
export interface Keyed<T> {
  readonly key: string;
  readonly item: T;
}

const filesMergedAtOnce = 32;

/**
 * Sorts any number of JSON-able items in bounded memory: sorted runs go to files of the given folder and are merged
 * while reading. The folder's owner deletes it afterwards.
 */
export const externalSort = async <T>(source: AsyncIterable<Keyed<T>>, settings: SortSettings): Promise<Sorted<T>> => {
  let runs: string[] = [];
  let held: Keyed<T>[] = [];
  let count = 0;
  let files = 0;
  const write = async (items: AsyncIterable<Keyed<T>> | Iterable<Keyed<T>>): Promise<string> => {
    const path = join(settings.folder, `${settings.name}-${(files += 1)}.jsonl`);
    await pipeline(Readable.from(packed(items)), createWriteStream(path));
    return path;
  };
  const spill = async (): Promise<void> => {
    runs.push(await write(held.sort(byKey)));
    held = [];
    if (runs.length < filesMergedAtOnce) return;
    const merged = await write(merge<T>(runs));
    await Promise.all(runs.map((path) => rm(path)));
    runs = [merged];
  };
  for await (const keyed of source) {
    held.push(keyed);
    count += 1;
    if (held.length >= settings.itemsInMemory) await spill();
  }
  if (runs.length > 0 && held.length > 0) await spill();
  const inMemory = held.sort(byKey);
  return { count, read: () => (runs.length > 0 ? merge<T>(runs) : Readable.from(inMemory)) };
};

const byKey = (a: Keyed<unknown>, b: Keyed<unknown>): number => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0);

const linesPerChunk = 200;

/** Items as JSON lines, many to a chunk. */
async function* packed<T>(items: AsyncIterable<Keyed<T>> | Iterable<Keyed<T>>): AsyncGenerator<string> {
  let chunk: string[] = [];
  for await (const keyed of items) {
    chunk.push(`${JSON.stringify(keyed)}\n`);
    if (chunk.length < linesPerChunk) continue;
    yield chunk.join('');
    chunk = [];
  }
  yield chunk.join('');
}

async function* unpacked<T>(path: string): AsyncGenerator<Keyed<T>> {
  for await (const line of textLines(createReadStream(path))) yield JSON.parse(line) as Keyed<T>;
}

/** The items of sorted files in one order. */
async function* merge<T>(paths: readonly string[]): AsyncGenerator<Keyed<T>> {
  const cursors = paths.map((path) => unpacked<T>(path));
  try {
    const heads = await Promise.all(cursors.map((cursor) => cursor.next()));
    for (;;) {
      const least = leastOf(heads);
      const head = heads[least];
      if (head === undefined || head.done === true) return;
      yield head.value;
      const next = await cursors[least]?.next();
      if (next !== undefined) heads[least] = next;
    }
  } finally {
    await Promise.all(cursors.map((cursor) => cursor.return(undefined)));
  }
}

const leastOf = (heads: readonly IteratorResult<Keyed<unknown>>[]): number => {
  let least = -1;
  let leastKey = '';
  heads.forEach((head, index) => {
    if (head.done === true) return;
    const { key } = head.value;
    if (least >= 0 && key >= leastKey) return;
    least = index;
    leastKey = key;
  });
  return least;
};
