import { Client } from 'pg';
import { accepted, appendOf } from '#libs/platform/testing/event-store.fixtures';
import { logArchiveContract, type Movable } from '#libs/platform/testing/log-archive.contract';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { logStart } from './event-store';
import { PostgresArchive } from './postgres-archive';
import { PostgresEventStore } from './postgres-event-store';

const opened: { readonly database: FreshDatabase; readonly close: () => Promise<unknown> }[] = [];

const fresh = async (): Promise<Movable & { readonly url: string }> => {
  const database = await freshDatabase();
  const { url } = database;
  const store = await PostgresEventStore.open({ url });
  const archive = await PostgresArchive.open(url);
  opened.push({ database, close: () => Promise.all([store.close(), archive.close()]) });
  return { store, archive, url };
};

afterEach(async () => {
  for (const { database, close } of opened.splice(0)) {
    await close();
    await database.drop();
  }
});

logArchiveContract('PostgreSQL', fresh);

it('waits for a transaction that is still open to end, since it may belong before what is there', async () => {
  const { store, archive, url } = await fresh();
  const other = new Client({ connectionString: url });
  await other.connect();
  await other.query('BEGIN; SELECT pg_current_xact_id()');
  await store.append(appendOf());
  const taking = archive.picture();
  const first = await Promise.race([taking, new Promise((resolve) => setTimeout(() => resolve('waits'), 150))]);
  expect(first).toBe('waits');
  await other.query('COMMIT');
  await other.end();
  const picture = await taking;
  const pages = [];
  for await (const page of picture.events(logStart)) pages.push(page);
  expect(pages).toHaveLength(1);
  await picture.close();
});

it('holds up no reader of the log while a picture is looked at', async () => {
  const { store, archive } = await fresh();
  const picture = await archive.picture();
  await store.append(appendOf({ command: accepted() }));
  await store.append(appendOf());
  for (const deadline = Date.now() + 90_000; Date.now() < deadline;)
    if ((await store.readAll(logStart, 10)).length === 2) break;
  expect(await store.readAll(logStart, 10)).toHaveLength(2);
  await picture.close();
});
