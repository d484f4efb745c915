import type { ReadEvent, StoredEvent } from './event-store';

/**
 * The columns of an event as it is read, for a table alias `e`. No column is cast to text under its own name: a sort by
 * that name would then go by the text, put 10 before 9, and skip events.
 */
export const readColumns =
  'e.xid, e.position, e.stream_id, e.revision, e.type, e.schema_version, e.data, e.meta, e.event_id, e.occurred_at, e.recorded_at';

/** The same with the hash. */
export const eventColumns = `${readColumns}, e.hash`;

/** A row of {@link readColumns}, as the texts that the server sends. */
export type ReadRow = readonly [string, string, string, string, string, string, string, string, string, string, string];

/** A row of {@link eventColumns}. */
export type EventRow = readonly [...ReadRow, string];

/** How PostgreSQL starts the text of a bytea. */
const hexPrefix = '\\x';

/** A bytea of {@link eventColumns} or of a stream's row as hexadecimal text. */
export const hexOf = (bytea: string): string => bytea.slice(hexPrefix.length);

/** The event in a row. */
export const toReadEvent = (row: ReadRow | EventRow): ReadEvent => ({
  xid: Number(row[0]),
  position: Number(row[1]),
  streamId: row[2],
  revision: Number(row[3]),
  type: row[4],
  schemaVersion: Number(row[5]),
  data: row[6],
  meta: row[7],
  eventId: row[8],
  occurredAt: Number(row[9]),
  recordedAt: Number(row[10]),
});

/** The same with its hash. */
export const toStoredEvent = (row: EventRow): StoredEvent => ({ ...toReadEvent(row), hash: hexOf(row[11]) });
