import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { EventStore, LogPosition, ReadEvent } from '#libs/platform/event-store/event-store';

/** How many events each transaction writes. */
export const eventsPerTransaction = 3;

/** A transaction driven step by step, as two appends that overlap would be. */
export class Writer {
  streamId = '';

  constructor(readonly client: Client) {}

  /** Begins, and takes a transaction number as moving the stream's row would. */
  async takeNumber(): Promise<void> {
    this.streamId = `course-${randomUUID()}`;
    await this.client.query('BEGIN');
    await this.client.query('SELECT pg_current_xact_id()');
  }

  async takePositions(): Promise<void> {
    await this.client.query(
      `INSERT INTO log.events (position, stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at)
       SELECT nextval('log.event_position'), $1, n, 'PointsEarned', 1, '{}', '{}', gen_random_uuid(), '', 0, 0
       FROM generate_series(0, $2::int - 1) n ORDER BY n`,
      [this.streamId, eventsPerTransaction],
    );
  }

  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    await this.client.query(how);
  }
}

/** An event in one word: its stream and revision. */
export const nameOf = (event: { streamId: string; revision: number }): string => `${event.streamId}@${event.revision}`;

/** A reader with a checkpoint, which is all it keeps between polls: each poll might be another process. */
export interface Reader {
  readonly delivered: string[];
  poll(): Promise<void>;
}

/** The store's own reader, its checkpoint kept as text. */
export const trueReader = (from: EventStore, start: LogPosition, limit: number): Reader => {
  let checkpoint = JSON.stringify(start);
  const delivered: string[] = [];
  return {
    delivered,
    poll: async () => {
      let page: readonly ReadEvent[];
      do {
        page = await from.readAll(JSON.parse(checkpoint) as LogPosition, limit);
        delivered.push(...page.map(nameOf));
        const last = page.at(-1);
        if (last !== undefined) checkpoint = JSON.stringify({ xid: last.xid, position: last.position });
      } while (page.length > 0);
    },
  };
};

/** Readers as they are often written: by position alone, or by position among what seems settled. Both lose events. */
export const wrongReader = (client: Client, start: LogPosition, guard: string): Reader => {
  let last = start.position;
  const delivered: string[] = [];
  return {
    delivered,
    poll: async () => {
      const { rows } = await client.query<{ position: string; stream_id: string; revision: number }>(
        `SELECT position, stream_id, revision FROM log.events WHERE position > $1 ${guard} ORDER BY position`,
        [last],
      );
      for (const row of rows) {
        delivered.push(nameOf({ streamId: row.stream_id, revision: row.revision }));
        last = Number(row.position);
      }
    },
  };
};
/** A {@link wrongReader} that takes whatever is there. */
export const byPosition = '';
/** A {@link wrongReader} that takes what no open transaction precedes, but still goes by position. */
export const bySettledPosition = 'AND xid < pg_snapshot_xmin(pg_current_snapshot())';

/** The events that a writer's last transaction wrote. */
export const expectedOf = (writer: Writer): string[] =>
  Array.from({ length: eventsPerTransaction }, (_, revision) => nameOf({ streamId: writer.streamId, revision }));
