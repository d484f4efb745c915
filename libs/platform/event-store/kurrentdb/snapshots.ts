import { randomUUID } from 'node:crypto';
import type { Snapshot } from '../event-store';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { dataIn, snapshotStream, technicalRecord, technicalType } from './technical-records';

/**
 * Snapshots, each stream's in a stream of its own, the last one counts. They are written after the append they belong
 * to and may get lost: then more is read at the next load, and the next snapshot makes up for it. Never does a snapshot
 * hold back an append; only loads of its stream wait for it.
 */
export class Snapshots {
  private readonly underWay = new Map<string, Promise<void>>();

  constructor(private readonly connection: KurrentDbConnection) {}

  /** The last snapshot of a stream. */
  async latest(streamId: string): Promise<Snapshot | undefined> {
    await this.underWay.get(streamId);
    return (await this.last(streamId))?.snapshot;
  }

  /** Begins to keep a snapshot of what was just appended, after those of its stream that are being kept already. */
  keep(streamId: string, snapshot: Snapshot): void {
    const before = this.underWay.get(streamId) ?? Promise.resolve();
    const kept = before
      .then(() => this.write(streamId, snapshot))
      .then(() => {
        if (this.underWay.get(streamId) === kept) this.underWay.delete(streamId);
      });
    this.underWay.set(streamId, kept);
  }

  /** Resolves when all that was to be kept is kept, or lost. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.values());
  }

  /** Unless a later one is there. Never rejects. */
  private async write(streamId: string, snapshot: Snapshot): Promise<void> {
    try {
      const last = await this.last(streamId);
      if (last !== undefined && last.snapshot.revision > snapshot.revision) return;
      const record = technicalRecord(technicalType.folded, snapshot, randomUUID());
      const streamName = snapshotStream(streamId);
      await this.connection.append([{ streamName, after: last?.revision ?? -1, records: [record] }]);
    } catch {
      return;
    }
  }

  private async last(streamId: string): Promise<{ revision: number; snapshot: Snapshot } | undefined> {
    const [record] = await this.connection.readStream(snapshotStream(streamId), { from: 'end', count: 1 });
    return record && { revision: record.revision, snapshot: dataIn<Snapshot>(record) };
  }
}
