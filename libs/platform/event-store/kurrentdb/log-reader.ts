import { comparePositions, logStart, type LogPosition, type StoredEvent } from '../event-store';
import { mayBeFull, pageSize } from '../page-size';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { factIn, placeOf, serverPositionOf } from './log-record';

/** How far back the last fact is looked for at first; only what others wrote into the same server can be in between. */
const firstLook = 1;

/** How many are asked for in one go: how large they are is seen only when they come. */
const recordsAtOnce = 500;

/**
 * Reads the log as a whole. The server writes it one record after another and shows only what is committed, so a reader
 * that goes by position skips nothing.
 */
export class LogReader {
  constructor(private readonly connection: KurrentDbConnection) {}

  async readAll(after: LogPosition, limit: number): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    let last = after;
    for (;;) {
      // What stands at the position itself comes along, hence one more.
      const count = Math.min(limit - events.length, recordsAtOnce) + 1;
      if (count <= 1 || mayBeFull(pageSize(events))) return events;
      const records = await this.connection.readLog({ from: serverPositionOf(last), count });
      for (const record of records) {
        const place = placeOf(record);
        if (comparePositions(place, last) <= 0) continue;
        last = place;
        const event = factIn(record);
        if (event !== undefined && events.length < limit) events.push(event);
      }
      if (records.length < count) return events;
    }
  }

  /** The place of the last fact. */
  async head(): Promise<LogPosition> {
    for (let count = firstLook; ; count *= 16) {
      const records = await this.connection.readLog({ from: 'end', count });
      const last = records.find((record) => factIn(record) !== undefined);
      if (last !== undefined) return placeOf(last);
      if (records.length < count) return logStart;
    }
  }
}
