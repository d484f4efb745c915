import { comparePositions, type StoredEvent } from '#libs/platform/event-store/event-store';
import { toText } from '#libs/platform/kernel/instant';
import type { CommandNeeds, ExitCode } from '../command';
import { count, duration, rate } from '../terminal/words';
import { withFoundation } from '../workplace';
import { eventsIn } from './events-in';
import { LogFile } from './log-file';

const eventsAtOnce = 5_000;

/** The first line: what the file is. */
const header = { format: 'regulars-log', version: 1 };

/** One event as a line. Data and meta stay the texts that the hash covers. */
const lineOf = (event: StoredEvent): string =>
  JSON.stringify({
    position: [event.xid, event.position],
    stream: event.streamId,
    revision: event.revision,
    eventId: event.eventId,
    type: event.type,
    schemaVersion: event.schemaVersion,
    occurredAt: toText(event.occurredAt),
    recordedAt: toText(event.recordedAt),
    data: event.data,
    meta: event.meta,
    hash: event.hash,
  });

/**
 * `regulars export`: writes every event, in the order of the log, as lines of JSON with the hashes that chain each
 * stream. An export that was cut off goes on where it stopped.
 */
export const exportCommand = (path: string, needs: CommandNeeds): Promise<ExitCode> =>
  withFoundation<ExitCode>(needs, async ({ platform: { dataSource, store } }) => {
    const { output } = needs;
    const head = await store.head();
    const file = await LogFile.open(path);
    const progress = output.progress('exporting', 'events', await eventsIn(dataSource));
    progress.resumeFrom(file.events);
    const startedAt = performance.now();
    const before = file.events;
    try {
      if (file.isEmpty) await file.add([JSON.stringify(header)], 0, file.after);
      while (comparePositions(file.after, head) < 0) {
        const events = await store.readAll(file.after, eventsAtOnce);
        const last = events.at(-1);
        if (last === undefined) break;
        await file.add(events.map(lineOf), events.length, { xid: last.xid, position: last.position });
        progress.update(file.events);
      }
    } catch (error) {
      await file.close();
      throw error;
    }
    await file.finish();
    progress.finish();
    const seconds = (performance.now() - startedAt) / 1000;
    const { events } = file;
    output.tell(
      { event: 'exported', path, events, before, seconds },
      `Exported ${count(events)} events to ${path} in ${duration(seconds)} (${rate((events - before) / seconds)})` +
        (before === 0 ? '.' : `; ${count(before)} of them before.`),
    );
    return 0;
  });
