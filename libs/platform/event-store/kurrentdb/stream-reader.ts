import { emptyStream, type LoadedStream, type StoredEvent, type StreamTip } from '../event-store';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { factIn, type LogRecord } from './log-record';
import type { Snapshots } from './snapshots';
import { nowhere, type KnownTip, type StreamTips } from './stream-tips';

/** How many records are looked at from a stream's end at first; fences seldom stand there at all. */
const firstLook = 2;

const tipOf = (event: StoredEvent | undefined): StreamTip =>
  event === undefined ? emptyStream : { revision: event.revision, hash: event.hash };

const lastOf = (records: readonly LogRecord[]): number => records.at(-1)?.revision ?? -1;

const factsIn = (records: readonly LogRecord[]): StoredEvent[] => records.flatMap((record) => factIn(record) ?? []);

/** Reads single streams. An event's revision counts events only; the server's, which counts fences too, is never less. */
export class StreamReader {
  constructor(
    private readonly connection: KurrentDbConnection,
    private readonly tips: StreamTips,
    private readonly snapshots: Snapshots,
  ) {}

  async load(streamId: string, foldVersion?: number): Promise<LoadedStream> {
    const latest = await this.snapshots.latest(streamId);
    const fits = latest !== undefined && (foldVersion === undefined || latest.foldVersion === foldVersion);
    const base = fits ? latest.revision : -1;
    const records = await this.connection.readRest(streamId, Math.max(0, base));
    const events = factsIn(records);
    const tip = tipOf(events.at(-1));
    if (records.length > 0) this.tips.set(streamId, { tip, last: lastOf(records) });
    const tail = events.filter((event) => event.revision > base);
    return fits ? { tip, snapshot: latest, tail } : { tip, tail };
  }

  async readStream(streamId: string, fromRevision: number, limit: number): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    let from = Math.max(0, fromRevision);
    for (;;) {
      const count = limit - events.length;
      if (count <= 0) return events;
      const records = await this.connection.readStream(streamId, { from, count });
      events.push(...factsIn(records).filter((event) => event.revision >= fromRevision));
      if (records.length < count) return events;
      from = lastOf(records) + 1;
    }
  }

  /** Where a stream stands now. */
  async tip(streamId: string): Promise<KnownTip> {
    for (let count = firstLook; ; count *= 8) {
      const records = await this.connection.readStream(streamId, { from: 'end', count });
      const [last] = records;
      if (last === undefined) return nowhere;
      const [event] = factsIn(records);
      if (event !== undefined || records.length < count) {
        const known = { tip: tipOf(event), last: last.revision };
        this.tips.set(streamId, known);
        return known;
      }
    }
  }
}
