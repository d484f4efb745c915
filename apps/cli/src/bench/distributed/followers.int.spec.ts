import { Pool } from 'pg';
import { prepareLog } from '#libs/platform/event-store/log-schema';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { busOf } from '../../bus';
import { Followers } from './followers';

let database: FreshDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await freshDatabase();
  await prepareLog(database.url);
  pool = new Pool({ connectionString: database.url, max: 1 });
  await pool.query(`CREATE SCHEMA read;
    CREATE TABLE read.checkpoints (name text PRIMARY KEY, xid bigint NOT NULL, position bigint NOT NULL)`);
  // Two transactions at once: the later one came by the lower position.
  for (const [xid, position] of [
    [1_000, 1],
    [1_000, 3],
    [1_001, 2],
  ])
    await pool.query(
      `INSERT INTO log.events (position, xid, occurred_at, recorded_at, event_id, revision, schema_version, stream_id, type, hash, meta, data)
       VALUES ($1::bigint, $2::text::xid8, 0, 0, gen_random_uuid(), $1::bigint, 1, 's', 'T', '', '{}', '{}')`,
      [position, xid],
    );
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

it.each([
  [1_000, 1, 1],
  [1_000, 3, 1],
  [1_001, 2, 3],
])(
  'a relay at transaction %i, position %i has come to %i of 3, where two wrote at once',
  async (xid, position, came) => {
    await pool.query(
      `INSERT INTO read.checkpoints VALUES ('relay', $1, $2) ON CONFLICT (name) DO UPDATE SET xid = $1, position = $2`,
      [xid, position],
    );
    expect(await new Followers(pool, busOf({ kafkaPrefix: 'chain' })).published()).toBe(came);
  },
);
