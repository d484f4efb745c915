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
import { eventPage, filled } from './full-page';
import { mayBeFull, pageBytes, pageSize } from './page-size';
import { lastPlaceOf, packed, packedLean, unpacked, unpackedLean, type PackedPage } from './packed-page';
import { eventColumns, toStoredEvent, type EventRow } from './stored-event-row';

/**
 * Only what no open transaction can still come before. A transaction gets its number before its events get their
 * positions, and either may commit first; so events are delivered by transaction, then position, and none of a
 * transaction that started after the oldest open one. A later reader then finds nothing new behind its place.
 */
const settled = 'e.xid < pg_snapshot_xmin(pg_current_snapshot())';

const readAllText = filled({
  page: `SELECT ${eventColumns} FROM log.events e
WHERE (e.xid, e.position) > ($1::xid8, $2::int8) AND ${settled} ORDER BY e.xid, e.position LIMIT $3::int8`,
  order: 'e.xid, e.position',
  most: '$4::int8',
  ...eventPage,
});

const readPackedText = packed(readAllText);
const readLeanText = packedLean(readAllText);

const headText = `SELECT e.xid, e.position FROM log.events e WHERE ${settled} ORDER BY e.xid DESC, e.position DESC LIMIT 1`;

const latestText = 'SELECT e.xid, e.position FROM log.events e ORDER BY e.xid DESC, e.position DESC LIMIT 1';

const readStreamText = filled({
  page: `SELECT ${eventColumns} FROM log.events e
WHERE e.stream_id = $1 AND e.revision >= $2::int8 ORDER BY e.revision LIMIT $3::int8`,
  order: 'e.revision',
  most: '$4::int8',
  ...eventPage,
});

const findClaimsText = 'SELECT c.name, c.stream_id, c.revision FROM log.claims c WHERE c.name = ANY($1::text[])';

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

  async readAll(after: LogPosition, limit: number): Promise<StoredEvent[]> {
    const values = [after.xid, after.position, limit, this.mostBytes].map(String);
    const [page] = await ask<PackedPage>(this.pool, { name: 'read-packed', text: readPackedText, values });
    const events = page && unpacked(page);
    if (events !== undefined) return events;
    return (await ask<EventRow>(this.pool, { name: 'read-all', text: readAllText, values })).map(toStoredEvent);
  }

  /** The next page is asked for as soon as one has arrived, before it is taken apart. */
  async *pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]> {
    let from = after;
    for (let next = this.lean(from, limit); ;) {
      const page = await next;
      const last = lastPlaceOf(page);
      if (last === undefined) return;
      next = this.lean(last, limit);
      const events = unpackedLean(page) ?? (await this.readAll(from, limit));
      from = events.at(-1) ?? last;
      // Read event by event, and later, a page may end elsewhere.
      if (comparePositions(from, last) !== 0) next = this.lean(from, limit);
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

  private lean(after: LogPosition, limit: number): Promise<PackedPage> {
    const values = [after.xid, after.position, limit, this.mostBytes].map(String);
    const asked = ask<PackedPage>(this.pool, { name: 'read-lean', text: readLeanText, values });
    const page = asked.then(([only]): PackedPage => only ?? ['0']);
    // Awaited once the page before has been worked through, or never: until then a failure must not count as unhandled.
    page.catch(() => undefined);
    return page;
  }

  private async place(statement: Statement): Promise<LogPosition> {
    const [row] = await ask<[string, string]>(this.pool, statement);
    return row === undefined ? logStart : { xid: Number(row[0]), position: Number(row[1]) };
  }
}
