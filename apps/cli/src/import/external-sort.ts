import { Readable } from 'node:stream';
import type { TemporaryFile, TemporaryFiles } from '../temporary-files';
import { linesOf } from './text-lines';

/** Where and how much to sort. */
export interface SortSettings {
  /** Where more than `itemsInMemory` items go; to be closed by its owner when nothing is read any more. */
  readonly files: TemporaryFiles;
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
 * Sorts any number of JSON-able items in bounded memory: sorted runs go to temporary files and are merged while reading.
 */
export const externalSort = async <T>(source: AsyncIterable<Keyed<T>>, settings: SortSettings): Promise<Sorted<T>> => {
  let runs: TemporaryFile[] = [];
  let held: Keyed<T>[] = [];
  let count = 0;
  const spill = async (): Promise<void> => {
    runs.push(await settings.files.write(packed(held.sort(byKey))));
    held = [];
    if (runs.length < filesMergedAtOnce) return;
    const merged = await settings.files.write(packed(merge<T>(runs)));
    await Promise.all(runs.map((run) => run.close()));
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

async function* unpacked<T>(file: TemporaryFile): AsyncGenerator<Keyed<T>> {
  for await (const line of linesOf(file.read())) yield JSON.parse(line) as Keyed<T>;
}

/** The items of sorted files in one order. */
async function* merge<T>(files: readonly TemporaryFile[]): AsyncGenerator<Keyed<T>> {
  const cursors = files.map((file) => unpacked<T>(file));
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
