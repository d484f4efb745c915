import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Client } from 'pg';
import { appendOf, facts, readToEnd, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { logStart } from './event-store';
import { verifyChain } from './hash-chain';
import { needsXidRestore, prepareLog, restoreXids } from './log-schema';
import { PostgresEventStore } from './postgres-event-store';

let database: FreshDatabase;
let client: Client;

beforeEach(async () => {
  database = await freshDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await database.drop();
});

it('is prepared once, however many processes do it at once and again', async () => {
  await Promise.all(Array.from({ length: 5 }, () => prepareLog(database.url)));
  await prepareLog(database.url);
  const { rows } = await client.query('SELECT version FROM log.schema_version');
  expect(rows).toEqual([{ version: 1 }]);
});

it('leaves a server that appends alone when another one starts', async () => {
  await prepareLog(database.url);
  await client.query('BEGIN; LOCK TABLE log.events IN ROW EXCLUSIVE MODE');
  await prepareLog(database.url);
  await client.query('COMMIT');
});

it('waits for whoever prepares or repairs the log, but not for ever', async () => {
  const { rows } = await client.query<{ pid: number }>(
    `SELECT pid FROM (SELECT pg_backend_pid() AS pid, pg_advisory_lock(7236514410331121004)) AS held`,
  );
  expect(rows).toHaveLength(1);
  const patience = { connectMs: 20_000, statementMs: 50 };
  await expect(PostgresEventStore.open({ url: database.url, patience })).rejects.toThrow('Another process');
  const opening = PostgresEventStore.open({ url: database.url, patience: { ...patience, statementMs: 20_000 } });
  await client.query('SELECT pg_advisory_unlock(7236514410331121004)');
  await (await opening).close();
});

it('gives a server up that takes the connection and stays silent', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const url = `postgres://till:secret@127.0.0.1:${port}/log`;
  const patience = { connectMs: 200, statementMs: 200 };
  await expect(PostgresEventStore.open({ url, patience })).rejects.toThrow('timeout');
  for (const socket of sockets) socket.destroy();
  silent.close();
});

it('refuses a database that cannot hold every text', async () => {
  const name = `latin_${Date.now()}`;
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'`);
  const url = new URL(database.url);
  url.pathname = `/${name}`;
  await expect(prepareLog(url.href)).rejects.toThrow('UTF8');
  await client.query(`DROP DATABASE ${name}`);
});

it.each(["UPDATE log.events SET data = '{}'", 'DELETE FROM log.events', 'TRUNCATE log.events'])(
  'refuses %s',
  async (statement) => {
    const store = await PostgresEventStore.open({ url: database.url });
    const request = appendOf();
    await store.append(request);
    await expect(client.query(statement)).rejects.toThrow(/never changed or removed|permission denied/);
    expect((await store.load(request.streamId)).tail).toHaveLength(1);
    await store.close();
  },
);

describe('a log restored from a dump into another cluster', () => {
  /** Numbers as a cluster that was in use for longer would have given them. */
  const moveToAnotherCluster = async (): Promise<void> => {
    await client.query(`ALTER TABLE log.events DISABLE TRIGGER events_are_final`);
    await client.query(`GRANT UPDATE ON log.events TO CURRENT_USER`);
    await client.query(
      `UPDATE log.events SET xid = (xid::text::bigint + 1000000000)::text::xid8 WHERE position % 2 = 0`,
    );
    await client.query(`ALTER TABLE log.events ENABLE TRIGGER events_are_final`);
    await client.query(`SELECT setval('log.event_position', 1)`);
  };

  it('shows all its events again, before everything new, in the order of each stream', async () => {
    const store = await PostgresEventStore.open({ url: database.url });
    const requests = Array.from({ length: 5 }, () => appendOf({ events: facts(3) }));
    const tips = await Promise.all(requests.map(async (each) => tipOf(await store.append(each))));
    expect(await needsXidRestore(database.url)).toBe(false);
    await moveToAnotherCluster();
    expect(await needsXidRestore(database.url)).toBe(true);
    expect((await store.readAll(logStart, 100)).length).toBeLessThan(15);

    expect(await restoreXids(database.url)).toEqual({ events: 15, checkpointsReset: true });
    const [first] = requests;
    await store.append({ ...first!, expected: tips[0]!, events: facts(2) });
    const events = await readToEnd(store, logStart, 17);
    expect(events).toHaveLength(17);
    for (const { streamId } of requests) {
      expect(verifyChain(await store.readStream(streamId, 0, 10)).kind).toBe('intact');
    }
    expect(events.slice(15).map((each) => each.revision)).toEqual([3, 4]);
    await store.close();
  }, 240_000);

  it('is left as it is when this cluster has come further than the other', async () => {
    const store = await PostgresEventStore.open({ url: database.url });
    await store.append(appendOf());
    expect(await restoreXids(database.url)).toEqual({ events: 0, checkpointsReset: false });
    await store.close();
  });

  it('is protected again afterwards', async () => {
    const store = await PostgresEventStore.open({ url: database.url });
    await store.append(appendOf({ events: facts(2) }));
    await moveToAnotherCluster();
    await restoreXids(database.url);
    await expect(client.query(`UPDATE log.events SET data = '{}'`)).rejects.toThrow();
    await store.close();
  });
});
