import type { DataSource } from 'typeorm';
import { moveFollowers } from '#libs/platform/app/follower-places';
import { openArchive } from '#libs/platform/app/log-archive';
import { homeOf, isHomeOf, noteHome, type LogHome } from '#libs/platform/app/log-home';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { LogArchive } from '#libs/platform/event-store/log-archive';
import { tryLock } from '#libs/platform/read-models/advisory-lock';
import type { CommandNeeds, ExitCode } from '../command';
import { withTemporaryFiles, type TemporaryFiles } from '../temporary-files';
import type { Line, Output } from '../terminal/output';
import { count, duration } from '../terminal/words';
import { Interrupted, withFoundation } from '../workplace';
import { compare, isWhole, OtherLog, type Compared } from './comparing';
import { PlaceFinder, unreadOnBus } from './followers';
import { DamagedFile, logEntries, type ReadEntry } from './log-reading';
import { restore } from './restoring';

/** What every process holds that projects, reacts, publishes or follows the clock; nobody may while the log is moved. */
const workLocks = ['projector', 'reactions', 'timers', 'relay', 'import-log'];

const busy =
  'A server, a worker, a relay or another import is at work on this database. Stop every process of the chain, then run this again.';

const megabytes = (bytes: number): number => Math.round(bytes / 1_000_000);

/** One file on its way into one store. */
class LogImport {
  constructor(
    private readonly path: string,
    private readonly output: Output,
    private readonly archive: LogArchive,
    private readonly files: TemporaryFiles,
  ) {}

  /** Reads the file whole and holds it against the store. Changes nothing. */
  compared(task: string, onEvent?: (nth: number, place: LogPosition) => void): Promise<Compared> {
    return this.withProgress(task, async (entries) => {
      const picture = await this.archive.picture();
      try {
        return await compare(entries, picture, { files: this.files, ...(onEvent && { onEvent }) });
      } finally {
        await picture.close();
      }
    });
  }

  /** Writes what the store does not hold yet. */
  async restored({ file, store }: Compared): Promise<void> {
    const lines = file.events + file.commands + file.claims + file.followers;
    const progress = this.output.progress('restoring', 'lines', lines);
    progress.resumeFrom(store.events);
    await restore(logEntries(this.path), this.archive, store, { onProgress: (written) => progress.update(written) });
    progress.finish();
  }

  private async withProgress<T>(task: string, work: (entries: AsyncIterable<ReadEntry>) => Promise<T>): Promise<T> {
    const progress = this.output.progress(task, 'MB', 0);
    const result = await work(
      logEntries(this.path, (bytes, total) => {
        progress.expect(megabytes(total));
        progress.update(megabytes(bytes));
      }),
    );
    progress.finish();
    return result;
  }
}

const assertReadable = ({ followers }: Compared): void => {
  const unread = unreadOnBus(followers);
  if (unread.length === 0) return;
  throw new Error(
    `When this file was written, what had been published was not yet taken in from the bus: ${unread.join('; ')}. ` +
      'Start the services on the log as it was, wait until nobody lags behind, stop them and export again.',
  );
};

/** What kept the file from being loaded, before anything was done. */
const refusal = (error: unknown, home: LogHome): unknown => {
  if (error instanceof DamagedFile) return new Error(`${error.message} Nothing was changed.`);
  if (!(error instanceof OtherLog)) return error;
  return new Error(`${home} holds a log that is not a part of this file. ${error.message} Nothing was changed.`);
};

/** Everything between the first look at the file and the last at the store; answers what was there before. */
const moved = async (work: LogImport, source: DataSource, home: LogHome): Promise<Compared> => {
  const before = await work.compared('checking the file').catch((error: unknown) => {
    throw refusal(error, home);
  });
  assertReadable(before);
  const isDone = isWhole(before) && (await isHomeOf(source, home));
  if (!isDone) await noteHome(source, home, false);
  if (!isWhole(before)) await work.restored(before);
  const places = new PlaceFinder(before.followers);
  const after = await work.compared('verifying', (nth, place) => places.pass(nth, place));
  if (!isWhole(after)) throw new OtherLog('The store does not hold what was written into it. Run this again.');
  if (!isDone) {
    await moveFollowers(source, places.found());
    await noteHome(source, home, true);
  }
  return before;
};

/** What the command has done, for people and machines. */
const resultOf = (path: string, { file, store }: Compared, home: LogHome, seconds: number): readonly [Line, string] => {
  const { events, commands, claims, followers } = file;
  const before = store.events;
  return [
    { event: 'log-imported', path, home, ...file, before, seconds },
    `${count(events)} events, ${count(commands)} answers and ${count(claims)} names are in ${home}, each as the file ` +
      `has it and in its order: verified, in ${duration(seconds)} in all` +
      (before === 0 ? '.\n' : `; ${count(before)} of the events were there before.\n`) +
      `${count(followers)} followers go on where they were; read models are built anew at the next start.`,
  ];
};

/**
 * `regulars import-log`: loads a log that `regulars export` wrote into the store that the settings choose, which must be
 * empty or hold a part of this very file; then compares both event by event, and has everybody who follows the log go on
 * where they were. The file is read to its end before anything is changed. One that was cut off is gone on with.
 */
export const importLogCommand = (path: string, needs: CommandNeeds): Promise<ExitCode> =>
  withFoundation<ExitCode>(
    needs,
    async ({ platform: { dataSource: source }, url }) => {
      const { config, output, signal } = needs;
      if (signal.aborted) throw new Interrupted();
      const lock = await tryLock(source, workLocks);
      if (lock === undefined) throw new Error(busy);
      const startedAt = performance.now();
      try {
        const archive = await openArchive(config, url);
        try {
          const home = homeOf(config);
          const before = await withTemporaryFiles((files) =>
            moved(new LogImport(path, output, archive, files), source, home),
          );
          output.tell(...resultOf(path, before, home, (performance.now() - startedAt) / 1000));
          return 0;
        } finally {
          await archive.close();
        }
      } finally {
        await lock.release();
      }
    },
    { movesLog: true },
  );
