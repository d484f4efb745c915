import type { Instant } from '#libs/platform/kernel/instant';

/** Where a stream ends: its last revision (−1 when it has no event) and the hash of its last event ('' when none). */
export interface StreamTip {
  readonly revision: number;
  readonly hash: string;
}

/** The tip of a stream without events. */
export const emptyStream: StreamTip = { revision: -1, hash: '' };

/** A place in the log. Ordered by `xid`, then `position`: commit-safe order, see the PostgreSQL adapter. */
export interface LogPosition {
  readonly xid: number;
  readonly position: number;
}

/** Before the first event. */
export const logStart: LogPosition = { xid: 0, position: 0 };

/** Negative when `a` lies before `b`, 0 when they are the same, positive when after. */
export const comparePositions = (a: LogPosition, b: LogPosition): number => a.xid - b.xid || a.position - b.position;

/** An event on its way into the log. `data` and `meta` are JSON text; the event id is deterministic (uuid v5). */
export interface NewEvent {
  readonly eventId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly data: string;
  readonly meta: string;
  readonly occurredAt: Instant;
}

/** An event as the log holds it. */
export interface StoredEvent extends NewEvent, LogPosition {
  readonly streamId: string;
  readonly revision: number;
  readonly recordedAt: Instant;
  /** SHA-256 (hex) over the previous event's hash and this event, see `hash-chain.ts`. */
  readonly hash: string;
}

/** An event as those see it who follow the log: its hash is for whoever checks a stream. */
export type ReadEvent = Omit<StoredEvent, 'hash'>;

/** An accepted command, kept for ever under (credential, key) with the answer it was given. */
export interface CommandRecord {
  readonly credential: string;
  readonly key: string;
  /** HMAC of method, path and body: tells a repeated request from another one under the same key. */
  readonly requestHash: string;
  readonly status: number;
  /** The answer's body, JSON text. Holds no secret and no profile data. */
  readonly answer: string;
}

/** A folded state as JSON text, valid only for the same `foldVersion`. */
export interface Snapshot {
  readonly foldVersion: number;
  readonly revision: number;
  readonly state: string;
}

/** One atomic append to one stream: events, the command's answer, claims and releases, all of it or none. */
export interface AppendRequest {
  readonly streamId: string;
  readonly expected: StreamTip;
  /** May be empty: then only the command is recorded, and the stream must still be at `expected`. */
  readonly events: readonly NewEvent[];
  readonly recordedAt: Instant;
  readonly command?: CommandRecord;
  /** Names to take, unique across streams. A name that this very stream holds already is taken by it again: a refusal. */
  readonly claims?: readonly string[];
  /** Names to give back; only those this stream holds are. */
  readonly releases?: readonly string[];
  /** Replaces the stream's snapshot; its revision must be the one after this append. */
  readonly snapshot?: Snapshot;
}

/** What became of an append. Only `appended` changed anything. */
export type AppendOutcome =
  | { readonly kind: 'appended'; readonly tip: StreamTip }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'duplicate-command'; readonly command: CommandRecord }
  | { readonly kind: 'claim-taken'; readonly name: string; readonly by: ClaimHolder };

/** Who holds a claimed name: the stream, and its revision right after the append that took it. */
export interface ClaimHolder {
  readonly streamId: string;
  readonly revision: number;
}

/** What a fold looks at of an event. */
export type FoldedEvent = Pick<StoredEvent, 'revision' | 'type' | 'schemaVersion' | 'data' | 'occurredAt'>;

/** A stream as needed to decide on it: its snapshot, if any, and every event after that. */
export interface LoadedStream {
  readonly tip: StreamTip;
  readonly snapshot?: Snapshot;
  readonly tail: readonly FoldedEvent[];
}

/** What there is to load of a stream without events. */
export const noStream: LoadedStream = { tip: emptyStream, tail: [] };

/**
 * The log. Every adapter passes the contract suite in `testing/event-store.contract.ts`. A method rejects only with
 * {@link StoreUnavailable}: whether an append that rejected is in the log is then unknown, and a repeat with the same
 * idempotency key finds out. (An append that no log can hold, see `append-request.ts`, rejects with a TypeError.)
 * What is asked for under a name that no log can hold is not there.
 * Where several reasons refuse an append, a known command is reported before a conflict, a conflict before a claim.
 */
export interface EventStore {
  append(request: AppendRequest): Promise<AppendOutcome>;
  /** Snapshot and tail. With `foldVersion`, a snapshot of another version is left out and the whole stream read. */
  load(streamId: string, foldVersion?: number): Promise<LoadedStream>;
  /** At most `limit` events of a stream from `fromRevision` on, ascending, with their hashes. Fewer only at its end. */
  readStream(streamId: string, fromRevision: number, limit: number): Promise<readonly StoredEvent[]>;
  /**
   * At most `limit` events after `after`, in log order. Never skips an event that commits later. Fewer where they fill a
   * page, see `page-size.ts`, but none only at the end.
   */
  readAll(after: LogPosition, limit: number): Promise<readonly ReadEvent[]>;
  /**
   * The log after a place up to its end, in pages as {@link readAll} answers them, none of them empty: for whoever reads
   * much of it. The next page is on its way while one is worked through. Rejects as the other methods do.
   */
  pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]>;
  /** The place of the last event that {@link readAll} can deliver now. */
  head(): Promise<LogPosition>;
  /**
   * The place of the last committed event, although {@link readAll} may have to wait for an open transaction before it
   * delivers it. Whoever waits for this place has waited for everything that was acknowledged before the question.
   */
  latest(): Promise<LogPosition>;
  findCommand(credential: string, key: string): Promise<CommandRecord | undefined>;
  /** Who holds these names; names that nobody holds are absent. */
  findClaims(names: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>>;
  /** Calls back, coalesced, after appends by this or another process. A hint: readers poll as well. */
  onAppended(listener: () => void): () => void;
  close(): Promise<void>;
}

/** The log cannot be reached or did not answer in time. The HTTP edge answers 503 with `Retry-After`. */
export class StoreUnavailable extends Error {
  constructor(cause: unknown) {
    super('The event store cannot be reached.', { cause });
    this.name = 'StoreUnavailable';
  }
}
