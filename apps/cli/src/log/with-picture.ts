import { openArchive } from '#libs/platform/app/log-archive';
import type { LogPicture } from '#libs/platform/event-store/log-archive';
import type { CommandNeeds } from '../command';
import { withTemporaryFiles, type TemporaryFiles } from '../temporary-files';
import { Interrupted } from '../workplace';

/** Work on a picture of the log that the settings choose, with temporary files. `url` is the database's. */
export const withPicture = <T>(
  { config, signal }: Pick<CommandNeeds, 'config' | 'signal'>,
  url: string,
  work: (picture: LogPicture, files: TemporaryFiles) => Promise<T>,
): Promise<T> =>
  withTemporaryFiles(async (files) => {
    if (signal.aborted) throw new Interrupted();
    const archive = await openArchive(config, url);
    try {
      const picture = await archive.picture();
      try {
        return await work(picture, files);
      } finally {
        await picture.close();
      }
    } finally {
      await archive.close();
    }
  });
