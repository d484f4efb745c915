import type { DataSource } from 'typeorm';

/** What the read models keep about themselves. Everything in this schema can be dropped and is then built anew. */
const statements = [
  'CREATE SCHEMA IF NOT EXISTS read',
  `CREATE TABLE IF NOT EXISTS read.checkpoints (
     name text PRIMARY KEY, version integer NOT NULL, generation integer NOT NULL DEFAULT 0,
     xid bigint NOT NULL, position bigint NOT NULL, moved_at timestamptz NOT NULL DEFAULT now())
   WITH (fillfactor = 50)`,
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
