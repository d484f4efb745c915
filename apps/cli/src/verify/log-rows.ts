import type { StoredEvent } from '#libs/platform/event-store/event-store';
import type { OfStream } from './snapshot-cursor';

/** A stream as its row says it ends, with its snapshot. */
export interface StreamRow extends OfStream {
  readonly revision: number;
  readonly hash: string;
  readonly fold: number | null;
  readonly snapshotRevision: number | null;
  readonly state: string | null;
}

/** A claimed name. */
export interface ClaimRow extends OfStream {
  readonly name: string;
  readonly revision: number;
}

/** A stored answer. */
export interface CommandRow extends OfStream {
  readonly credential: string;
  readonly key: string;
  readonly revision: number;
  readonly status: number;
  readonly answer: string;
}

/** An event as the log holds it. */
export type EventRow = StoredEvent & OfStream;

const streamId = 'stream_id AS "streamId"';

/** The questions for each kind of row, by stream. */
export const queries = {
  streams: `SELECT ${streamId}, revision, encode(hash, 'hex') AS hash, snapshot_fold AS fold,
    snapshot_revision AS "snapshotRevision", snapshot_state AS state FROM log.streams ORDER BY stream_id`,
  events: `SELECT xid::text::float8 AS xid, position::float8 AS position, ${streamId}, revision, type,
    schema_version AS "schemaVersion", data, meta, event_id::text AS "eventId", occurred_at::float8 AS "occurredAt",
    recorded_at::float8 AS "recordedAt", encode(hash, 'hex') AS hash FROM log.events ORDER BY stream_id, revision`,
  claims: `SELECT ${streamId}, name, revision FROM log.claims ORDER BY stream_id, name`,
  commands: `SELECT ${streamId}, credential, key, revision, status, answer FROM log.commands
    ORDER BY stream_id, revision`,
} as const;
