import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCluster, partsOf, readAccess, serverSettings } from './cluster';
import type { PostgresAccount } from './postgres-account';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-cluster-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs, in place of every program of PostgreSQL, a shell that gets the program's arguments. */
const shell = (script: string): PostgresAccount => ({
  command: (program, args) => ({ file: '/bin/sh', args: ['-c', script, program, ...args], options: {} }),
  own: () => Promise.resolve(),
});
const idle = shell('exit 0');
const ensure = (account: PostgresAccount = idle) =>
  ensureCluster(folder, { binaries: { initdb: 'initdb', postgres: 'postgres' }, account, durable: false });

const listening = (port: number): Promise<Server> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
const closed = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));

describe('a data folder', () => {
  it('has its parts below it', () => {
    for (const part of Object.values(partsOf('/var/lib/regulars')))
      expect(part.startsWith('/var/lib/regulars/')).toBe(true);
    expect(partsOf('/d').postmaster).toBe(join(partsOf('/d').cluster, 'postmaster.pid'));
  });

  it('has no access before its first start', async () => expect(await readAccess(folder)).toBeUndefined());

  it('keeps its access for its owner alone', async () => {
    const access = await ensure();
    expect(await readAccess(folder)).toEqual(access);
    expect((await stat(partsOf(folder).access)).mode & 0o077).toBe(0);
    expect(access.password.length).toBeGreaterThanOrEqual(32);
  });
});

describe('the first start', () => {
  it('leaves the cluster and its access, and the password nowhere else', async () => {
    await ensure();
    expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres.json']);
    expect((await stat(partsOf(folder).cluster)).mode & 0o077).toBe(0);
  });

  it('hands the password over in a file that only its owner may read', async () => {
    const seen = join(folder, 'seen');
    const script = `for word; do case $word in --pwfile=*) f=\${word#--pwfile=};
      stat -c %a "$f" > ${seen}; cat "$f" >> ${seen};; esac; done`;
    const { password } = await ensure(shell(script));
    expect(await readFile(seen, 'utf8')).toBe(`600\n${password}`);
  });

  it('that fails says what PostgreSQL said, leaves no password, and can be tried again', async () => {
    await expect(ensure(shell('echo no room left >&2; exit 1'))).rejects.toThrow('no room left');
    expect(await readdir(folder)).toEqual(['postgres.new']);
    await ensure();
    expect((await readdir(folder)).sort()).toEqual(['postgres', 'postgres.json']);
  });

  it('does not take up what an interrupted one left behind', async () => {
    await mkdir(`${partsOf(folder).cluster}.new`);
    await writeFile(join(`${partsOf(folder).cluster}.new`, 'half'), '');
    await writeFile(join(folder, 'initial-password'), 'old');
    await ensure();
    expect(await readdir(partsOf(folder).cluster)).toEqual([]);
  });
});

describe('every later start', () => {
  it('keeps port, user and password, and makes nothing', async () => {
    const first = await ensure();
    expect(await ensure(shell('exit 1'))).toEqual(first);
  });

  it('takes another port while its own is taken, and keeps that one', async () => {
    const first = await ensure();
    const other = await listening(first.port);
    const second = await ensure();
    await closed(other);
    expect(second).toEqual({ ...first, port: expect.any(Number) as number });
    expect(second.port).not.toBe(first.port);
    expect(await ensure()).toEqual(second);
  });

  it('makes a cluster anew whose files are gone, under another password', async () => {
    const first = await ensure();
    await rm(partsOf(folder).cluster, { recursive: true });
    expect((await ensure()).password).not.toBe(first.password);
  });
});

describe('the settings of the server', () => {
  it('keep every commit that was acknowledged', () =>
    expect(serverSettings(5_432, true)).toMatchObject({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
    }));

  it('hear this machine alone, on the port of the folder', () => {
    for (const durable of [true, false])
      expect(serverSettings(5_433, durable)).toMatchObject({
        ...{ port: '5433', listen_addresses: '127.0.0.1', unix_socket_directories: '' },
        password_encryption: 'scram-sha-256',
      });
  });

  it('take no more memory than a small machine has, and no less than PostgreSQL needs', () => {
    const [, megabytes] = /^(\d+)MB$/.exec(serverSettings(1, true)['shared_buffers'] ?? '') ?? [];
    expect(Number(megabytes)).toBeGreaterThanOrEqual(64);
    expect(Number(megabytes)).toBeLessThanOrEqual(1_024);
  });
});
