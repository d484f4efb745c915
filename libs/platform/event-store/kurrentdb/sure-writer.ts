import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailable } from '../event-store';
import type { Write } from './append-messages';
import { Doubtful, type KurrentDbConnection, type WriteResult } from './kurrentdb-connection';
import { TimedOut } from './patience';
import type { Anchor } from './technical-records';

const mostAttempts = 5;
const mostTimeOuts = 3;
const firstDelayMs = 50;

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
    let timeOuts = 0;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.connection.append(writes);
      } catch (doubt) {
        if (!(doubt instanceof Doubtful)) throw doubt;
        const [first] = writes;
        const presence = first === undefined ? 'not-yet' : await this.look(anchorOf(first));
        if (presence !== 'not-yet') return presence === 'present' ? 'written' : 'elsewhere';
        if (doubt.cause instanceof TimedOut) timeOuts++;
        if (attempt >= mostAttempts || timeOuts >= mostTimeOuts) throw new StoreUnavailable(doubt);
      }
      await sleep(firstDelayMs * 2 ** attempt * (0.5 + Math.random()));
    }
  }

  /** Whether a record stands at its place. */
  async look({ streamName, revision, id }: Anchor): Promise<Presence> {
    const [record] = await this.connection.readStream(streamName, { from: revision, count: 1 });
    if (record === undefined) return 'not-yet';
    return record.id === id ? 'present' : 'never';
  }
}
