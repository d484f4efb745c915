import type { Client } from 'pg';
import { StoreUnavailable, type LogPosition, type StoredEvent } from './event-store';
import { eventSize, filled } from './full-page';
import type { ArchivedClaim, ArchivedCommand, LogPicture } from './log-archive';
import { pageBytes } from './page-size';
import { eventColumns, toStoredEvent, type EventRow } from './stored-event-row';

const rowsAtOnce = 5_000;

/**
 * Nothing is written, so no transaction number is taken and no reader of the log is held up: it may rest for as long as
 * whoever looks at it has something else to do, such as to write all of it elsewhere.
 */
const begin = `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0`;

const unsettledText = `SELECT EXISTS (SELECT FROM log.events e WHERE e.xid >= pg_snapshot_xmin(pg_current_snapshot()))`;

const endText = 'SELECT e.xid, e.position FROM log.events e ORDER BY e.xid DESC, e.position DESC LIMIT 1';

const eventsText = filled({
  page: `SELECT ${eventColumns} FROM log.events e
WHERE (e.xid, e.position) > ($1::xid8, $2::int8) ORDER BY e.xid, e.position LIMIT ${rowsAtOnce}`,
  order: 'e.xid, e.position',
  most: pageBytes,
  columns: eventColumns,
  size: eventSize,
});

const atText = `SELECT ${eventColumns} FROM log.events e WHERE (e.xid, e.position) = ($1::xid8, $2::int8)`;

const countText = 'SELECT count(*) FROM log.events';

const commandColumns = 'e.key, e.credential, e.stream_id, e.revision, e.request_hash, e.status, e.answer';

const commandsText = filled({
  page: `SELECT ${commandColumns} FROM log.commands e
WHERE (e.key, e.credential) > ($1, $2) ORDER BY e.key, e.credential LIMIT ${rowsAtOnce}`,
  order: 'e.key, e.credential',
  columns: commandColumns,
  size: 'octet_length(e.answer)',
  most: pageBytes,
});

const claimsText = `SELECT c.name, c.stream_id, c.revision FROM log.claims c
WHERE c.name > $1 ORDER BY c.name LIMIT ${rowsAtOnce}`;

/** No name and no key is empty, nor sorts before the empty text. */
const nothing = '';

type CommandRow = readonly [string, string, string, string, string, string, string];
type ClaimRow = readonly [string, string, string];

const toCommand = ([
  key,
  credential,
  streamId,
  revision,
  requestHash,
  status,
  answer,
]: CommandRow): ArchivedCommand => ({
  ...{ credential, key, requestHash, status: Number(status), answer },
  ...{ streamId, revision: Number(revision) },
});

/** A log on PostgreSQL within one transaction that reads only, hence as of one moment. */
export class PostgresPicture implements LogPicture {
  readonly inOrder = true;

  private constructor(
    private readonly client: Client,
    readonly end: LogPosition,
  ) {}

  /** Takes over a fresh connection. `undefined`, and the connection closed, when readers lag behind what is committed. */
  static async of(client: Client): Promise<PostgresPicture | undefined> {
    try {
      await client.query(begin);
      const { rows } = await client.query<[string]>({ text: unsettledText, rowMode: 'array' });
      if (rows[0]?.[0] === 'f') {
        const [last] = (await client.query<[string, string]>({ text: endText, rowMode: 'array' })).rows;
        return new PostgresPicture(client, { xid: Number(last?.[0] ?? 0), position: Number(last?.[1] ?? 0) });
      }
    } catch (error) {
      await client.end();
      throw new StoreUnavailable(error);
    }
    await client.end();
    return undefined;
  }

  async *events(after: LogPosition): AsyncGenerator<readonly StoredEvent[]> {
    const from = (place: LogPosition): string[] => [String(place.xid), String(place.position)];
    for await (const rows of this.pages<EventRow>(eventsText, from(after), (row) => [row[0], row[1]]))
      yield rows.map(toStoredEvent);
  }

  async at({ xid, position }: LogPosition): Promise<StoredEvent | undefined> {
    const [row] = await this.rows<EventRow>(atText, [String(xid), String(position)]);
    return row && toStoredEvent(row);
  }

  async count(): Promise<number> {
    const [row] = await this.rows<readonly [string]>(countText, []);
    return Number(row?.[0] ?? 0);
  }

  async *commands(): AsyncGenerator<readonly ArchivedCommand[]> {
    for await (const rows of this.pages<CommandRow>(commandsText, [nothing, nothing], (row) => [row[0], row[1]]))
      yield rows.map(toCommand);
  }

  async *claims(): AsyncGenerator<readonly ArchivedClaim[]> {
    for await (const rows of this.pages<ClaimRow>(claimsText, [nothing], (row) => [row[0]]))
      yield rows.map(([name, streamId, revision]) => ({ name, streamId, revision: Number(revision) }));
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** Pages of rows, each beginning after the last row of the one before. */
  private async *pages<Row extends readonly string[]>(
    text: string,
    start: readonly string[],
    keyOf: (row: Row) => readonly string[],
  ): AsyncGenerator<readonly Row[]> {
    for (let after = start; ;) {
      const rows = await this.rows<Row>(text, after);
      const last = rows.at(-1);
      if (last === undefined) return;
      yield rows;
      after = keyOf(last);
    }
  }

  private async rows<Row extends readonly string[]>(text: string, values: readonly string[]): Promise<readonly Row[]> {
    try {
      const { rows } = await this.client.query({ text, values: [...values], rowMode: 'array' });
      return rows as unknown as readonly Row[];
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  }
}
