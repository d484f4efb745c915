import type { DataSource } from 'typeorm';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Checkpoints, Parked, Parking } from '#libs/platform/runtime/checkpoints';

/** A parked fact as it is listed, with the time at which it was parked (RFC 3339). */
export interface ListedParked extends Parked {
  readonly parkedAt: string;
}

/** Checkpoints of policies, and everything parked, in the schema of the read models. */
export class PostgresCheckpoints implements Checkpoints, Parking {
  constructor(private readonly source: DataSource) {}

  async read(name: string): Promise<LogPosition | undefined> {
    const [row] = await this.source.query<LogPosition[]>(
      'SELECT xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = $1',
      [name],
    );
    return row;
  }

  async write(name: string, { xid, position }: LogPosition): Promise<void> {
    await this.source.query(
      `INSERT INTO read.checkpoints AS c (name, version, xid, position) VALUES ($1, 1, $2, $3)
       ON CONFLICT (name) DO UPDATE SET xid = EXCLUDED.xid, position = EXCLUDED.position, moved_at = now()
       WHERE (c.xid, c.position) < (EXCLUDED.xid, EXCLUDED.position)`,
      [name, xid, position],
    );
  }

  async park({ consumer, key, eventId, error }: Parked): Promise<void> {
    await this.source.query(
      'INSERT INTO read.parked (consumer, key, event_id, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      [consumer, key, eventId, error],
    );
  }

  /** Takes a fact off the list: it has been dealt with. */
  async unpark({ consumer, key, eventId }: Omit<Parked, 'error'>): Promise<void> {
    await this.source.query('DELETE FROM read.parked WHERE consumer = $1 AND key = $2 AND event_id = $3', [
      consumer,
      key,
      eventId,
    ]);
  }

  /** What was parked, oldest first. */
  listParked(limit: number): Promise<readonly ListedParked[]> {
    return this.source.query(
      `SELECT consumer, key, event_id AS "eventId", error,
         to_char(parked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "parkedAt"
       FROM read.parked ORDER BY parked_at, consumer, key LIMIT $1`,
      [limit],
    );
  }
}
