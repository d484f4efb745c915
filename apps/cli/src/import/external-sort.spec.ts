import { Readable } from 'node:stream';
import fc from 'fast-check';
import { TemporaryFiles, type TemporaryFile } from '../temporary-files';
import { externalSort, type Keyed, type Sorted } from './external-sort';

/** Files that are counted while they are open. */
class CountedFiles extends TemporaryFiles {
  present = 0;

  override async write(text: AsyncIterable<string>): Promise<TemporaryFile> {
    const file = await super.write(text);
    this.present += 1;
    return { ...file, close: () => file.close().then(() => void (this.present -= 1)) };
  }
}

let files: CountedFiles;
beforeEach(() => {
  files = new CountedFiles();
});
afterEach(() => files.close());

const sorted = <T>(items: readonly Keyed<T>[], itemsInMemory: number): Promise<Sorted<T>> =>
  externalSort(Readable.from(items), { files, itemsInMemory });

const collect = async <T>(items: AsyncIterable<Keyed<T>>): Promise<Keyed<T>[]> => {
  const found: Keyed<T>[] = [];
  for await (const keyed of items) found.push(keyed);
  return found;
};

const keyed = (...keys: string[]): Keyed<number>[] => keys.map((key, index) => ({ key, item: index }));

it('sorts in memory and writes no file while everything fits', async () => {
  const result = await sorted(keyed('b', 'c', 'a'), 10);
  expect((await collect(result.read())).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  expect(files.present).toBe(0);
});

it('reads the same order again', async () => {
  const result = await sorted(keyed('b', 'c', 'a', 'd'), 2);
  expect(await collect(result.read())).toEqual(await collect(result.read()));
});

it('can be left in the middle', async () => {
  const result = await sorted(keyed('b', 'c', 'a', 'd'), 1);
  for await (const { key } of result.read()) {
    expect(key).toBe('a');
    break;
  }
  expect(await collect(result.read())).toHaveLength(4);
});

it('keeps few files open however many runs there are', async () => {
  const keys = Array.from({ length: 500 }, (_, index) => String((index * 7919) % 500).padStart(3, '0'));
  const result = await sorted(keyed(...keys), 1);
  expect(files.present).toBeGreaterThan(1);
  expect(files.present).toBeLessThanOrEqual(32);
  expect((await collect(result.read())).map(({ key }) => key)).toEqual([...keys].sort());
});

it('keeps any text unharmed, line separators included', async () => {
  const items = ['\n', '\r\n', '\u2028', '"', '\\', '油'].map((text) => ({ key: text, item: { text } }));
  const found = await collect((await sorted(items, 2)).read());
  expect(found.map(({ item }) => item.text)).toEqual(items.map(({ key }) => key).sort());
});

it('an empty source is an empty result', async () => {
  const result = await sorted([], 1);
  expect(result.count).toBe(0);
  expect(await collect(result.read())).toEqual([]);
});

it('is a sort, for any keys and any memory', () =>
  fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.string({ unit: 'binary-ascii' }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 20 }),
      async (keys, itemsInMemory) => {
        const result = await sorted(keyed(...keys), itemsInMemory);
        expect(result.count).toBe(keys.length);
        expect((await collect(result.read())).map(({ key }) => key)).toEqual([...keys].sort());
      },
    ),
    { numRuns: 40 },
  ));

it('passes on what makes the source fail', async () => {
  const source = Readable.from(
    (function* () {
      yield { key: 'a', item: 1 };
      throw new Error('the disk is gone');
    })(),
  );
  await expect(externalSort(source, { files, itemsInMemory: 1 })).rejects.toThrow('the disk is gone');
});
