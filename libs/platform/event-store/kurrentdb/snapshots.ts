import { randomUUID } from 'node:crypto';
import type { Snapshot } from '../event-store';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { dataIn, snapshotStream, technicalRecord, technicalType } from './technical-records';

/**
 * Snapshots, each stream's in a stream of its own, the last one counts. They are written after the append they belong
 * to and may get lost: then more is read at the next load, and the next snapshot makes up for it. Never does a snapshot
 * hold back an append.
 */
export class Snapshots {
  constructor(private readonly connection: KurrentDbConnection) {}

  /** The last snapshot of a stream. */
  async latest(streamId: string): Promise<Snapshot | undefined> {
    return (await this.last(streamId))?.snapshot;
  }

  /** Keeps a snapshot of what was just appended, unless a later one is there. */
  async keep(streamId: string, snapshot: Snapshot): Promise<void> {
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
