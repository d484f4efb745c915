import { openArchive } from '#libs/platform/app/log-archive';
import type { LogPicture } from '#libs/platform/event-store/log-archive';
import type { CommandNeeds } from '../command';
import { temporaryFolder } from '../temporary-folder';
import { Interrupted } from '../workplace';

/** Work with a folder for temporary files, which is gone afterwards. */
export const withFolder = async <T>(work: (folder: string) => Promise<T>): Promise<T> => {
  const folder = await temporaryFolder('regulars-log-');
  try {
    return await work(folder.path);
  } finally {
    await folder.remove();
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
