import fc from 'fast-check';
import { logStart } from '#libs/platform/event-store/event-store';
import type { ArchivedClaim, ArchivedCommand, LogPicture } from '#libs/platform/event-store/log-archive';
import { TemporaryFiles } from '../temporary-files';
import { bytewise, claimsOf, commandsOf } from './picture-order';

const files = new TemporaryFiles();
afterAll(() => files.close());

const command = (key: string, credential: string): ArchivedCommand => ({
  ...{ key, credential, requestHash: '', status: 200, answer: '{}', streamId: 's', revision: 0 },
});
const claim = (name: string): ArchivedClaim => ({ name, streamId: 's', revision: 0 });

async function* pagesOf<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  for (let from = 0; from < items.length; from += 2) yield await Promise.resolve(items.slice(from, from + 2));
}

const pictureOf = (commands: readonly ArchivedCommand[], names: readonly string[], inOrder: boolean): LogPicture => ({
  ...{ end: logStart, inOrder },
  events: () => pagesOf([]),
  at: () => Promise.resolve(undefined),
  count: () => Promise.resolve(0),
  commands: () => pagesOf(commands),
  claims: () => pagesOf(names.map(claim)),
  close: () => Promise.resolve(),
});

const gathered = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};

it('compares as the bytes of UTF-8 do, which is the order of the database', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
      const sign = (left: string | Buffer, right: string | Buffer): number =>
        left < right ? -1 : left > right ? 1 : 0;
      expect(sign(bytewise(a), bytewise(b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
  ));

it('sorts answers by key, then credential, and names, of a store that keeps no order', async () => {
  const commands = [command('b', 'till-2'), command('a-', 'x'), command('b', 'till-1'), command('a', 'z')];
  const picture = pictureOf(commands, ['ticket:9', 'card:é', 'card:z', '🎉', '\uffff'], false);
  const sorted = await gathered(commandsOf(picture, files));
  expect(sorted.map(({ key, credential }) => [key, credential])).toEqual([
    ['a', 'z'],
    ['a-', 'x'],
    ['b', 'till-1'],
    ['b', 'till-2'],
  ]);
  const names = (await gathered(claimsOf(picture, files))).map(({ name }) => name);
  expect(names).toEqual(['card:z', 'card:é', 'ticket:9', '\uffff', '🎉']);
});

it('leaves the order of a store that keeps it', async () => {
  const picture = pictureOf([command('a', 'x'), command('b', 'x'), command('c', 'x')], ['n', 'm'], true);
  expect((await gathered(commandsOf(picture, files))).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  expect((await gathered(claimsOf(picture, files))).map(({ name }) => name)).toEqual(['n', 'm']);
});
