import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, rm, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { ensureCluster, partsOf, readAccess, serverSettings, spawnServer, type Access } from './cluster';
import { FolderInUse, lockFolder, type FolderLock } from './folder-lock';
import { postgresAccount } from './postgres-account';
import { findPostgresBinaries } from './postgres-binaries';
import { postmasterOf, readyPostmasterOf, shutDown } from './postmaster';
import { identify } from './process-identity';

const startTimeoutMs = 60_000;
/** How long sessions of a killed server may take to notice and leave its memory. */
const crashPatienceMs = 10_000;
const pollMs = 15;
const firstRestartDelayMs = 50;
const longestRestartDelayMs = 5_000;
const largestLogBytes = 10_000_000;

const urlOf = ({ port, user, password }: Access, database: string): string =>
  `postgres://${user}:${password}@127.0.0.1:${port}/${database}`;

const ensureDatabase = async (access: Access, name: string): Promise<void> => {
  const client = new Client({ connectionString: urlOf(access, 'postgres'), connectionTimeoutMillis: startTimeoutMs });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
};

/** Choices for an embedded server. */
export interface EmbeddedOptions {
  /** The data folder; the server's files go into `postgres` below it. */
  readonly folder: string;
  /** False for throw-away servers of tests: no fsync. Default true. */
  readonly durable?: boolean;
  /** The database that {@link EmbeddedPostgres.url} names; made when it is missing. Default `regulars`. */
  readonly database?: string;
}

/** What happened to the server's process without being asked for. */
export interface ServerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/**
 * A real PostgreSQL with its files in a data folder, run as a child of this process and started again whenever it
 * ends by itself. It listens on 127.0.0.1 only, on a port and with a password of its own.
 */
export class EmbeddedPostgres {
  private server: ChildProcess | undefined;
  private stopping = false;
  private readonly listeners = new Set<(exit: ServerExit) => void>();
  private restarting: Promise<void> = Promise.resolve();

  private constructor(
    private readonly place: { readonly folder: string; readonly database: string },
    private readonly access: Access,
    private readonly lock: FolderLock,
    private readonly launch: () => ChildProcess,
  ) {}

  /**
   * Starts the server of a folder, making its files the first time. A server that a killed process left behind is shut
   * down first. Throws {@link FolderInUse} when another process has the folder.
   */
  static async start(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
    const folder = resolve(options.folder);
    const durable = options.durable ?? true;
    const lock = await lockFolder(folder);
    try {
      const orphan = await postmasterOf(folder);
      if (orphan !== undefined) await shutDown(orphan);
      const binaries = await findPostgresBinaries();
      const { cluster, log, postmaster } = partsOf(folder);
      const account = await postgresAccount([cluster, binaries.postgres]);
      const access = await ensureCluster(folder, { binaries, account, durable });
      if (((await stat(log).catch(() => undefined))?.size ?? 0) > largestLogBytes) await rm(log);
      const settings = serverSettings(access.port, durable);
      const launch = (): ChildProcess => {
        const out = openSync(log, 'a', 0o600);
        try {
          return spawnServer(cluster, settings, { binaries, account, log: out });
        } finally {
          closeSync(out);
        }
      };
      const place = { folder, database: options.database ?? 'regulars' };
      const server = new EmbeddedPostgres(place, access, lock, launch);
      await server.runWithin(existsSync(postmaster) ? crashPatienceMs : 0);
      await ensureDatabase(access, place.database).catch(async (error: unknown) => {
        await server.shutDown();
        throw error;
      });
      return server;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** The connection string of its database; the same for as long as the server is embedded here, restarts included. */
  get url(): string {
    return urlOf(this.access, this.place.database);
  }

  /** The server's process number while it runs. */
  get pid(): number | undefined {
    return this.server?.pid;
  }

  /** Calls back whenever the server ended without being told to; it is being started again by then. */
  onExit(listener: (exit: ServerExit) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  /** Shuts the server down in order and gives the folder free. */
  async stop(): Promise<void> {
    await this.shutDown();
    await this.lock.release();
  }

  private async shutDown(): Promise<void> {
    this.stopping = true;
    await this.restarting;
    const pid = this.server?.pid;
    const running = pid === undefined ? undefined : identify(pid);
    if (running !== undefined) await shutDown(running);
  }

  private async run(): Promise<void> {
    const child = this.launch();
    let failure: Error | undefined;
    child.once('error', (error) => (failure = error));
    const deadline = Date.now() + startTimeoutMs;
    while ((await readyPostmasterOf(this.place.folder))?.pid !== child.pid) {
      if (failure !== undefined || child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
        child.kill('SIGKILL');
        throw new Error(`PostgreSQL did not start; its reasons are in ${partsOf(this.place.folder).log}.`, {
          cause: failure,
        });
      }
      await sleep(pollMs);
    }
    this.server = child;
    child.unref();
    if (child.exitCode !== null || child.signalCode !== null) this.ended(child.exitCode, child.signalCode);
    else child.once('exit', (code, name) => this.ended(code, name));
  }

  /** Runs it, and while the time lasts tries again when it ends at once. */
  private async runWithin(ms: number): Promise<void> {
    for (const deadline = Date.now() + ms; ; await sleep(firstRestartDelayMs)) {
      try {
        return await this.run();
      } catch (error) {
        if (Date.now() >= deadline) throw error;
      }
    }
  }

  private ended(code: number | null, name: NodeJS.Signals | null): void {
    this.server = undefined;
    if (this.stopping) return;
    this.restarting = this.restart();
    for (const listener of this.listeners) listener({ code, signal: name });
  }

  /** Tries until it runs. After a kill the old server's sessions may hold its memory for a moment yet. */
  private async restart(): Promise<void> {
    for (let delay = firstRestartDelayMs; !this.stopping; delay = Math.min(delay * 2, longestRestartDelayMs)) {
      try {
        return await this.run();
      } catch {
        await sleep(delay);
      }
    }
  }
}

/** A server that somebody else may be running. `close` ends it only if we started it. */
export interface AttachedPostgres {
  readonly url: string;
  readonly started: EmbeddedPostgres | undefined;
  close(): Promise<void>;
}

/**
 * For short-lived commands: uses the server that another process runs on the folder, or starts it for as long as the
 * command takes.
 */
export const attachPostgres = async (options: EmbeddedOptions): Promise<AttachedPostgres> => {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  for (const deadline = Date.now() + startTimeoutMs; ;) {
    try {
      const started = await EmbeddedPostgres.start(options);
      return { url: started.url, started, close: () => started.stop() };
    } catch (error) {
      if (!(error instanceof FolderInUse)) throw error;
      const access = await readAccess(folder);
      if (access !== undefined && (await readyPostmasterOf(folder)) !== undefined) {
        return { url: urlOf(access, options.database ?? 'regulars'), started: undefined, close: async () => undefined };
      }
      if (Date.now() > deadline) throw error;
      await sleep(pollMs);
    }
  }
};
