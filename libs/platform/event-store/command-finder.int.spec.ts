import { Pool } from 'pg';
import { accepted, appendOf, facts, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { CommandFinder } from './command-finder';
import { StoreUnavailable } from './event-store';
import { connectionSettings } from './log-connection';
import { PostgresEventStore } from './postgres-event-store';

let database: FreshDatabase;
let store: PostgresEventStore;
let pool: Pool;
let statements: number;

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  pool = new Pool(connectionSettings(database.url, 'spec', { connectMs: 20_000, statementMs: 20_000 }));
  pool.on('acquire', () => void (statements += 1));
});
afterAll(async () => {
  await pool.end();
  await store.close();
  await database.drop();
});
beforeEach(() => {
  statements = 0;
});

const finder = (together = 256) => new CommandFinder(pool, { together, underWay: 2 });

const book = async (streamId: string, credential: string, key: string) => {
  const command = { ...accepted(), credential, key, answer: `{"of":"${credential} ${key}"}` };
  tipOf(await store.append(appendOf({ streamId, events: facts(1), command })));
  return command;
};

it('finds each answer under its credential and key, all in one statement', async () => {
  const [first, second] = [await book('account-1', 'till-1', 'a'), await book('account-2', 'till-2', 'a')];
  const sought = [
    ['till-2', 'a'],
    ['till-1', 'a'],
    ['till-1', 'b'],
    ['till-3', 'a'],
    ['till-1', 'a'],
  ] as const;
  const reader = finder();
  const found = await Promise.all(sought.map(([credential, key]) => reader.find(credential, key)));
  expect(statements).toBe(1);
  expect(found).toEqual([second, first, undefined, undefined, first]);
});

it('asks no more at once than it may', async () => {
  await book('account-3', 'till-9', 'z');
  const reader = finder(10);
  const found = await Promise.all(Array.from({ length: 35 }, (_, n) => reader.find('till-9', n % 2 === 0 ? 'z' : 'y')));
  expect(statements).toBe(4);
  expect(found.filter((each) => each !== undefined)).toHaveLength(18);
});

it('looks each key up in the index, however small the table was when the statement was planned', async () => {
  await finder().find('till-1', 'nothing');
  const client = await pool.connect();
  try {
    await client.query(`INSERT INTO log.commands (credential, key, revision, status, request_hash, stream_id, answer)
      SELECT 'many', 'k' || n, 0, 201, 'h', 's', '{}' FROM generate_series(1, 20000) n`);
  } finally {
    client.release();
  }
  const reader = finder();
  const found = await Promise.all(Array.from({ length: 50 }, (_, n) => reader.find('many', `k${n * 7 + 1}`)));
  expect(found.every((each) => each?.status === 201)).toBe(true);
  const explained = await pool.query<{ 'QUERY PLAN': string } | [string]>(
    `EXPLAIN SELECT * FROM unnest(ARRAY['a'], ARRAY['b']) AS w(credential, key)
     CROSS JOIN LATERAL (SELECT * FROM log.commands t WHERE t.key = w.key AND t.credential = w.credential LIMIT 1) c`,
  );
  expect(JSON.stringify(explained.rows)).toContain('Index Scan using commands_pkey');
});

it('tells everybody who asked that the store is away', async () => {
  const closed = new Pool({ connectionString: database.url });
  await closed.end();
  const reader = new CommandFinder(closed, { together: 256, underWay: 2 });
  const asked = await Promise.allSettled([reader.find('a', 'b'), reader.find('c', 'd')]);
  for (const each of asked) expect(each).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
});
