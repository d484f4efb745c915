import type { LogPosition, ReadEvent } from './event-store';
import { columnsIn, packedColumns, type ColumnsOf } from './packed-columns';

/** What is read of each event of a page; its place first. */
const fields = [
  ...(['xid', 'position', 'revision', 'schemaVersion', 'occurredAt', 'recordedAt'] as const),
  ...(['streamId', 'type', 'data', 'meta', 'eventId'] as const),
];

/** The page to pack, and when it is small enough. */
export interface PageToPack {
  /** A query for columns of `log.events` under their own names, sorted. */
  readonly page: string;
  /** The same of column `size` alone: bytes of each row. */
  readonly sizes: string;
  /** How many bytes are packed at most: a number, or a parameter. */
  readonly most: string;
}

/**
 * Packs a page of events into one row: whether it is small enough, the number of events, then its columns. What is too
 * large for one text, or for a heap, is not packed at all: PostgreSQL knows the length of a text without reading it, and
 * looks at nothing else before.
 */
export const packed = ({ page, sizes, most }: PageToPack): string => `WITH weighed AS (
  SELECT sum(size) <= ${most} AS fits FROM (${sizes}) AS sizes
) SELECT (SELECT fits FROM weighed), count(*), ${packedColumns(fields)}
FROM (${page}) AS page WHERE (SELECT fits FROM weighed)`;

/**
 * A row of {@link packed}: `t` when the page is packed, `f` when it is too large, `null` when there are no events; how
 * many there are; the columns.
 */
export type PackedPage = readonly [fits: 't' | 'f' | null, count: string, ...columns: (string | null)[]];

/** The page of no events. */
export const emptyPage: PackedPage = [null, '0'];

/** One event's share of every column. Field by field, so that all events are of one shape. */
const eventAt = (page: ColumnsOf<keyof ReadEvent>, index: number): ReadEvent => {
  const { xid, position, revision, schemaVersion, occurredAt, recordedAt } = page;
  const { streamId, type, data, meta, eventId } = page;
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

/**
 * The events of a page, in order; `undefined` where it was too large to be packed, or a text holds what stands between
 * texts: such a page must be asked for row by row.
 */
export const unpacked = ([fits, total, ...row]: PackedPage): readonly ReadEvent[] | undefined => {
  if (fits === null) return [];
  if (fits === 'f') return undefined;
  const count = Number(total);
  const columns = columnsIn(fields, row, count);
  return columns && Array.from({ length: count }, (_, index) => eventAt(columns, index));
};

const lastIn = (numbers: string): number => Number(numbers.slice(numbers.lastIndexOf(',') + 1));

/** Where a page ends, without taking it apart; `undefined` for one that holds no events. */
export const lastPlaceOf = ([, , xids, positions]: PackedPage): LogPosition | undefined =>
  typeof xids === 'string' && typeof positions === 'string'
    ? { xid: lastIn(xids), position: lastIn(positions) }
    : undefined;
