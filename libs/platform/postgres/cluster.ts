import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { PostgresAccount } from './postgres-account';
import type { PostgresBinaries } from './postgres-binaries';

/** How to reach the embedded server of a data folder. Kept in `postgres.json`, readable by its owner only. */
export interface Access {
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** Where the parts of a data folder lie. */
export const partsOf = (
  folder: string,
): { readonly cluster: string; readonly access: string; readonly log: string; readonly postmaster: string } => ({
  cluster: join(folder, 'postgres'),
  access: join(folder, 'postgres.json'),
  log: join(folder, 'postgres.log'),
  postmaster: join(folder, 'postgres', 'postmaster.pid'),
});

/** How to reach the server of a folder; undefined before its first start. */
export const readAccess = async (folder: string): Promise<Access | undefined> => {
  const text = await readFile(partsOf(folder).access, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Access);
};

const writeAccess = async (folder: string, access: Access): Promise<void> => {
  const file = partsOf(folder).access;
  await writeFile(`${file}.new`, JSON.stringify(access), { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
};

/** Listens on a port of 127.0.0.1 for a moment; answers the port, or undefined when it is taken. 0 asks for any. */
const tryPort = (port: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });

const freePort = async (preferred: number): Promise<number> => {
  const port = (await tryPort(preferred)) ?? (await tryPort(0));
  if (port === undefined) throw new Error('No port of 127.0.0.1 is free.');
  return port;
};

const runInitdb = (binaries: PostgresBinaries, account: PostgresAccount, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const { file, args: all, options } = account.command(binaries.initdb, args);
    execFile(file, all, { ...options, encoding: 'utf8', cwd: '/' } as object, (error, _, stderr) =>
      error === null
        ? resolve()
        : reject(new Error(`PostgreSQL could not create its data folder: ${String(stderr)}`, { cause: error })),
    );
  });

/**
 * Makes the cluster of a data folder unless there is one, and answers how to reach it. Whatever an interrupted first
 * start left behind is made anew: the cluster gets its name only when it is complete and on disk.
 */
export const ensureCluster = async (
  folder: string,
  { binaries, account, durable }: { binaries: PostgresBinaries; account: PostgresAccount; durable: boolean },
): Promise<Access> => {
  const { cluster } = partsOf(folder);
  const known = await readAccess(folder);
  if (known !== undefined && existsSync(cluster)) {
    const port = await freePort(known.port);
    if (port !== known.port) await writeAccess(folder, { ...known, port });
    return { ...known, port };
  }
  // Only this file knows the password of what is there, and a new one would not fit.
  if (existsSync(cluster))
    throw new Error(
      `${partsOf(folder).access} is missing, without which nobody gets into ${cluster}. Put it back from a copy of the data folder.`,
    );
  const access = { port: await freePort(0), user: 'regulars', password: randomBytes(24).toString('base64url') };
  const draft = `${cluster}.new`;
  const passwordFile = join(folder, 'initial-password');
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await account.own(draft);
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, access.password, { mode: 0o600, flag: 'wx' });
  await account.own(passwordFile);
  try {
    const flags = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', ...(durable ? [] : ['--no-sync'])];
    const names = [`--pgdata=${draft}`, `--username=${access.user}`, `--pwfile=${passwordFile}`];
    await runInitdb(binaries, account, [...names, ...flags]);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeAccess(folder, access);
  await rename(draft, cluster);
  return access;
};

/** Megabytes for the server's own cache: an eighth of the machine's memory, within 64 MB and 1 GB. */
const sharedBuffersMegabytes = (): number => Math.min(1024, Math.max(64, Math.floor(totalmem() / 8 / 1024 / 1024)));

/**
 * Settings of the server. What keeps a ledger safe (fsync, synchronous_commit, full_page_writes) is spelled out, so
 * that nothing inherited can switch it off; the rest lets checkpoints be rare and write-ahead log small. A transaction
 * that is left open, or prepared and forgotten, would hold back every reader of the log: the one is ended, the other
 * cannot be. A server of tests is shared by several chains at a time.
 */
export const serverSettings = (port: number, durable: boolean): Readonly<Record<string, string>> => ({
  port: String(port),
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  fsync: durable ? 'on' : 'off',
  synchronous_commit: durable ? 'on' : 'off',
  full_page_writes: durable ? 'on' : 'off',
  max_connections: durable ? '100' : '200',
  shared_buffers: durable ? `${sharedBuffersMegabytes()}MB` : '64MB',
  wal_buffers: '16MB',
  max_wal_size: '4GB',
  min_wal_size: durable ? '256MB' : '80MB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  max_prepared_transactions: '0',
  idle_in_transaction_session_timeout: '60s',
  jit: 'off',
  log_min_messages: 'warning',
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
  timezone: 'UTC',
});

/** Starts the server's process. It outlives a terminal's Ctrl-C, since we stop it ourselves, after the last answer. */
export const spawnServer = (
  cluster: string,
  settings: Readonly<Record<string, string>>,
  { binaries, account, log }: { binaries: PostgresBinaries; account: PostgresAccount; log: number },
): ReturnType<typeof spawn> => {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const { file, args, options } = account.command(binaries.postgres, ['-D', cluster, ...flags]);
  return spawn(file, args, { ...options, cwd: '/', detached: true, stdio: ['ignore', log, log] });
};
