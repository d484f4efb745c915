import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { otherProcess } from '#libs/platform/testing/other-process';
import { attachDatabase, openDatabase } from './database';
import { attachPostgres, EmbeddedPostgres } from './embedded-postgres';
import { FolderInUse } from './folder-lock';
import { identify, isRunning } from './process-identity';

jest.setTimeout(240_000);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-embedded-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const query = async (url: string, statement: string): Promise<Record<string, unknown>[]> => {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
};

const remember = (url: string): Promise<unknown> => query(url, 'CREATE TABLE kept AS SELECT 1 AS n');
const remembered = (url: string): Promise<unknown> => query(url, 'SELECT n FROM kept');

/** Asks until there is an answer. */
const eventually = async (url: string, statement: string): Promise<unknown> => {
  for (const deadline = Date.now() + 120_000; ; await sleep(20)) {
    try {
      return await query(url, statement);
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
};

/** Another process that serves the folder until it is killed; says its server's number. */
const otherServer = () =>
  otherProcess(`
    const { EmbeddedPostgres } = require('./libs/platform/postgres/embedded-postgres.ts');
    EmbeddedPostgres.start({ folder: ${JSON.stringify(folder)} }).then((server) => console.log(server.pid));
    setTimeout(() => undefined, 240_000);
  `);

it('keeps data, address and password over a stop and a start', async () => {
  const first = await EmbeddedPostgres.start({ folder });
  const { url, pid } = first;
  await remember(url);
  await first.stop();
  expect(identify(pid!)).toBeUndefined();
  const second = await EmbeddedPostgres.start({ folder });
  expect(second.url).toBe(url);
  expect(await remembered(second.url)).toEqual([{ n: 1 }]);
  await second.stop();
});

it('is durable, hears only this machine, and lets nobody in without the password', async () => {
  const server = await EmbeddedPostgres.start({ folder });
  const wanted = {
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    listen_addresses: '127.0.0.1',
    idle_in_transaction_session_timeout: '60000',
  };
  const rows = await query(
    server.url,
    `SELECT name, setting FROM pg_settings WHERE name = ANY('{${Object.keys(wanted).join()}}')`,
  );
  expect(Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))).toEqual(wanted);
  expect((await stat(join(folder, 'postgres.json'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'postgres'))).mode & 0o077).toBe(0);
  const wrong = new URL(server.url);
  wrong.password = 'guess';
  await expect(query(wrong.href, 'SELECT 1')).rejects.toThrow('password authentication failed');
  await server.stop();
});

it('refuses a folder that is in use, and leaves its server alone', async () => {
  const server = await EmbeddedPostgres.start({ folder });
  await expect(EmbeddedPostgres.start({ folder })).rejects.toBeInstanceOf(FolderInUse);
  await expect(openDatabase({ folder })).rejects.toThrow(`in use by process ${process.pid}`);
  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await server.stop();
});

it('starts its server again when that is killed, and says so', async () => {
  const server = await EmbeddedPostgres.start({ folder });
  await remember(server.url);
  const exits: unknown[] = [];
  server.onExit((exit) => exits.push(exit));
  const { pid } = server;
  process.kill(pid!, 'SIGKILL');
  while (exits.length === 0) await sleep(5);
  expect(exits).toEqual([{ code: null, signal: 'SIGKILL' }]);
  expect(await eventually(server.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  expect(server.pid).not.toBe(pid);
  await server.stop();
  expect(exits).toHaveLength(1);
});

it('takes a folder over from a process that was killed, with the server it left behind', async () => {
  const other = otherServer();
  const orphan = identify(Number(await other.said))!;
  await expect(EmbeddedPostgres.start({ folder })).rejects.toMatchObject({ pid: other.process.pid });
  const attached = await attachPostgres({ folder });
  expect(attached.started).toBeUndefined();
  await remember(attached.url);
  await attached.close();
  expect(isRunning(orphan)).toBe(true);

  await other.kill();
  expect(isRunning(orphan)).toBe(true);
  const server = await EmbeddedPostgres.start({ folder });
  expect(isRunning(orphan)).toBe(false);
  expect(await remembered(server.url)).toEqual([{ n: 1 }]);
  await server.stop();
});

it('starts after both the process and its server were killed', async () => {
  const other = otherServer();
  const pid = Number(await other.said);
  await other.kill();
  process.kill(pid, 'SIGKILL');
  const server = await EmbeddedPostgres.start({ folder });
  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await server.stop();
});

it('is not misled by a number that another program has by now', async () => {
  const first = await EmbeddedPostgres.start({ folder });
  await first.stop();
  const cluster = join(folder, 'postgres');
  await writeFile(join(cluster, 'postmaster.pid'), `${process.pid}\n${cluster}\n0\n1\n\n127.0.0.1\n\nready   \n`);
  await chmod(join(cluster, 'postmaster.pid'), 0o644);
  const server = await EmbeddedPostgres.start({ folder });
  expect(server.pid).not.toBe(process.pid);
  await server.stop();
});

it('takes another port when its own is taken', async () => {
  const first = await EmbeddedPostgres.start({ folder });
  const taken = Number(new URL(first.url).port);
  await first.stop();
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(taken, '127.0.0.1', resolve));
  const second = await EmbeddedPostgres.start({ folder });
  expect(Number(new URL(second.url).port)).not.toBe(taken);
  expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await second.stop();
  await new Promise((resolve) => squatter.close(resolve));
});

it('makes anew what an interrupted first start left behind', async () => {
  await mkdir(join(folder, 'postgres.new', 'base'), { recursive: true });
  await writeFile(join(folder, 'postgres.new', 'PG_VERSION'), '18\n');
  await writeFile(join(folder, 'initial-password'), 'old');
  const server = await EmbeddedPostgres.start({ folder });
  expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  await expect(readFile(join(folder, 'initial-password'))).rejects.toThrow('ENOENT');
  await server.stop();
});

it('touches nothing where the password of what is there is missing', async () => {
  await (await EmbeddedPostgres.start({ folder })).stop();
  const access = join(folder, 'postgres.json');
  const known = await readFile(access, 'utf8');
  await rm(access);
  await expect(EmbeddedPostgres.start({ folder })).rejects.toThrow('postgres.json is missing');
  await expect(readFile(access)).rejects.toThrow('ENOENT');
  await writeFile(access, known);
  await (await EmbeddedPostgres.start({ folder })).stop();
});

it('leaves no server running when it does not get in', async () => {
  await (await EmbeddedPostgres.start({ folder })).stop();
  const access = join(folder, 'postgres.json');
  const known = await readFile(access, 'utf8');
  await writeFile(access, JSON.stringify({ ...(JSON.parse(known) as object), password: 'guess' }));
  await expect(EmbeddedPostgres.start({ folder })).rejects.toThrow('password authentication failed');
  await expect(readFile(join(folder, 'postgres', 'postmaster.pid'))).rejects.toThrow('ENOENT');
  await writeFile(access, known);
  await (await EmbeddedPostgres.start({ folder })).stop();
});

it('gives the folder free when it cannot start, and says where the reasons are', async () => {
  const first = await EmbeddedPostgres.start({ folder });
  await first.stop();
  const control = join(folder, 'postgres', 'global', 'pg_control');
  const whole = await readFile(control);
  await writeFile(control, whole.subarray(0, 100));
  await expect(EmbeddedPostgres.start({ folder })).rejects.toThrow(join(folder, 'postgres.log'));
  await writeFile(control, whole);
  await (await EmbeddedPostgres.start({ folder })).stop();
});

describe('an outside database', () => {
  it('leaves an outside server to others', async () => {
    const server = await EmbeddedPostgres.start({ folder });
    for (const open of [openDatabase, attachDatabase]) {
      const database = await open({ url: server.url });
      expect(database.url).toBe(server.url);
      await database.close();
    }
    expect(await query(server.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await server.stop();
  });

  it('starts the server of a folder for a command when nobody runs it, and stops it again', async () => {
    const database = await attachDatabase({ folder });
    await remember(database.url);
    const shared = await attachDatabase({ folder });
    expect(shared.url).toBe(database.url);
    await shared.close();
    expect(await remembered(database.url)).toEqual([{ n: 1 }]);
    await database.close();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});
