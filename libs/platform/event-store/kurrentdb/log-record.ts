import { StoreUnavailable, type LogPosition, type StoredEvent } from '../event-store';
import type { LinkedEvent } from '../hash-chain';
import type { NewRecord } from './append-messages';

/** A position in the server's log: where the record was prepared, and where its write was committed. */
export interface ServerPosition {
  readonly commit: bigint;
  readonly prepare: bigint;
}

/** A record as the server holds it: data and metadata as they were sent, text by text. */
export interface LogRecord {
  readonly streamId: string;
  readonly id: string;
  readonly revision: number;
  readonly type: string;
  readonly text: string;
  readonly metadata: string;
  readonly position: ServerPosition | undefined;
}

/** What goes with a fact as metadata. Texts throughout: appends to several streams take nothing else. */
interface FactMetadata {
  readonly eventId: string;
  readonly revision: string;
  readonly schemaVersion: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  readonly hash: string;
  readonly meta: string;
}

const variant = (digit: string): string => ((Number.parseInt(digit, 16) & 0x3) | 0x8).toString(16);

/**
 * The id under which the server knows a record: the event's chain hash, shortened to a uuid (version 8, RFC 9562 §5.8).
 * The hash covers the event's own id, its content, its place and all before it. So the server, which takes an append for
 * done when records with its ids stand where they should, never mistakes another writer's event for ours; and whoever
 * finds the id at its place has found that very event.
 */
export const recordIdOf = (hash: string): string =>
  `${hash.slice(0, 8)}-${hash.slice(8, 12)}-8${hash.slice(13, 16)}-${variant(hash.charAt(16))}${hash.slice(17, 20)}-${hash.slice(20, 32)}`;

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** A fact as a record. */
export const factRecord = (event: LinkedEvent): NewRecord => {
  const metadata: FactMetadata = {
    eventId: event.eventId,
    revision: String(event.revision),
    schemaVersion: String(event.schemaVersion),
    occurredAt: String(event.occurredAt),
    recordedAt: String(event.recordedAt),
    hash: event.hash,
    meta: event.meta,
  };
  return { id: recordIdOf(event.hash), type: event.type, text: event.data, metadata: { ...metadata } };
};

const factMetadataOf = (text: string): FactMetadata | undefined => {
  try {
    const metadata: unknown = JSON.parse(text);
    return isObject(metadata) && 'hash' in metadata && 'eventId' in metadata && 'meta' in metadata
      ? (metadata as FactMetadata)
      : undefined;
  } catch {
    return undefined;
  }
};

/** A count that the server keeps in 64 bits, as a number. Rejects what is no longer exact, beyond 2^53. */
const exact = (value: bigint): number => {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new StoreUnavailable(new RangeError('A position exceeds 2^53.'));
  return Number(value);
};

/** A record's place in the log. The server's positions are ordered as ours are: by commit, then prepare. */
export const placeOf = ({ position }: Pick<LogRecord, 'position'>): LogPosition => {
  if (position === undefined) throw new StoreUnavailable(new Error('The server gives no positions.'));
  return { xid: exact(position.commit), position: exact(position.prepare) };
};

/** The server's position of a place in the log. */
export const serverPositionOf = ({ xid, position }: LogPosition): ServerPosition => ({
  commit: BigInt(xid),
  prepare: BigInt(position),
});

/** The fact in a record; `undefined` for whatever else is there: technical records, or what others wrote. */
export const factIn = (record: LogRecord): StoredEvent | undefined => {
  const metadata = factMetadataOf(record.metadata);
  if (metadata === undefined) return undefined;
  return {
    ...placeOf(record),
    streamId: record.streamId,
    revision: Number(metadata.revision),
    eventId: metadata.eventId,
    type: record.type,
    schemaVersion: Number(metadata.schemaVersion),
    data: record.text,
    meta: metadata.meta,
    occurredAt: Number(metadata.occurredAt),
    recordedAt: Number(metadata.recordedAt),
    hash: metadata.hash,
  };
};
