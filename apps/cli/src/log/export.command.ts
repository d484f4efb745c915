import { followerPlaces, type FollowerPlace } from '#libs/platform/app/follower-places';
import type { LogPicture } from '#libs/platform/event-store/log-archive';
import type { CommandNeeds, ExitCode } from '../command';
import type { TemporaryFiles } from '../temporary-files';
import type { Progress } from '../terminal/output';
import { count, duration, rate } from '../terminal/words';
import { withFoundation } from '../workplace';
import { eventsIn } from './events-in';
import { statesOf } from './followers';
import { inPages } from './in-pages';
import { LogFile } from './log-file';
import { CheckedLines, type LogCounts, type LogEntry } from './log-lines';
import { claimsOf, commandsOf } from './picture-order';
import { isBeginningOf, markOf } from './same-log';
import { withPicture } from './with-picture';

const linesAtOnce = 5_000;

/** Writes a picture of the log into a file. */
class Exporting {
  private readonly lines: CheckedLines;

  constructor(
    private readonly picture: LogPicture,
    private readonly file: LogFile,
    private readonly progress: Progress,
    /** Whether it is known beforehand how many events there are. */
    private readonly isCounted: boolean,
  ) {
    this.lines = new CheckedLines(file.check);
  }

  /** Everything; answers how much that is. */
  async all(followers: readonly FollowerPlace[], files: TemporaryFiles): Promise<LogCounts> {
    const { picture, file } = this;
    await this.events();
    await this.assertComplete();
    const commands = await this.entries(
      entriesOf(commandsOf(picture, files), (command) => ({ kind: 'command', command })),
    );
    const claims = await this.entries(entriesOf(claimsOf(picture, files), (claim) => ({ kind: 'claim', claim })));
    const states = await statesOf(followers, picture, { events: file.events, place: file.after });
    await this.entries(entriesOf(states, (follower) => ({ kind: 'follower', follower })));
    const counts = { events: file.events, commands, claims, followers: states.length };
    await this.entries(entriesOf([counts], (each) => ({ kind: 'end', counts: each })));
    return counts;
  }

  /** The events that are not in the file yet. */
  private async events(): Promise<void> {
    const { file, lines, picture, progress } = this;
    if (file.check === '')
      await file.add([lines.header()], { events: 0, after: file.after, check: lines.check, ends: [] });
    for await (const page of picture.events(file.after)) {
      const [first, last] = [page[0], page.at(-1)];
      if (first === undefined || last === undefined) break;
      const written = page.map((event) => lines.entry({ kind: 'event', event }));
      const after = { xid: last.xid, position: last.position };
      const ends = [file.ends[0] ?? markOf(first), markOf(last)];
      await file.add(written, { events: file.events + page.length, after, check: lines.check, ends });
      // Else told by how much of the store is behind us.
      if (!this.isCounted) progress.expect(Math.round((file.events * picture.end.xid) / last.xid));
      progress.update(file.events);
    }
  }

  /** What was written before and now together is the whole log, or it is not gone on with. */
  private async assertComplete(): Promise<void> {
    const events = await this.picture.count();
    if (events === undefined || events === this.file.events) return;
    await this.file.forget();
    throw new Error(`The file has ${count(this.file.events)} events, the log ${count(events)}. Export it again.`);
  }

  /** Entries after the events; answers how many. */
  private async entries(entries: AsyncIterable<LogEntry>): Promise<number> {
    let written = 0;
    for await (const page of inPages(entries, linesAtOnce)) {
      await this.file.addAgain(page.map((entry) => this.lines.entry(entry)));
      written += page.length;
    }
    return written;
  }
}

async function* entriesOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  entry: (item: T) => LogEntry,
): AsyncGenerator<LogEntry> {
  for await (const item of items) yield entry(item);
}

/**
 * `regulars export`: writes the whole log as of one moment: every event, in the order of the log and with the hashes
 * that chain each stream, every stored answer, every name that is held, and how far those who follow the log have come.
 * An export that was cut off goes on where it stopped; one of another log is begun anew.
 */
export const exportCommand = (path: string, needs: CommandNeeds): Promise<ExitCode> =>
  withFoundation<ExitCode>(needs, async ({ platform: { dataSource }, url }) => {
    const { output } = needs;
    const followers = await followerPlaces(dataSource);
    const startedAt = performance.now();
    let before = 0;
    const counts = await withPicture(needs, url, async (picture, files) => {
      const file = await LogFile.open(path, (reached) => isBeginningOf(picture, reached));
      before = file.events;
      const isCounted = needs.config.kurrentUrl === undefined;
      const progress = output.progress('exporting', 'events', isCounted ? await eventsIn(dataSource) : 0);
      progress.resumeFrom(before);
      try {
        const written = await new Exporting(picture, file, progress, isCounted).all(followers, files);
        await file.finish();
        progress.finish();
        return written;
      } catch (error) {
        await file.close();
        throw error;
      }
    });
    const seconds = (performance.now() - startedAt) / 1000;
    const { events, commands, claims } = counts;
    output.tell(
      { event: 'exported', path, ...counts, before, seconds },
      `Exported ${count(events)} events, ${count(commands)} answers and ${count(claims)} names to ${path} in ` +
        `${duration(seconds)} (${rate((events - before) / seconds)})` +
        (before === 0 ? '.' : `; ${count(before)} of the events before.`),
    );
    return 0;
  });
