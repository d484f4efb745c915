import type { LogPosition, ReadEvent, StoredEvent } from './event-store';

/** Stands between the texts of a column: no JSON text holds it, and hardly any name. */
const between = '\u0001';

const numbersIn = (text: string): readonly number[] => JSON.parse(`[${text}]`) as readonly number[];

/** Parts of the whole: cheap, and gone with the page when they have been parsed. */
const partsIn = (text: string): readonly string[] => text.split(between);

/** Stands between texts of a column that need no escape in JSON. */
const betweenPlain = '","';

/** Copies of texts that need no escape in JSON. Parsing makes them all at once, far faster than one by one. */
const plainIn = (text: string): readonly string[] => JSON.parse(`["${text}"]`) as readonly string[];

/** What a JSON text has to escape, but for what stands between. */
const escaped = /["\\]|(?!\u0001)\p{Cc}/u;

/** Copies: whoever keeps the name of one stream must not keep the names of a whole page with it. */
const namesIn = (text: string): readonly string[] =>
  escaped.test(text)
    ? text.split(between).map((name) => Buffer.from(name).toString())
    : plainIn(text.replaceAll(between, betweenPlain));

type Column = readonly [name: keyof StoredEvent, sql: string, read: (text: string) => readonly unknown[]];

const numbers = (name: keyof StoredEvent, column: string): Column => [
  name,
  `string_agg(${column}::text, ',')`,
  numbersIn,
];
const names = (name: keyof StoredEvent, column: string): Column => [name, `string_agg(${column}, chr(1))`, namesIn];
const parts = (name: keyof StoredEvent, column: string): Column => [name, `string_agg(${column}, chr(1))`, partsIn];
const plain = (name: keyof StoredEvent, text: string): Column => [
  name,
  `string_agg(${text}, '${betweenPlain}')`,
  plainIn,
];

/** How each column of a page is packed, and taken apart; place first. */
const leanColumns: readonly Column[] = [
  numbers('xid', 'xid'),
  numbers('position', 'position'),
  numbers('revision', 'revision'),
  numbers('schemaVersion', 'schema_version'),
  numbers('occurredAt', 'occurred_at'),
  numbers('recordedAt', 'recorded_at'),
  names('streamId', 'stream_id'),
  parts('type', 'type'),
  parts('data', 'data'),
  parts('meta', 'meta'),
  plain('eventId', 'event_id::text'),
];

const wholeColumns: readonly Column[] = [...leanColumns, plain('hash', "encode(hash, 'hex')")];

const packedBy = (columns: readonly Column[], page: string): string =>
  `SELECT count(*), ${columns.map(([, column]) => column).join(', ')} FROM (${page}) AS page`;

/**
 * Packs a page of events into one row: the number of events, then each column as one text. Sending, receiving and
 * taking apart twelve values of every event costs more than all the rest of reading it. PostgreSQL aggregates the rows
 * of a sorted subquery in its order (manual, "Aggregate Functions"), whether it needs their result or not: so a page must
 * be small enough for a text before it is packed.
 *
 * @param page a query for columns of `log.events` under their own names, sorted
 */
export const packed = (page: string): string => packedBy(wholeColumns, page);

/** The same without hashes. */
export const packedLean = (page: string): string => packedBy(leanColumns, page);

/** A row of {@link packed} or {@link packedLean}: the columns are all null where the page was empty. */
export type PackedPage = readonly [string, ...(string | null)[]];

type ColumnsOf<Event> = { readonly [K in keyof Event]: readonly Event[K][] };

/** One event's share of every column but the hash. Field by field, so that all events are of one shape. */
const leanAt = (columns: ColumnsOf<ReadEvent>, index: number): ReadEvent => {
  const { xid, position, revision, schemaVersion, occurredAt, recordedAt } = columns;
  const { streamId, type, data, meta, eventId } = columns;
  return {
    xid: xid[index],
    position: position[index],
    streamId: streamId[index],
    revision: revision[index],
    type: type[index],
    schemaVersion: schemaVersion[index],
    data: data[index],
    meta: meta[index],
    eventId: eventId[index],
    occurredAt: occurredAt[index],
    recordedAt: recordedAt[index],
  } as ReadEvent;
};

/** One event's share of every column. */
const wholeAt = (columns: ColumnsOf<StoredEvent>, index: number): StoredEvent => ({
  ...leanAt(columns, index),
  hash: columns.hash[index] ?? '',
});

const unpackedBy = <Event>(
  columns: readonly Column[],
  eventAt: (columns: ColumnsOf<Event>, index: number) => Event,
  [total, ...row]: PackedPage,
): Event[] | undefined => {
  const count = Number(total);
  if (count === 0) return [];
  const values = columns.map(([name, , read], index) => [name, read(row[index] ?? '')] as const);
  if (values.some(([, column]) => column.length !== count)) return undefined;
  const byName = Object.fromEntries(values) as ColumnsOf<Event>;
  return Array.from({ length: count }, (_, index) => eventAt(byName, index));
};

/**
 * The events of a page, in order; `undefined` where a text holds what stands between texts: such a page must be asked
 * for row by row.
 */
export const unpacked = (page: PackedPage): StoredEvent[] | undefined => unpackedBy(wholeColumns, wholeAt, page);

/** The same of a page without hashes. */
export const unpackedLean = (page: PackedPage): ReadEvent[] | undefined => unpackedBy(leanColumns, leanAt, page);

const lastIn = (numbers: string): number => Number(numbers.slice(numbers.lastIndexOf(',') + 1));

/** Where a page ends, without taking it apart; `undefined` for an empty one. */
export const lastPlaceOf = ([, xids, positions]: PackedPage): LogPosition | undefined =>
  typeof xids === 'string' && typeof positions === 'string'
    ? { xid: lastIn(xids), position: lastIn(positions) }
    : undefined;
