import { eventStoreContract } from '#libs/platform/testing/event-store.contract';
import { appendOf, kinds } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { StoreUnavailable } from './event-store';
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

  it('refuses what comes while as many wait as may, whichever connection they wait for', async () => {
    const small = await PostgresEventStore.open({ url: database.url, writers, waiting: 8 });
    const appends = Array.from({ length: 8 }, () => small.append(appendOf()));
    expect(small.waiting).toBe(8);
    const refused = small.append(appendOf());
    await expect(refused).rejects.toThrow(StoreUnavailable);
    await expect(refused).rejects.toMatchObject({ cause: { message: 'Too many appends are waiting.' } });
    expect(kinds(await Promise.all(appends))).toEqual({ appended: 8 });
    expect((await small.append(appendOf())).kind).toBe('appended');
    await small.close();
  });
});
