import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import { emptyStream, type EventStore, type StreamTip } from '#libs/platform/event-store/event-store';
import { ticketAnswer, ticketEvents } from './ticket-events';
import { WrongResult } from './wrong-result';

/** Somebody who appends three events with a durable key; `lane` names a stream that only this caller uses. */
export interface Appender {
  readonly name: string;
  append(lane: number): Promise<void>;
  /** Events in its tables. */
  stored(): Promise<number>;
  close(): Promise<void>;
}

const streamsPerLane = 40;

const countOf = async (pool: Pool, table: string): Promise<number> => {
  const { rows } = await pool.query<{ readonly count: number }>(`SELECT count(*)::float8 AS count FROM ${table}`);
  return rows[0]?.count ?? NaN;
};

/** The product's own log, with hash chain and stored answer. */
export const ourAppender = (store: EventStore, pool: Pool): Appender => {
  const tips = new Map<string, StreamTip>();
  return {
    name: 'regulars',
    append: async (lane) => {
      const streamId = `bench-${lane}-${Math.floor(Math.random() * streamsPerLane)}`;
      const outcome = await store.append({
        streamId,
        expected: tips.get(streamId) ?? emptyStream,
        events: ticketEvents(),
        recordedAt: Date.now(),
        command: { credential: 'bench', key: randomUUID(), requestHash: 'hash', status: 201, answer: ticketAnswer },
      });
      if (outcome.kind !== 'appended') throw new WrongResult(`an append came to ${outcome.kind}.`);
      tips.set(streamId, outcome.tip);
    },
    stored: () => countOf(pool, 'log.events'),
    close: () => store.close(),
  };
};

const functionSchema = `
CREATE SCHEMA bench;
CREATE TABLE bench.streams (stream_id text COLLATE "C" PRIMARY KEY, revision integer NOT NULL) WITH (fillfactor = 70);
CREATE TABLE bench.events (
  position bigserial NOT NULL, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), occurred_at bigint NOT NULL,
  recorded_at bigint NOT NULL, event_id uuid NOT NULL, revision integer NOT NULL, schema_version smallint NOT NULL,
  stream_id text COLLATE "C" NOT NULL, type text COLLATE "C" NOT NULL, meta text NOT NULL, data text NOT NULL,
  PRIMARY KEY (stream_id, revision), UNIQUE (xid, position));
CREATE TABLE bench.commands (
  credential text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, request_hash text NOT NULL,
  stream_id text NOT NULL, revision integer NOT NULL, status smallint NOT NULL, answer text NOT NULL,
  PRIMARY KEY (key, credential));
CREATE FUNCTION bench.append(
  stream text, expected integer, types text[], datas text[], metas text[], ids uuid[], at bigint,
  command_credential text, command_key text, command_answer text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE found boolean;
BEGIN
  IF expected < 0 THEN
    INSERT INTO bench.streams VALUES (stream, cardinality(types) - 1) ON CONFLICT DO NOTHING;
  ELSE
    UPDATE bench.streams SET revision = expected + cardinality(types) WHERE stream_id = stream AND revision = expected;
  END IF;
  GET DIAGNOSTICS found = ROW_COUNT;
  IF NOT found THEN RETURN false; END IF;
  INSERT INTO bench.events (occurred_at, recorded_at, event_id, revision, schema_version, stream_id, type, meta, data)
    SELECT at, at, id, expected + n, 1, stream, type, meta, data
    FROM unnest(types, datas, metas, ids) WITH ORDINALITY AS e(type, data, meta, id, n);
  INSERT INTO bench.commands
    VALUES (command_credential, command_key, 'hash', stream, expected + cardinality(types), 201, command_answer);
  RETURN true;
END $$;`;

const poolSize = 32;

/** The usual way: one function call, which is one transaction, for each append, over a pool of 32 connections. */
export const functionAppender = async (url: string): Promise<Appender> => {
  const pool = new Pool({ connectionString: url, max: poolSize });
  await pool.query(functionSchema);
  const revisions = new Map<string, number>();
  return {
    name: 'one function call each',
    append: async (lane) => {
      const stream = `bench-${lane}-${Math.floor(Math.random() * streamsPerLane)}`;
      const expected = revisions.get(stream) ?? -1;
      const events = ticketEvents();
      const { rows } = await pool.query<{ append: boolean }>({
        name: 'append',
        text: 'SELECT bench.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
        values: [
          ...[stream, expected, events.map(({ type }) => type), events.map(({ data }) => data)],
          ...[events.map(({ meta }) => meta), events.map(({ eventId }) => eventId), Date.now()],
          ...['bench', randomUUID(), ticketAnswer],
        ],
      });
      if (rows[0]?.append !== true) throw new WrongResult('a function call did not append.');
      revisions.set(stream, expected + events.length);
    },
    stored: () => countOf(pool, 'bench.events'),
    close: () => pool.end(),
  };
};

/** emmett-postgresql's `appendToStream`, which keeps no key; undefined where the package is not installed. */
export const emmettAppender = async (url: string): Promise<Appender | undefined> => {
  const emmett = await import('@event-driven-io/emmett-postgresql').catch(() => undefined);
  if (emmett === undefined) return undefined;
  const store = emmett.getPostgreSQLEventStore(url);
  await store.schema.migrate();
  const pool = new Pool({ connectionString: url, max: 1 });
  const events = ticketEvents().map(({ type, data }) => ({ type, data: JSON.parse(data) as Record<string, unknown> }));
  return {
    name: 'emmett-postgresql',
    append: async (lane) => {
      await store.appendToStream(`bench-${lane}-${Math.floor(Math.random() * streamsPerLane)}`, events);
    },
    stored: () => countOf(pool, 'emt_messages'),
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
};
