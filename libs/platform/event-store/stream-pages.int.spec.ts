import { Pool } from 'pg';
import { appendOf, facts, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { StoreUnavailable } from './event-store';
import { connectionSettings } from './log-connection';
import { PostgresEventStore } from './postgres-event-store';
import { StreamPages } from './stream-pages';

let database: FreshDatabase;
let store: PostgresEventStore;
let pool: Pool;
let statements: number;

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  const settings = connectionSettings(database.url, 'spec', { connectMs: 20_000, statementMs: 20_000 });
  pool = new Pool({ ...settings, max: 4 });
  pool.on('acquire', () => void (statements += 1));
  for (const [index, count] of [7, 1, 3].entries())
    tipOf(await store.append(appendOf({ streamId: `account-${index}`, events: facts(count) })));
});
afterAll(async () => {
  await pool.end();
  await store.close();
  await database.drop();
});
beforeEach(() => {
  statements = 0;
});

const pages = (together = 256) => new StreamPages(pool, { together, underWay: 2 });

it('answers to each what it asked for, all in one statement', async () => {
  const reader = pages();
  const asked = [
    ['account-0', 0, 16],
    ['account-0', 5, 16],
    ['account-0', 2, 3],
    ['account-1', 1, 1],
    ['nowhere', 0, 5],
    ['account-2', 0, 1],
    ['account-0', 2, 3],
  ] as const;
  const read = await Promise.all(asked.map(([streamId, first, most]) => reader.read(streamId, first, most)));
  expect(statements).toBe(1);
  expect(read.map((page) => page.map(({ streamId, revision }) => `${streamId}@${revision}`))).toEqual([
    [0, 1, 2, 3, 4, 5, 6].map((revision) => `account-0@${revision}`),
    ['account-0@5', 'account-0@6'],
    ['account-0@2', 'account-0@3', 'account-0@4'],
    [],
    [],
    ['account-2@0'],
    ['account-0@2', 'account-0@3', 'account-0@4'],
  ]);
});

it('reads exactly what a longer page of the store has', async () => {
  expect(await pages().read('account-0', 0, 16)).toEqual(await store.readStream('account-0', 0, 1_000));
});

it('asks no more at once than it may', async () => {
  const reader = pages(10);
  const read = await Promise.all(Array.from({ length: 95 }, () => reader.read('account-2', 1, 5)));
  expect(statements).toBe(10);
  expect(read.every((page) => page.length === 2)).toBe(true);
});

it('tells everybody who asked that the store is away', async () => {
  const closed = new Pool({ connectionString: database.url });
  await closed.end();
  const reader = new StreamPages(closed, { together: 256, underWay: 2 });
  const asked = await Promise.allSettled([reader.read('account-0', 0, 1), reader.read('account-1', 0, 1)]);
  for (const each of asked) expect(each).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
});

it('the store takes questions beyond the last revision there can be', async () => {
  expect(await store.readStream('account-0', 2 ** 31, 1)).toEqual([]);
  expect(await store.readStream('account-0', 2 ** 40, 1)).toEqual([]);
  expect(await store.readStream('account-0', 2 ** 31 - 1, 1)).toEqual([]);
});
