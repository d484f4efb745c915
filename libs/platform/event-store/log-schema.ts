import { Client, DatabaseError, type QueryConfig } from 'pg';
import { defaultPatience, graceMs, type Patience } from './log-connection';

/** Only one process at a time prepares the log: the key of the advisory lock that it holds meanwhile. */
const schemaLock = '7236514410331121004';

/**
 * The tables of the log. Texts are compared byte by byte (collation C). A row of `streams` keeps free space beside it
 * and pushes its snapshot out of line, so that the usual move of its revision rewrites a hundred bytes in place.
 */
const firstVersion = `
CREATE SEQUENCE log.event_position AS bigint;

CREATE TABLE log.streams (
  stream_id text COLLATE "C" PRIMARY KEY,
  revision integer NOT NULL,
  hash bytea NOT NULL,
  snapshot_fold integer,
  snapshot_revision integer,
  snapshot_state text
) WITH (fillfactor = 70, toast_tuple_target = 256);

CREATE TABLE log.events (
  position bigint NOT NULL,
  xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
  occurred_at bigint NOT NULL,
  recorded_at bigint NOT NULL,
  event_id uuid NOT NULL,
  revision integer NOT NULL,
  schema_version smallint NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  hash bytea NOT NULL,
  meta text COLLATE "C" NOT NULL,
  data text COLLATE "C" NOT NULL,
  CONSTRAINT events_by_stream PRIMARY KEY (stream_id, revision),
  CONSTRAINT events_in_order UNIQUE (xid, position)
);

CREATE TABLE log.commands (
  credential text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  status smallint NOT NULL,
  request_hash text COLLATE "C" NOT NULL,
  stream_id text COLLATE "C" NOT NULL,
  answer text COLLATE "C" NOT NULL,
  PRIMARY KEY (key, credential)
);

CREATE TABLE log.claims (
  name text COLLATE "C" PRIMARY KEY,
  revision integer NOT NULL,
  stream_id text COLLATE "C" NOT NULL
);
`;

/** What has happened stays: events can be added, never changed or removed, not even by the owner of the table. */
const protection = `
CREATE OR REPLACE FUNCTION log.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are never changed or removed' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE OR REPLACE TRIGGER events_are_final BEFORE UPDATE OR DELETE OR TRUNCATE ON log.events
  FOR EACH STATEMENT EXECUTE FUNCTION log.refuse_change();
REVOKE UPDATE, DELETE, TRUNCATE ON log.events FROM PUBLIC, CURRENT_USER;
`;

/** How often the patience for a statement a process waits for another that prepares or repairs the log. */
const turnsToWait = 6;
const lockNotAvailable = '55P03';

/** Waits for its turn, though not for ever: who holds the lock may be stopped, or repair a large log. */
const takeLock = async (client: Client, waitMs: number): Promise<void> => {
  // The lock is the only one to be waited for so: afterwards a change of the tables may take as long as it takes.
  const text = `SET lock_timeout = ${waitMs}; SELECT pg_advisory_lock(${schemaLock}); SET lock_timeout = 0`;
  try {
    await client.query({ text, query_timeout: waitMs + graceMs } as QueryConfig);
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== lockNotAvailable) throw error;
    const seconds = Math.round(waitMs / 1_000);
    throw new Error(`Another process has been preparing or repairing the log for ${seconds} s. Try again later.`, {
      cause: error,
    });
  }
};

/** Runs a piece of work on a connection of its own while no other process prepares or repairs the log. */
const exclusively = async <T>(
  url: string,
  { connectMs, statementMs }: Patience,
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const client = new Client({
    connectionString: url,
    application_name: 'regulars log schema',
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
  });
  // A connection that breaks fails the statement at hand; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await takeLock(client, turnsToWait * statementMs);
    return await work(client);
  } finally {
    await client.end();
  }
};

/** Every change to the log's tables so far, oldest first. Only added to. */
const versions: readonly string[] = [firstVersion + protection];

/**
 * Makes the log in a database, or brings it to the present version. May be called by many processes at once, and
 * again at every start: then it changes nothing, and waits for nobody but another that does the same. Refuses a database that cannot hold every text.
 */
export const prepareLog = (url: string, patience = defaultPatience): Promise<void> =>
  exclusively(url, patience, async (client) => {
    const { rows: settings } = await client.query<{ server_encoding: string }>('SHOW server_encoding');
    if (settings[0]?.server_encoding !== 'UTF8') throw new Error('The database must have the encoding UTF8.');
    await client.query(`CREATE SCHEMA IF NOT EXISTS log;
      CREATE TABLE IF NOT EXISTS log.schema_version (version integer PRIMARY KEY)`);
    const { rows } = await client.query<{ version: number }>(
      'SELECT coalesce(max(version), 0) version FROM log.schema_version',
    );
    const present = rows[0]?.version ?? 0;
    for (const [index, change] of versions.slice(present).entries()) {
      const version = present + index + 1;
      await client.query(`BEGIN; ${change}; INSERT INTO log.schema_version VALUES (${version}); COMMIT`);
    }
  });

/** What {@link restoreXids} did. */
export interface XidRestoration {
  /** How many events were given a place again. */
  readonly events: number;
  /** True when events have moved: every stored checkpoint is meaningless now and its reader must start again. */
  readonly checkpointsReset: boolean;
}

const someAhead = async (client: Client): Promise<boolean> => {
  const { rows } = await client.query<{ ahead: boolean }>(
    'SELECT EXISTS (SELECT FROM log.events WHERE xid >= pg_snapshot_xmax(pg_current_snapshot())) AS ahead',
  );
  return rows[0]?.ahead === true;
};

/**
 * Whether the log came from another cluster (by dump and restore): some event then carries a transaction number that
 * this cluster has not reached, and readers do not see it.
 */
export const needsXidRestore = (url: string): Promise<boolean> => exclusively(url, defaultPatience, someAhead);

/**
 * After a dump was restored into a new cluster: gives every event there is the oldest possible transaction number, so
 * that readers see it, before all that is appended from now on, in the order of positions (which is the order of
 * revisions within each stream). Does nothing where {@link needsXidRestore} finds nothing. No process may use the log
 * meanwhile. Checkpoints must be reset afterwards.
 */
export const restoreXids = (url: string): Promise<XidRestoration> =>
  exclusively(url, defaultPatience, async (client) => {
    await client.query('BEGIN; LOCK TABLE log.events IN ACCESS EXCLUSIVE MODE');
    if (!(await someAhead(client))) return { events: 0, checkpointsReset: false };
    await client.query(`ALTER TABLE log.events DISABLE TRIGGER events_are_final;
      GRANT UPDATE ON log.events TO CURRENT_USER`);
    const { rowCount } = await client.query(`UPDATE log.events SET xid = '3'::xid8`);
    await client.query(`SELECT setval('log.event_position', greatest(
      (SELECT last_value FROM log.event_position), (SELECT max(position) FROM log.events)))`);
    await client.query(`ALTER TABLE log.events ENABLE TRIGGER events_are_final;
      REVOKE UPDATE ON log.events FROM CURRENT_USER; COMMIT`);
    return { events: rowCount ?? 0, checkpointsReset: true };
  });
