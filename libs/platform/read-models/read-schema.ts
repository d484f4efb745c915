import type { DataSource } from 'typeorm';

/** What the read models keep about themselves. Everything in this schema can be dropped and is then built anew. */
const statements = [
  'CREATE SCHEMA IF NOT EXISTS read',
  `CREATE TABLE IF NOT EXISTS read.checkpoints (
     name text PRIMARY KEY, version integer NOT NULL, generation integer NOT NULL DEFAULT 0,
     xid bigint NOT NULL, position bigint NOT NULL, moved_at timestamptz NOT NULL DEFAULT now())
   WITH (fillfactor = 50)`,
  // A table that is fed over the bus holds facts beyond its checkpoint: whoever reads the log alone must build it anew.
  `DO $$ BEGIN
     IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'read.checkpoints'::regclass AND attname = 'fed') THEN
       ALTER TABLE read.checkpoints ADD COLUMN fed boolean NOT NULL DEFAULT false;
     END IF;
   END $$`,
  // Where a table stood when feeds took it over: what lies before is in it, what feeds have held up since is not. Looked
  // up first, since even an ALTER that changes nothing waits for every transaction that has read the table.
  `DO $$ BEGIN
     IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'read.checkpoints'::regclass AND attname = 'floor_xid') THEN
       ALTER TABLE read.checkpoints ADD COLUMN floor_xid bigint, ADD COLUMN floor_position bigint;
     END IF;
   END $$`,
  // When a table was last built from the log alone.
  `DO $$ BEGIN
     IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'read.checkpoints'::regclass AND attname = 'built_at') THEN
       ALTER TABLE read.checkpoints ADD COLUMN built_at timestamptz;
     END IF;
   END $$`,
  `CREATE TABLE IF NOT EXISTS read.feed_offsets (
     feed text NOT NULL, topic text NOT NULL, partition integer NOT NULL, next_offset bigint NOT NULL DEFAULT 0,
     epoch integer NOT NULL DEFAULT 0, xid bigint NOT NULL DEFAULT 0, position bigint NOT NULL DEFAULT 0,
     moved_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (feed, topic, partition))
   WITH (fillfactor = 50)`,
  // What the message before `next_offset` was, so that a feed notices when its topic is not the same any more.
  `DO $$ BEGIN
     IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'read.feed_offsets'::regclass AND attname = 'mark') THEN
       ALTER TABLE read.feed_offsets ADD COLUMN mark text;
     END IF;
   END $$`,
  `CREATE TABLE IF NOT EXISTS read.feed_streams (
     feed text NOT NULL, stream_id text NOT NULL, revision bigint NOT NULL, PRIMARY KEY (feed, stream_id))
   WITH (fillfactor = 70)`,
  // Which event that revision was: a topic can hold one that the log has lost since, and has another in its place.
  `DO $$ BEGIN
     IF NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'read.feed_streams'::regclass AND attname = 'last_event') THEN
       ALTER TABLE read.feed_streams ADD COLUMN last_event text;
     END IF;
   END $$`,
  `CREATE TABLE IF NOT EXISTS read.feed_parked (
     feed text NOT NULL, stream_id text NOT NULL, topic text NOT NULL, partition integer NOT NULL,
     revision bigint NOT NULL, reaches bigint NOT NULL, event_id text NOT NULL, error text NOT NULL,
     parked_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (feed, stream_id))`,
  `CREATE TABLE IF NOT EXISTS read.parked (
     consumer text NOT NULL, key text NOT NULL, event_id text NOT NULL, error text NOT NULL,
     parked_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (consumer, key, event_id))`,
  `CREATE TABLE IF NOT EXISTS read.timer_runs (
     timer text NOT NULL, key text NOT NULL, due_at timestamptz NOT NULL, ran_at timestamptz NOT NULL DEFAULT now(),
     PRIMARY KEY (timer, key))`,
];

/** Makes the schema where it is missing. Several processes may do so at once. */
export const ensureReadSchema = (source: DataSource): Promise<void> =>
  source.transaction(async (manager) => {
    await manager.query("SELECT pg_advisory_xact_lock(hashtextextended('regulars:read-schema', 0))");
    for (const statement of statements) await manager.query(statement);
  });
