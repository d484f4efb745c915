import type { QueryRunner } from 'typeorm';

/** A row that belongs to a stream. */
export interface OfStream {
  readonly streamId: string;
}

/** Bytewise order, the collation of the log's tables. */
export const compareBytes = (a: string, b: string): number =>
  a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));

const rowsAtOnce = 2_000;

/** Reads the rows of a query in order, a few thousand at a time, within a transaction that others began. */
export class SnapshotCursor<Row extends OfStream> {
  private rows: readonly Row[] = [];
  private next = 0;
  private ended = false;
  private declared = false;

  /** `text` selects `"streamId"` and sorts by it first. */
  constructor(
    private readonly connection: QueryRunner,
    private readonly name: string,
    private readonly text: string,
  ) {}

  /** The next row, which stays the next one; undefined at the end. */
  async peek(): Promise<Row | undefined> {
    if (this.next < this.rows.length) return this.rows[this.next];
    await this.fetch();
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

  private async fetch(): Promise<void> {
    if (this.ended) return;
    if (!this.declared) await this.connection.query(`DECLARE ${this.name} NO SCROLL CURSOR FOR ${this.text}`);
    this.declared = true;
    this.rows = (await this.connection.query(`FETCH ${rowsAtOnce} FROM ${this.name}`)) as Row[];
    this.next = 0;
    this.ended = this.rows.length < rowsAtOnce;
  }
}
