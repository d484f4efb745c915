import { watch } from 'node:fs';
import fs, { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { TemporaryFiles, withTemporaryFiles, type TemporaryFile } from './temporary-files';

let place: string;
beforeEach(async () => {
  // A place of its own: in the machine's, others come and go.
  place = await mkdtemp(join(os.tmpdir(), 'regulars-temporary-'));
  jest.spyOn(os, 'tmpdir').mockReturnValue(place);
});
afterEach(async () => {
  jest.restoreAllMocks();
  await rm(place, { recursive: true });
});

const contentOf = async (file: TemporaryFile): Promise<string> => {
  let text = '';
  for await (const piece of file.read()) text += piece;
  return text;
};

it('gives what was written, as often as wanted and to several at once', () =>
  withTemporaryFiles(async (files) => {
    const file = await files.write(Readable.from(['purchases ', 'of ', 'M1']));
    expect(await Promise.all([contentOf(file), contentOf(file)])).toEqual(Array(2).fill('purchases of M1'));
    expect(await contentOf(file)).toBe('purchases of M1');
  }));

it('keeps any text unharmed, wherever a piece of it ends', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme' })), fc.nat(130_000), async (pieces, before) => {
      const texts = ['x'.repeat(before), ...pieces, '油'.repeat(50)];
      await withTemporaryFiles(async (files) => {
        const file = await files.write(Readable.from(texts.filter((text) => text !== '')));
        expect(await contentOf(file)).toBe(texts.join(''));
      });
    }),
    { numRuns: 20 },
  ));

it('lies where temporary files lie, without a name', async () => {
  let named = 0;
  const watcher = watch(place, () => (named += 1));
  await withTemporaryFiles(async (files) => {
    await files.write(Readable.from(['purchases of M1']));
    expect(await readdir(place)).toEqual([]);
  });
  while (named === 0) await sleep(5);
  watcher.close();
});

it('is closed by itself, with all others, and where the work with it fails', async () => {
  const files = new TemporaryFiles();
  const [one, two] = [await files.write(Readable.from(['1'])), await files.write(Readable.from(['2']))];
  await one.close();
  await expect(contentOf(one)).rejects.toThrow('file closed');
  expect(await contentOf(two)).toBe('2');
  await files.close();
  await expect(contentOf(two)).rejects.toThrow('file closed');
  let left: TemporaryFile | undefined;
  const failing = withTemporaryFiles(async (all) => {
    left = await all.write(Readable.from(['3']));
    throw new Error('no room');
  });
  await expect(failing).rejects.toThrow('no room');
  await expect(contentOf(left!)).rejects.toThrow('file closed');
});

it('is closed where what is to be written cannot be had', async () => {
  const files = new TemporaryFiles();
  const source = Readable.from(
    (function* () {
      yield 'a';
      throw new Error('the source is gone');
    })(),
  );
  const opened = jest.spyOn(fs, 'open');
  await expect(files.write(source)).rejects.toThrow('the source is gone');
  const handle = await opened.mock.results[0]?.value;
  expect((handle as fs.FileHandle).fd).toBe(-1);
  expect(await readdir(place)).toEqual([]);
});
