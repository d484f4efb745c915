import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openArchive } from '#libs/platform/app/log-archive';
import type { LogPicture } from '#libs/platform/event-store/log-archive';
import type { CommandNeeds } from '../command';
import { Interrupted } from '../workplace';

/** Work with a folder for temporary files, which is gone afterwards. */
export const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await mkdtemp(join(tmpdir(), 'regulars-log-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Work on a picture of the log that the settings choose, with a folder for temporary files. `url` is the database's. */
export const withPicture = <T>(
  { config, signal }: Pick<CommandNeeds, 'config' | 'signal'>,
  url: string,
  work: (picture: LogPicture, folder: string) => Promise<T>,
): Promise<T> =>
  withFolder(async (folder) => {
    if (signal.aborted) throw new Interrupted();
    const archive = await openArchive(config, url);
    try {
      const picture = await archive.picture();
      try {
        return await work(picture, folder);
      } finally {
        await picture.close();
      }
    } finally {
      await archive.close();
    }
  });
