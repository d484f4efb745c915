import type { ClaimHolder, CommandRecord, LogPosition, StoredEvent, StreamTip } from './event-store';

/** An accepted command with its answer, and the stream and revision that it led to. */
export interface ArchivedCommand extends CommandRecord {
  readonly streamId: string;
  readonly revision: number;
}

/** A name that is held, and by whom. */
export interface ArchivedClaim extends ClaimHolder {
  readonly name: string;
}

/** Events without places: those belong to the store that holds them, everything else to the log. */
export type ArchivedEvent = Omit<StoredEvent, keyof LogPosition>;

/**
 * A whole log as of one moment, page by page. Whatever is appended meanwhile is not in it: neither events nor the
 * answers and names that came with them.
 */
export interface LogPicture {
  /** No event of it lies beyond this place. */
  readonly end: LogPosition;
  /** Whether {@link commands} come in the order of key, then credential, and {@link claims} in that of names, bytewise. */
  readonly inOrder: boolean;
  /** Every event after a place, in the order of the log. */
  events(after: LogPosition): AsyncIterable<readonly StoredEvent[]>;
  /** The event at exactly this place; `undefined` where there is none. */
  at(place: LogPosition): Promise<StoredEvent | undefined>;
  /** How many events there are; `undefined` where only reading all of them would tell. */
  count(): Promise<number | undefined>;
  commands(): AsyncIterable<readonly ArchivedCommand[]>;
  claims(): AsyncIterable<readonly ArchivedClaim[]>;
  close(): Promise<void>;
}

/**
 * The side of an event store by which a log is moved from one store into another: read whole, and written as it was,
 * with its hashes and times. Nobody else may append while a log is restored. Rejects with `StoreUnavailable` as the
 * store itself does; what was then under way may have happened.
 */
export interface LogArchive {
  /** Rejects when the log does not come to rest for long enough. */
  picture(): Promise<LogPicture>;
  /** Where streams end; those without events are absent. */
  tips(streamIds: readonly string[]): Promise<ReadonlyMap<string, StreamTip>>;
  /**
   * Adds events in the order of the log. Whoever calls has seen to it that they follow on from {@link tips}. When only
   * a part of them is written, it is the first part. Rejects with {@link RestoreRefused} where something else stands.
   */
  restoreEvents(events: readonly ArchivedEvent[]): Promise<void>;
  /** Adds answers; those that are there already change nothing. */
  restoreCommands(commands: readonly ArchivedCommand[]): Promise<void>;
  /** Adds names; those that are there already change nothing. */
  restoreClaims(claims: readonly ArchivedClaim[]): Promise<void>;
  close(): Promise<void>;
}

/** Somebody else has written into the store meanwhile. */
export class RestoreRefused extends Error {
  constructor(where: string) {
    super(`Somebody else writes into the log: ${where} is not where it was left.`);
    this.name = 'RestoreRefused';
  }
}
