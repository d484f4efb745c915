import { LRUCache } from 'lru-cache';
import { emptyStream, type StreamTip } from '../event-store';

/**
 * Where a stream stands. Fences take revisions of the server's without being events, so its last revision may be ahead
 * of the tip's.
 */
export interface KnownTip {
  readonly tip: StreamTip;
  /** The last revision as the server counts, −1 for a stream that does not exist. */
  readonly last: number;
}

/** A stream that does not exist. */
export const nowhere: KnownTip = { tip: emptyStream, last: -1 };

const mostStreams = 100_000;

/**
 * The tips of the streams last touched. The server checks revisions, not hashes: only who knows the tip's hash can tell
 * an append on another history. A tip that another process has outrun does no harm, since the revision is checked.
 */
export class StreamTips {
  private readonly tips = new LRUCache<string, KnownTip>({ max: mostStreams });

  get(streamId: string): KnownTip | undefined {
    return this.tips.get(streamId);
  }

  set(streamId: string, known: KnownTip): void {
    this.tips.set(streamId, known);
  }

  forget(streamId: string): void {
    this.tips.delete(streamId);
  }
}
