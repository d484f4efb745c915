import { LRUCache } from 'lru-cache';
import type { StreamTip } from '#libs/platform/event-store/event-store';
import type { Weighed } from './state-weight';

/** A stream's folded state, where the stream ended then, and which revision its stored snapshot has (−1: none). */
export interface Held<S> {
  readonly state: S;
  readonly tip: StreamTip;
  readonly snapshotRevision: number;
}

/** Limits of the cache. */
export interface CacheLimits {
  /** The most streams to keep. */
  readonly maxStates: number;
  /** The most bytes to keep, by the rough weight of each state. */
  readonly maxBytes: number;
}

const megabyte = 1024 ** 2;
/** States are seldom lighter: no more room than for so many is set aside. */
const lightest = 1_024;

/** Room for states of so many bytes. */
export const cacheLimitsOf = (maxBytes: number): CacheLimits => ({
  maxStates: Math.ceil(maxBytes / lightest),
  maxBytes,
});

/**
 * Bytes of states that suit a heap of at most so many: a quarter, since a heap takes twice what lives in it and there is
 * more in it than states; no less than 64 MB, and no more than 512 MB, room for some 65,000 members with their accounts,
 * who have bought three to five times each. Whoever has more members, and memory to spare, says so.
 */
export const cacheBytesFor = (heapBytes: number): number =>
  Math.min(512 * megabyte, Math.max(64 * megabyte, Math.floor(heapBytes / 4)));

/**
 * Committed states by stream, the least recently used ones leaving first. Only ever behind the log when another
 * process writes. A load that began before a write was acknowledged never lands after it.
 */
export class StateCache {
  private readonly states: LRUCache<string, Held<unknown>>;
  private readonly loads = new Map<string, Promise<Held<unknown>>>();

  constructor(limits: CacheLimits) {
    this.states = new LRUCache({ max: limits.maxStates, maxSize: limits.maxBytes, maxEntrySize: limits.maxBytes });
  }

  /** How many states are kept. */
  get size(): number {
    return this.states.size;
  }

  /** Their rough weight together. */
  get bytes(): number {
    return this.states.calculatedSize;
  }

  get(streamId: string): Held<unknown> | undefined {
    return this.states.get(streamId);
  }

  /** Whether {@link load} would join a load that has begun already, and may have read before others wrote. */
  isLoading(streamId: string): boolean {
    return this.loads.has(streamId);
  }

  /** The state that is kept of a stream, however old, and what it was said to weigh. */
  weighed(streamId: string): Weighed<never> | undefined {
    const kept = this.states.info(streamId);
    return kept?.size === undefined ? undefined : { state: kept.value.state as never, bytes: kept.size };
  }

  /**
   * Keeps a state that an acknowledged append or a load has just shown to be the stream's last. That a stream has no
   * event is not kept: anybody can ask for ids that nobody has, which would push out what is needed.
   */
  put(streamId: string, held: Held<unknown>, bytes: number): void {
    this.loads.delete(streamId);
    if (held.tip.revision >= 0) this.states.set(streamId, held, { size: Math.max(1, Math.ceil(bytes)) });
  }

  /** Forgets a stream, and the result of a load of it that is still under way. */
  drop(streamId: string): void {
    this.loads.delete(streamId);
    this.states.delete(streamId);
  }

  /** Forgets every stream, and the results of all loads that are still under way. */
  clear(): void {
    this.loads.clear();
    this.states.clear();
  }

  /** Forgets a stream unless its kept state already includes `revision`. */
  dropBefore(streamId: string, revision: number): void {
    const held = this.states.peek(streamId);
    if (held === undefined) this.loads.delete(streamId);
    else if (held.tip.revision < revision) this.drop(streamId);
  }

  /** Loads a stream once for all who ask meanwhile, and keeps the state unless it was dropped or outrun on the way. */
  load(
    streamId: string,
    read: () => Promise<Held<unknown>>,
    weigh: (held: Held<unknown>) => number,
  ): Promise<Held<unknown>> {
    const underWay = this.loads.get(streamId);
    if (underWay !== undefined) return underWay;
    const loading: Promise<Held<unknown>> = read().then(
      (held) => {
        if (this.loads.get(streamId) === loading) this.put(streamId, held, weigh(held));
        return held;
      },
      (error: unknown) => {
        if (this.loads.get(streamId) === loading) this.loads.delete(streamId);
        throw error;
      },
    );
    this.loads.set(streamId, loading);
    return loading;
  }
}
