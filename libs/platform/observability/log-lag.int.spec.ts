import { Client } from 'pg';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { settledHead } from '#libs/platform/testing/event-store.fixtures';
import { Writer } from '#libs/platform/testing/log-courses';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { LogLag } from './log-lag';

let database: FreshDatabase;
let store: PostgresEventStore;
let clients: readonly Client[];

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  clients = [1, 2].map(() => new Client({ connectionString: database.url }));
  await Promise.all(clients.map((client) => client.connect()));
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await store.close();
  await database.drop();
});

it('sees what a transaction left open keeps everybody from reading', async () => {
  const [forgetful, busy] = clients.map((client) => new Writer(client)) as [Writer, Writer];
  let now = 0;
  const lag = new LogLag(store, () => now);
  await lag.look();
  await forgetful.takeNumber();
  for (const step of ['takeNumber', 'takePositions'] as const) await busy[step]();
  await busy.end('COMMIT');
  await lag.look();
  now = 600_000;
  const place = await store.head();
  expect(lag.of(place)?.seconds).toBe(600);
  expect(lag.of(place)?.distance).toBeGreaterThan(0);
  await forgetful.end('ROLLBACK');
  expect(lag.of(await settledHead(store))).toEqual({ distance: 0, seconds: 0 });
});
