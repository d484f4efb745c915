import { Client } from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { logStart, StoreUnavailable } from './event-store';
import { connectionSettings } from './log-connection';
import { prepareLog } from './log-schema';
import { pageBytes } from './page-size';
import { PostgresPicture } from './postgres-picture';

const rows = 5_003;

let database: FreshDatabase;
let writer: Client;

beforeEach(async () => {
  database = await freshDatabase();
  await prepareLog(database.url);
  writer = new Client({ connectionString: database.url });
  await writer.connect();
});
afterEach(async () => {
  await writer.end();
  await database.drop();
});

const connected = async (): Promise<Client> => {
  const client = new Client(connectionSettings(database.url, 'spec', { connectMs: 20_000, statementMs: 60_000 }));
  client.on('error', () => undefined);
  await client.connect();
  return client;
};

/** The picture once every transaction that may still be open in the same server is over. */
const picture = async (): Promise<PostgresPicture> => {
  for (;;) {
    const taken = await PostgresPicture.of(await connected());
    if (taken !== undefined) return taken;
  }
};

const writeEvents = (count: number, from = 0): Promise<unknown> =>
  writer.query(`INSERT INTO log.events
      (position, stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at)
    SELECT nextval('log.event_position'), 'account-1', ${from} + n, 'PointsEarned', 1, '{}', '{}', gen_random_uuid(), '', n, n
    FROM generate_series(0, ${count - 1}) n`);

const writeLarge = (count: number, bytes: number): Promise<unknown> =>
  writer.query(`INSERT INTO log.events
      (position, stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at)
    SELECT nextval('log.event_position'), 'account-2', n, 'A', 1, repeat('y', ${bytes}), '{}', gen_random_uuid(), '', n, n
    FROM generate_series(0, ${count - 1}) n;
    INSERT INTO log.commands (credential, key, revision, status, request_hash, stream_id, answer)
    SELECT 'till-7', to_char(n, '0000'), n, 201, 'a1', 'account-2', repeat('y', ${bytes})
    FROM generate_series(0, ${count - 1}) n`);

const pagesOf = async <T>(pages: AsyncIterable<readonly T[]>): Promise<readonly (readonly T[])[]> => {
  const all: (readonly T[])[] = [];
  for await (const page of pages) all.push(page);
  return all;
};

it('shows large events and answers in pages of fewer', async () => {
  await writeLarge(20, pageBytes >> 3);
  const taken = await picture();
  const pages = await pagesOf(taken.events(logStart));
  expect(pages.map(({ length }) => length)).toEqual([8, 8, 4]);
  expect(pages.flat().map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  const commands = await pagesOf(taken.commands());
  expect(commands.map(({ length }) => length)).toEqual([9, 9, 2]);
  expect(commands.flat().map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_, index) => index));
  await taken.close();
});

it('shows events page by page, also those of one transaction, none twice', async () => {
  await writeEvents(rows);
  const taken = await picture();
  const pages = await pagesOf(taken.events(logStart));
  expect(pages.map(({ length }) => length)).toEqual([5_000, 3]);
  expect(pages.flat().map(({ revision }) => revision)).toEqual(Array.from({ length: rows }, (_, index) => index));
  const last = pages.flat().at(-1);
  expect(taken.end).toEqual({ xid: last?.xid, position: last?.position });
  expect(await pagesOf(taken.events(taken.end))).toEqual([]);
  await taken.close();
});

it('may rest for longer than a statement may take', async () => {
  await writeEvents(3);
  const client = new Client(connectionSettings(database.url, 'spec', { connectMs: 2_000, statementMs: 200 }));
  client.on('error', () => undefined);
  await client.connect();
  let taken = await PostgresPicture.of(client);
  taken ??= await picture();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect((await pagesOf(taken.events(logStart))).flat()).toHaveLength(3);
  expect(await taken.count()).toBe(3);
  await taken.close();
});

it('shows answers in the order of key and credential, over every boundary of pages', async () => {
  await writer.query(`INSERT INTO log.commands (credential, key, revision, status, request_hash, stream_id, answer)
    SELECT 'till-' || lpad(n::text, 5, '0'), CASE WHEN n < 10 THEN 'a' ELSE 'k' END, n, 201, 'h', 'account-1', '{}'
    FROM generate_series(1, ${rows}) n`);
  const taken = await picture();
  const pages = await pagesOf(taken.commands());
  expect(pages.map(({ length }) => length)).toEqual([5_000, 3]);
  expect(pages.flat().map(({ revision }) => revision)).toEqual(Array.from({ length: rows }, (_, index) => index + 1));
  expect(pages[1]?.[0]).toEqual({
    ...{ credential: 'till-05001', key: 'k', requestHash: 'h', status: 201, answer: '{}' },
    ...{ streamId: 'account-1', revision: 5_001 },
  });
  await taken.close();
});

it('shows names bytewise, whatever their script', async () => {
  await writer.query(`INSERT INTO log.claims (name, revision, stream_id)
    SELECT 'card:' || lpad(n::text, 5, '0'), n, 'member-1' FROM generate_series(1, ${rows}) n`);
  await writer.query(
    `INSERT INTO log.claims VALUES ('Card:1', 0, 'member-2'), ('é', 0, 'member-2'), ('z', 0, 'member-2')`,
  );
  const taken = await picture();
  const names = (await pagesOf(taken.claims())).flat().map(({ name }) => name);
  expect(names).toHaveLength(rows + 3);
  expect(names).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  expect([names[0], names.at(-2), names.at(-1)]).toEqual(['Card:1', 'z', 'é']);
  await taken.close();
});

it('of an empty log ends where it begins', async () => {
  const taken = await picture();
  expect(taken.end).toEqual(logStart);
  expect(await pagesOf(taken.events(logStart))).toEqual([]);
  await taken.close();
});

it('is not of a moment at which a reader could not have been, and then keeps no connection', async () => {
  const open = await connected();
  await open.query('BEGIN; SELECT pg_current_xact_id()');
  await writeEvents(1);
  const client = await connected();
  expect(await PostgresPicture.of(client)).toBeUndefined();
  await expect(client.query('SELECT 1')).rejects.toThrow('closed');
  await open.query('COMMIT');
  await open.end();
  const taken = await picture();
  expect(taken.end.position).toBe(1);
  await taken.close();
});

it('takes nothing that is committed after it was taken', async () => {
  await writeEvents(2);
  const taken = await picture();
  await writeEvents(2, 2);
  expect((await pagesOf(taken.events(logStart))).flat()).toHaveLength(2);
  await taken.close();
});

it('rejects as the store does when the server breaks off, before and after it was taken', async () => {
  await writeEvents(1);
  const taken = await picture();
  await writer.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'spec'
    AND datname = current_database()`);
  await expect(pagesOf(taken.events(logStart))).rejects.toThrow(StoreUnavailable);
  const client = await connected();
  await client.end();
  await expect(PostgresPicture.of(client)).rejects.toThrow(StoreUnavailable);
});
