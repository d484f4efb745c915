import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import type { Statement } from './append-statement';
import { byteaArray, int2Array, int4Array, int8Array, textArray, uuidArray } from './binary-array';
import { StoreUnavailable, type StreamTip } from './event-store';
import {
  RestoreRefused,
  type ArchivedClaim,
  type ArchivedCommand,
  type ArchivedEvent,
  type LogArchive,
  type LogPicture,
} from './log-archive';
import { connectionSettings, LogConnection } from './log-connection';
import { prepareLog } from './log-schema';
import { PostgresPicture } from './postgres-picture';
import { hexOf } from './stored-event-row';

/** Whole pages are read and written at once, and the reader of a picture may be slow. */
const patience = { connectMs: 5_000, statementMs: 300_000 };
const restMs = 20;
const mostRestMs = 30_000;
const uniqueViolation = '23505';

/** Events get places of this cluster, in their order; a stream's row moves to the last of its events. */
const eventsText = `
WITH added AS (
  INSERT INTO log.events (position, stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at)
  SELECT nextval('log.event_position'), stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at
  FROM (
    SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::int2[], $5::text[], $6::text[], $7::uuid[], $8::bytea[], $9::int8[], $10::int8[])
      WITH ORDINALITY AS e(stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at, n) ORDER BY n
  ) AS ordered
)
INSERT INTO log.streams AS s (stream_id, revision, hash)
SELECT stream_id, revision, hash FROM unnest($11::text[], $12::int4[], $13::bytea[]) AS t(stream_id, revision, hash)
ON CONFLICT (stream_id) DO UPDATE SET revision = EXCLUDED.revision, hash = EXCLUDED.hash`;

/** A stream that was decided on and has no event has a row all the same. */
const emptyStreams = `
WITH known AS (
  INSERT INTO log.streams (stream_id, revision, hash) SELECT DISTINCT stream_id, -1, ''::bytea FROM unnest($1::text[]) AS w(stream_id)
  ON CONFLICT DO NOTHING
)`;

const commandsText = `${emptyStreams}
INSERT INTO log.commands (stream_id, revision, credential, key, request_hash, status, answer)
SELECT * FROM unnest($1::text[], $2::int4[], $3::text[], $4::text[], $5::text[], $6::int2[], $7::text[]) ON CONFLICT DO NOTHING`;

const claimsText = `${emptyStreams}
INSERT INTO log.claims (stream_id, revision, name)
SELECT * FROM unnest($1::text[], $2::int4[], $3::text[]) ON CONFLICT DO NOTHING`;

const tipsText = `SELECT s.stream_id, s.revision, s.hash FROM log.streams s
WHERE s.stream_id = ANY($1::text[]) AND s.revision >= 0`;

const eventsStatement = (events: readonly ArchivedEvent[]): Statement => {
  const ends = [...new Map(events.map((event) => [event.streamId, event])).values()];
  const values = [
    textArray(events.map((event) => event.streamId)),
    int4Array(events.map((event) => event.revision)),
    textArray(events.map((event) => event.type)),
    int2Array(events.map((event) => event.schemaVersion)),
    textArray(events.map((event) => event.data)),
    textArray(events.map((event) => event.meta)),
    uuidArray(events.map((event) => event.eventId)),
    byteaArray(events.map((event) => event.hash)),
    int8Array(events.map((event) => event.occurredAt)),
    int8Array(events.map((event) => event.recordedAt)),
    textArray(ends.map((event) => event.streamId)),
    int4Array(ends.map((event) => event.revision)),
    byteaArray(ends.map((event) => event.hash)),
  ];
  return { name: 'restore-events', text: eventsText, values };
};

/** A log on PostgreSQL, to be moved. */
export class PostgresArchive implements LogArchive {
  private readonly writer: LogConnection;

  private constructor(private readonly url: string) {
    this.writer = new LogConnection(connectionSettings(url, 'regulars log mover', patience));
  }

  /** Prepares the log's tables where there are none. */
  static async open(url: string): Promise<PostgresArchive> {
    await prepareLog(url);
    return new PostgresArchive(url);
  }

  /**
   * Looks until no event is visible that a reader could not be given yet: from then on the picture is of a moment at
   * which every reader could have been exactly there.
   */
  async picture(): Promise<LogPicture> {
    for (const until = performance.now() + mostRestMs; performance.now() < until; await sleep(restMs)) {
      const client = new Client(connectionSettings(this.url, 'regulars log picture', patience));
      client.on('error', () => undefined);
      await client.connect();
      const picture = await PostgresPicture.of(client);
      if (picture !== undefined) return picture;
    }
    throw new Error('The last events cannot be read yet: a transaction is open on this PostgreSQL. End it, try again.');
  }

  async tips(streamIds: readonly string[]): Promise<ReadonlyMap<string, StreamTip>> {
    const rows = await this.send({ name: 'tips', text: tipsText, values: [textArray(streamIds)] });
    return new Map(
      rows.map(([id, revision, hash]) => [id ?? '', { revision: Number(revision), hash: hexOf(hash ?? '') }]),
    );
  }

  async restoreEvents(events: readonly ArchivedEvent[]): Promise<void> {
    if (events.length > 0) await this.send(eventsStatement(events));
  }

  async restoreCommands(commands: readonly ArchivedCommand[]): Promise<void> {
    const values = [
      textArray(commands.map((each) => each.streamId)),
      int4Array(commands.map((each) => each.revision)),
      textArray(commands.map((each) => each.credential)),
      textArray(commands.map((each) => each.key)),
      textArray(commands.map((each) => each.requestHash)),
      int2Array(commands.map((each) => each.status)),
      textArray(commands.map((each) => each.answer)),
    ];
    await this.send({ name: 'restore-commands', text: commandsText, values });
  }

  async restoreClaims(claims: readonly ArchivedClaim[]): Promise<void> {
    const values = [
      textArray(claims.map((each) => each.streamId)),
      int4Array(claims.map((each) => each.revision)),
      textArray(claims.map((each) => each.name)),
    ];
    await this.send({ name: 'restore-claims', text: claimsText, values });
  }

  close(): Promise<void> {
    return this.writer.close();
  }

  private async send(statement: Statement): Promise<(string | null)[][]> {
    try {
      return (await this.writer.query(statement)).rows;
    } catch (error) {
      if (error instanceof DatabaseError && error.code === uniqueViolation)
        throw new RestoreRefused(error.detail ?? 'an event');
      throw new StoreUnavailable(error);
    }
  }
}
