import { setImmediate as othersTurn } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { Statement } from './append-statement';
import { textArray } from './binary-array';
import {
  comparePositions,
  logStart,
  StoreUnavailable,
  type ClaimHolder,
  type LogPosition,
  type ReadEvent,
  type StoredEvent,
} from './event-store';
import { eventSize, filled } from './full-page';
import { mayBeFull, pageBytes, pageSize } from './page-size';
import { emptyPage, lastPlaceOf, packed, unpacked, type PackedPage } from './packed-page';
import { eventColumns, readColumns, toReadEvent, toStoredEvent, type EventRow, type ReadRow } from './stored-event-row';

/**
 * Only what no open transaction can still come before. A transaction gets its number before its events get their
 * positions, and either may commit first; so events are delivered by transaction, then position, and none of a
 * transaction that started after the oldest open one. A later reader then finds nothing new behind its place.
 */
const settled = 'e.xid < pg_snapshot_xmin(pg_current_snapshot())';

/** The next events, of whatever is asked of them. */
const pageOf = (columns: string): string => `SELECT ${columns} FROM log.events e
WHERE (e.xid, e.position) > ($1::xid8, $2::int8) AND ${settled} ORDER BY e.xid, e.position LIMIT $3::int8`;

const most = '$4::int8';

const readAllText = filled({
  page: pageOf(readColumns),
  order: 'e.xid, e.position',
  columns: readColumns,
  size: eventSize,
  most,
});

const readPackedText = packed({ page: pageOf(readColumns), sizes: pageOf(`${eventSize} AS size`), most });

const readStreamText = filled({
  page: `SELECT ${eventColumns} FROM log.events e
WHERE e.stream_id = $1 AND e.revision >= $2::int8 ORDER BY e.revision LIMIT $3::int8`,
  order: 'e.revision',
  columns: eventColumns,
  size: eventSize,
  most,
});

const findClaimsText = 'SELECT c.name, c.stream_id, c.revision FROM log.claims c WHERE c.name = ANY($1::text[])';

const headText = `SELECT e.xid, e.position FROM log.events e WHERE ${settled} ORDER BY e.xid DESC, e.position DESC LIMIT 1`;

const latestText = 'SELECT e.xid, e.position FROM log.events e ORDER BY e.xid DESC, e.position DESC LIMIT 1';

/** Asks over any connection of a pool and answers rows of texts. Every failure is a {@link StoreUnavailable}. */
export const ask = async <Row extends readonly unknown[]>(pool: Pool, statement: Statement): Promise<Row[]> => {
  try {
    return (await pool.query({ ...statement, rowMode: 'array' })).rows as unknown as Row[];
  } catch (error) {
    throw new StoreUnavailable(error);
  }
};

/** The questions to the log that concern no single decision. See the port for what each one means. */
export class LogReader {
  constructor(
    private readonly pool: Pool,
    private readonly mostBytes = pageBytes,
  ) {}

  async readAll(after: LogPosition, limit: number): Promise<readonly ReadEvent[]> {
    return unpacked(await this.packedPage(after, limit)) ?? (await this.byRows(after, limit));
  }

  /** The next page is on its way as soon as one has arrived, before that is taken apart. */
  async *pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]> {
    let from = after;
    for (let next = this.packedPage(from, limit); ;) {
      const page = await next;
      const foreseen = lastPlaceOf(page);
      if (foreseen !== undefined) next = this.packedPage(foreseen, limit);
      // A question leaves for the server once whoever asked lets others have a turn.
      await othersTurn();
      const events = unpacked(page) ?? (await this.byRows(from, limit));
      const last = events.at(-1);
      if (last === undefined) return;
      from = last;
      // Read event by event, and later, a page may end elsewhere.
      if (foreseen === undefined || comparePositions(from, foreseen) !== 0) next = this.packedPage(from, limit);
      yield events;
    }
  }

  head(): Promise<LogPosition> {
    return this.place({ name: 'head', text: headText, values: [] });
  }

  latest(): Promise<LogPosition> {
    return this.place({ name: 'latest', text: latestText, values: [] });
  }

  async readStream(streamId: string, fromRevision: number, limit: number): Promise<StoredEvent[]> {
    const events: StoredEvent[] = [];
    const first = Math.max(0, fromRevision);
    for (;;) {
      const values = [streamId, ...[first + events.length, limit - events.length, this.mostBytes].map(String)];
      const rows = await ask<EventRow>(this.pool, { name: 'read-stream', text: readStreamText, values });
      const page = rows.map(toStoredEvent);
      events.push(...page);
      if (events.length >= limit || !mayBeFull(pageSize(page), this.mostBytes)) return events;
    }
  }

  async findClaims(names: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    if (names.length === 0) return new Map();
    const statement = { name: 'find-claims', text: findClaimsText, values: [textArray(names)] };
    const rows = await ask<[string, string, string]>(this.pool, statement);
    return new Map(rows.map(([name, streamId, revision]) => [name, { streamId, revision: Number(revision) }]));
  }

  private packedPage(after: LogPosition, limit: number): Promise<PackedPage> {
    const values = [after.xid, after.position, limit, this.mostBytes].map(String);
    const asked = ask<PackedPage>(this.pool, { name: 'read-packed', text: readPackedText, values });
    const page = asked.then(([only]) => only ?? emptyPage);
    // Awaited once the page before has been worked through, or never: until then a failure must not count as unhandled.
    page.catch(() => undefined);
    return page;
  }

  private async byRows(after: LogPosition, limit: number): Promise<readonly ReadEvent[]> {
    const values = [after.xid, after.position, limit, this.mostBytes].map(String);
    return (await ask<ReadRow>(this.pool, { name: 'read-all', text: readAllText, values })).map(toReadEvent);
  }

  private async place(statement: Statement): Promise<LogPosition> {
    const [row] = await ask<[string, string]>(this.pool, statement);
    return row === undefined ? logStart : { xid: Number(row[0]), position: Number(row[1]) };
  }
}
