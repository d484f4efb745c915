import { comparePositions, logStart, type LogPosition, type StoredEvent } from '../event-store';
import type { ArchivedClaim, ArchivedCommand, LogPicture } from '../log-archive';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { LogReader } from './log-reader';
import { placeOf, serverPositionOf, type LogRecord } from './log-record';
import { commandIn, holderIn, type Registry } from './registry';
import {
  announcementIn,
  dataIn,
  oursFilter,
  registryFilter,
  technicalType,
  type ClaimedData,
} from './technical-records';

const recordsAtOnce = 2_000;
const looksAtOnce = 32;

/** A log on KurrentDB up to a place, which is as good as a moment: nothing before it ever changes. */
export class KurrentDbPicture implements LogPicture {
  /** Answers and names come as they were written. */
  readonly inOrder = false;
  private readonly reader: LogReader;

  private constructor(
    private readonly connection: KurrentDbConnection,
    private readonly registry: Registry,
    /** The last record of all that is ours, event or not. */
    readonly end: LogPosition,
  ) {
    this.reader = new LogReader(connection);
  }

  static async of(connection: KurrentDbConnection, registry: Registry): Promise<KurrentDbPicture> {
    const [last] = await connection.readLog({ from: 'end', count: 1, types: oursFilter });
    return new KurrentDbPicture(connection, registry, last === undefined ? logStart : placeOf(last));
  }

  async *events(after: LogPosition): AsyncGenerator<readonly StoredEvent[]> {
    for (let reached = after; ;) {
      const read = await this.reader.readAll(reached, recordsAtOnce);
      const events = read.filter((event) => comparePositions(event, this.end) <= 0);
      const last = events.at(-1);
      if (last !== undefined) yield events;
      if (last === undefined || events.length < read.length) return;
      reached = last;
    }
  }

  async *commands(): AsyncGenerator<readonly ArchivedCommand[]> {
    for await (const records of this.entries('command-'))
      yield records.flatMap((record) => {
        const found = commandIn(record);
        return found === undefined ? [] : [{ ...found.command, streamId: found.streamId, revision: found.revision }];
      });
  }

  async *claims(): AsyncGenerator<readonly ArchivedClaim[]> {
    for await (const records of this.entries('claim-'))
      yield records.flatMap((record) => {
        const found = holderIn(record);
        if (found === undefined) return [];
        return [{ name: dataIn<ClaimedData>(record).name, streamId: found.streamId, revision: found.revision }];
      });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** What counts in each stream whose name begins so, in the order in which they were begun. */
  private async *entries(prefix: string): AsyncGenerator<readonly LogRecord[]> {
    for await (const records of this.records()) {
      const begun = records.filter(({ streamId, revision }) => revision === 0 && streamId.startsWith(prefix));
      for (let from = 0; from < begun.length; from += looksAtOnce) {
        const looked = await Promise.all(begun.slice(from, from + looksAtOnce).map((record) => this.entryOf(record)));
        yield looked.flatMap((record) => record ?? []);
      }
    }
  }

  /** An answer that was written together with its events is there for good; everything else is looked up. */
  private async entryOf(begun: LogRecord): Promise<LogRecord | undefined> {
    const isFinal = begun.type === technicalType.accepted && announcementIn(begun)?.anchor === undefined;
    return isFinal ? begun : this.registry.at(begun.streamId, this.end);
  }

  private async *records(): AsyncGenerator<readonly LogRecord[]> {
    for (let reached = logStart; ;) {
      // What stands at the position itself comes along, hence one more.
      const count = recordsAtOnce + 1;
      const read = await this.connection.readLog({ from: serverPositionOf(reached), count, types: registryFilter });
      const records = read.filter((record) => {
        const place = placeOf(record);
        return comparePositions(place, reached) > 0 && comparePositions(place, this.end) <= 0;
      });
      const last = records.at(-1);
      if (last === undefined) return;
      yield records;
      if (read.length < count) return;
      reached = placeOf(last);
    }
  }
}
