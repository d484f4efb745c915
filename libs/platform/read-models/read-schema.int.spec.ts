import { DataSource } from 'typeorm';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { ensureReadSchema } from './read-schema';

let database: FreshDatabase;
let source: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

/** As earlier programs made it. */
const earlier = [
  'CREATE SCHEMA read',
  `CREATE TABLE read.checkpoints (name text PRIMARY KEY, version integer NOT NULL, generation integer NOT NULL DEFAULT 0,
     xid bigint NOT NULL, position bigint NOT NULL, moved_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE TABLE read.feed_offsets (
     feed text NOT NULL, topic text NOT NULL, partition integer NOT NULL, next_offset bigint NOT NULL DEFAULT 0,
     epoch integer NOT NULL DEFAULT 0, xid bigint NOT NULL DEFAULT 0, position bigint NOT NULL DEFAULT 0,
     moved_at timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (feed, topic, partition))`,
  `CREATE TABLE read.feed_streams (
     feed text NOT NULL, stream_id text NOT NULL, revision bigint NOT NULL, PRIMARY KEY (feed, stream_id))`,
  `INSERT INTO read.feed_offsets (feed, topic, partition, next_offset) VALUES ('f', 't', 0, 7)`,
  `INSERT INTO read.feed_streams VALUES ('f', 'a', 3)`,
];

it('brings the tables of an earlier program up to date and keeps what they hold, once and again', async () => {
  for (const statement of earlier) await source.query(statement);
  for (let round = 0; round < 2; round += 1) await ensureReadSchema(source);
  expect(await source.query('SELECT next_offset::int AS next, mark FROM read.feed_offsets')).toEqual([
    { next: 7, mark: null },
  ]);
  expect(await source.query('SELECT revision::int, last_event FROM read.feed_streams')).toEqual([
    { revision: 3, last_event: null },
  ]);
  expect(await source.query('SELECT fed, floor_xid, built_at FROM read.checkpoints')).toEqual([]);
});
