import { comparePositions, logStart, type LogPosition, type StoredEvent } from '../event-store';
import type { ArchivedClaim, ArchivedCommand, LogPicture } from '../log-archive';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { LogReader } from './log-reader';
import { factIn, placeOf, serverPositionOf, type LogRecord } from './log-record';
import { commandIn, holderIn, type Registry } from './registry';
import { announcementIn, dataIn, oursFilter, registryPrefix, type ClaimedData } from './technical-records';

const recordsAtOnce = 2_000;
const looksAtOnce = 32;
/** Beyond so many streams that were written to again, every stream is looked at. */
const mostTouched = 500_000;

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

  async at(place: LogPosition): Promise<StoredEvent | undefined> {
    const records = await this.connection.readLog({ from: serverPositionOf(place), count: 1 });
    const there = records.find((record) => comparePositions(placeOf(record), place) === 0);
    return there && factIn(there);
  }

  count(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async *commands(): AsyncGenerator<readonly ArchivedCommand[]> {
    for await (const records of this.entries(registryPrefix.commands, new Set()))
      yield records.flatMap((record) => {
        const found = commandIn(record);
        return found === undefined ? [] : [{ ...found.command, streamId: found.streamId, revision: found.revision }];
      });
  }

  async *claims(): AsyncGenerator<readonly ArchivedClaim[]> {
    for await (const records of this.entries(registryPrefix.claims, await this.touchedNames()))
      yield records.flatMap((record) => {
        const found = holderIn(record);
        if (found === undefined) return [];
        return [{ name: dataIn<ClaimedData>(record).name, streamId: found.streamId, revision: found.revision }];
      });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /**
   * What counts in each stream whose name begins so, in the order in which they were begun. Where somebody came back to
   * a stream its first record does not tell; nor anywhere, when that is not known.
   */
  private async *entries(
    prefix: string,
    touched: ReadonlySet<string> | undefined,
  ): AsyncGenerator<readonly LogRecord[]> {
    const told = new Set<string>();
    for await (const records of this.records(prefix)) {
      const begun = records.filter(
        ({ revision, streamId }) => revision === 0 || touched === undefined || touched.has(streamId),
      );
      for (let from = 0; from < begun.length; from += looksAtOnce) {
        const some = begun.slice(from, from + looksAtOnce).filter(({ streamId }) => !told.has(streamId));
        const looked = await Promise.all(
          some.map((record) => this.entryOf(record, touched?.has(record.streamId) === false)),
        );
        const found = looked.flatMap((record) => record ?? []);
        yield found.filter(({ streamId }) => !told.has(streamId));
        for (const { streamId } of found) if (touched?.has(streamId) === true) told.add(streamId);
      }
    }
  }

  /** What was written together with its events counts as it stands. */
  private async entryOf(begun: LogRecord, isOnly: boolean): Promise<LogRecord | undefined> {
    const { streamId, revision } = begun;
    const announced = announcementIn(begun);
    if (isOnly && announced !== undefined && announced.anchor === undefined) return begun;
    // A stream that was cut off begins where it was cut; what lay before is in the log until the server scavenges.
    const [first] = isOnly ? [begun] : await this.connection.readStream(streamId, { from: 0, count: 1 });
    return first?.revision === revision ? this.registry.at(streamId, this.end) : undefined;
  }

  /** Streams of names that were given back, taken again, or announced in vain. Most names have one record for ever. */
  private async touchedNames(): Promise<ReadonlySet<string> | undefined> {
    const touched = new Set<string>();
    for await (const records of this.records(registryPrefix.claims)) {
      for (const { streamId, revision } of records) if (revision > 0) touched.add(streamId);
      if (touched.size > mostTouched) return undefined;
    }
    return touched;
  }

  private async *records(prefix: string): AsyncGenerator<readonly LogRecord[]> {
    for (let reached = logStart; ;) {
      // What stands at the position itself comes along, hence one more.
      const count = recordsAtOnce + 1;
      const read = await this.connection.readLog({ from: serverPositionOf(reached), count, prefix });
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
