import { eventStoreContract } from '#libs/platform/testing/event-store.contract';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { PostgresEventStore } from './postgres-event-store';

describe.each([1, 2])('with %i writing connections', (writers) => {
  let database: FreshDatabase;
  let store: PostgresEventStore;

  beforeAll(async () => {
    database = await freshDatabase();
    store = await PostgresEventStore.open({ url: database.url, writers });
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  eventStoreContract('PostgreSQL', () => store);
});
