import type { ArchivedClaim, ArchivedCommand, LogPicture } from '#libs/platform/event-store/log-archive';
import { externalSort, type Keyed } from '../import/external-sort';
import type { TemporaryFiles } from '../temporary-files';

const itemsInMemory = 50_000;

/** A text whose UTF-16 units compare as the UTF-8 bytes of the given one do. */
export const bytewise = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** What commands are sorted by: neither key nor credential contains NUL. */
export const commandOrder = ({ key, credential }: Pick<ArchivedCommand, 'key' | 'credential'>): string =>
  bytewise(`${key}\u0000${credential}`);

/** What claims are sorted by. */
export const claimOrder = ({ name }: Pick<ArchivedClaim, 'name'>): string => bytewise(name);

async function* each<T>(pages: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const page of pages) yield* page;
}

async function* keyed<T>(pages: AsyncIterable<readonly T[]>, keyOf: (item: T) => string): AsyncGenerator<Keyed<T>> {
  for await (const item of each(pages)) yield { key: keyOf(item), item };
}

async function* sorted<T>(
  pages: AsyncIterable<readonly T[]>,
  keyOf: (item: T) => string,
  files: TemporaryFiles,
): AsyncGenerator<T> {
  const inOrder = await externalSort(keyed(pages, keyOf), { files, itemsInMemory });
  for await (const { item } of inOrder.read()) yield item;
}

/** The answers of a picture in the order of key, then credential, whichever store it is of. What does not fit into memory goes to `files`. */
export const commandsOf = (picture: LogPicture, files: TemporaryFiles): AsyncGenerator<ArchivedCommand> =>
  picture.inOrder ? each(picture.commands()) : sorted(picture.commands(), commandOrder, files);

/** The names of a picture in their order, whichever store it is of. What does not fit into memory goes to `files`. */
export const claimsOf = (picture: LogPicture, files: TemporaryFiles): AsyncGenerator<ArchivedClaim> =>
  picture.inOrder ? each(picture.claims()) : sorted(picture.claims(), claimOrder, files);
