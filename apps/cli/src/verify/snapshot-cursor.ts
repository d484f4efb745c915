import type { QueryRunner } from 'typeorm';
import { inPages } from '../log/in-pages';

/** A row that belongs to a stream. */
export interface OfStream {
  readonly streamId: string;
}

/** Bytewise order, the collation of the log's tables. */
export const compareBytes = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));

const rowsAtOnce = 2_000;

/** Reads rows that are sorted by stream, some at a time. */
export abstract class StreamCursor<Row extends OfStream> {
  private rows: readonly Row[] = [];
  private next = 0;
  private ended = false;

  /** The next row, which stays the next one; undefined at the end. */
  async peek(): Promise<Row | undefined> {
    if (this.next < this.rows.length) return this.rows[this.next];
    if (this.ended) return undefined;
    this.rows = await this.fetch();
    this.next = 0;
    this.ended = this.rows.length === 0;
    return this.rows[this.next];
  }

  /** Goes past the row that {@link peek} showed. */
  skip(): void {
    this.next += 1;
  }

  /** The next row if it belongs to this stream, gone past. */
  async takeOf(streamId: string): Promise<Row | undefined> {
    const row = await this.peek();
    if (row?.streamId !== streamId) return undefined;
    this.skip();
    return row;
  }

  /** All rows of this stream, gone past. */
  async allOf(streamId: string): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let row = await this.takeOf(streamId); row !== undefined; row = await this.takeOf(streamId)) rows.push(row);
    return rows;
  }

  /** The next rows; none at the end. */
  protected abstract fetch(): Promise<readonly Row[]>;
}

/** Reads the rows of a query in order, a few thousand at a time, within a transaction that others began. */
export class SnapshotCursor<Row extends OfStream> extends StreamCursor<Row> {
  private declared = false;

  /** `text` selects `"streamId"` and sorts by it first. */
  constructor(
    private readonly connection: QueryRunner,
    private readonly name: string,
    private readonly text: string,
  ) {
    super();
  }

  protected async fetch(): Promise<readonly Row[]> {
    if (!this.declared) await this.connection.query(`DECLARE ${this.name} NO SCROLL CURSOR FOR ${this.text}`);
    this.declared = true;
    return (await this.connection.query(`FETCH ${rowsAtOnce} FROM ${this.name}`)) as Row[];
  }
}

/** Reads rows that are sorted already. */
export class SortedCursor<Row extends OfStream> extends StreamCursor<Row> {
  private readonly pages: AsyncIterator<readonly Row[]>;

  constructor(rows: AsyncIterable<Row>) {
    super();
    this.pages = inPages(rows, rowsAtOnce);
  }

  protected async fetch(): Promise<readonly Row[]> {
    const page = await this.pages.next();
    return page.done === true ? [] : page.value;
  }
}
