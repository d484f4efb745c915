/** A page of rows that ends where it is full. */
export interface FullPage {
  /** A query for all rows that there may be, sorted, under an alias `e`. */
  readonly page: string;
  /** What they are sorted by. */
  readonly order: string;
  /** The columns to read. */
  readonly columns: string;
  /** Bytes of one row. */
  readonly size: string;
  /** How many bytes fill a page: a number, or a parameter. */
  readonly most: string | number;
}

/** Bytes of an event. */
export const eventSize = 'octet_length(e.data) + octet_length(e.meta)';

/**
 * Ends a sorted page with the row that goes beyond so many bytes, so that there is at least one. PostgreSQL knows the
 * length of a text without reading it, hence only what stays is read.
 */
export const filled = ({ page, order, columns, size, most }: FullPage): string => `SELECT ${columns} FROM (
  SELECT e.*, sum(${size}) OVER (ORDER BY ${order} ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS bytes_before
  FROM (${page}) AS e
) AS e WHERE e.bytes_before IS NULL OR e.bytes_before <= ${most} ORDER BY ${order}`;
