import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../event-store';
import { Doubtful, type KurrentDbConnection, type Write, type WriteResult } from './kurrentdb-connection';
import type { Anchor } from './technical-records';

const mostAttempts = 3;
const firstDelayMs = 20;

/** Whether a record stands where it was to stand: it does; another does, so it never will; or nothing does yet. */
export type Presence = 'present' | 'never' | 'not-yet';

/** The place and id that the first record of a write is to get. */
export const anchorOf = ({ streamName, after, records }: Write): Anchor => ({
  streamName,
  revision: after + 1,
  id: records[0]?.id ?? '',
});

/**
 * Writes until it knows what became of it. After an append without an answer it looks whether the record stands at its
 * place, before anything else; only where nothing stands yet does it write again, the same records after the same
 * revision, which the server takes for done when the first attempt arrived after all.
 */
export class SureWriter {
  constructor(private readonly connection: KurrentDbConnection) {}

  /** All writes or none. Rejects with `StoreUnavailable`; then they may still take place. */
  async write(writes: readonly Write[]): Promise<WriteResult> {
    let doubt: unknown;
    for (let attempt = 0; attempt < mostAttempts; attempt++) {
      if (attempt > 0) await sleep(firstDelayMs * 4 ** attempt * (0.5 + Math.random()));
      try {
        return await this.connection.append(writes);
      } catch (error) {
        if (!(error instanceof Doubtful)) throw error;
        doubt = error;
      }
      const [first] = writes;
      const presence = first === undefined ? 'not-yet' : await this.look(anchorOf(first));
      if (presence !== 'not-yet') return presence === 'present' ? 'written' : 'elsewhere';
    }
    throw new StoreUnavailable(doubt);
  }

  /** Whether a record stands at its place. */
  async look({ streamName, revision, id }: Anchor): Promise<Presence> {
    const [record] = await this.connection.readStream(streamName, { from: revision, count: 1 });
    if (record === undefined) return 'not-yet';
    return record.id === id ? 'present' : 'never';
  }
}
