import { restoreXids } from '#libs/platform/event-store/log-schema';
import { databaseChoiceOf } from '#libs/platform/app/foundation';
import { openDatabase } from '#libs/platform/postgres/database';
import { DataSource } from 'typeorm';
import type { CommandNeeds, ExitCode } from '../command';
import { count } from '../terminal/words';

/** Followers of the log start again from its beginning; what they did is recognised, and read models are built anew. */
const resetCheckpoints = async (url: string): Promise<void> => {
  const source = await new DataSource({ type: 'postgres', url }).initialize();
  try {
    const [row] = await source.query<{ readonly found: boolean }[]>(
      `SELECT to_regclass('read.checkpoints') IS NOT NULL AS found`,
    );
    if (row?.found === true) await source.query('DELETE FROM read.checkpoints');
  } finally {
    await source.destroy();
  }
};

/**
 * `regulars restore-xids`: after a dump was restored into a new cluster, makes its events readable again. Needs the
 * database for itself: throws when a server runs on the data folder.
 */
export const restoreXidsCommand = async ({ config, output }: CommandNeeds): Promise<ExitCode> => {
  const database = await openDatabase(databaseChoiceOf(config));
  try {
    const { events, checkpointsReset } = await restoreXids(database.url);
    if (checkpointsReset) await resetCheckpoints(database.url);
    output.tell(
      { event: 'xids-restored', events, checkpointsReset },
      events === 0
        ? 'Nothing to do: every event of the log can be read.'
        : `${count(events)} events can be read again. Read models are built anew at the next start.`,
    );
    return 0;
  } finally {
    await database.close();
  }
};
