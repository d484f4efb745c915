import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { partsOf, readAccess } from '#libs/platform/postgres/cluster';
import { identify } from '#libs/platform/postgres/process-identity';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';

const root = dirname(dirname(__dirname));
const program = join(root, 'dist', 'apps', 'server', 'src', 'main.js');
const startWithinMs = 100_000;
const stopWithinMs = 90_000;

/** How a server is started. */
export interface ServerOptions {
  /**
   * `shared`: a fresh database on the test run's own PostgreSQL, which is quick. `embedded`: as `npm start` does it,
   * with a PostgreSQL of its own in the data folder.
   */
  readonly database?: 'shared' | 'embedded';
  /** Starts the virtual clock here. */
  readonly now?: string;
  /** An embedded server's data folder to go on with; a new one unless told. */
  readonly folder?: string;
}

/** A folder that other accounts may pass through, as PostgreSQL's own needs to. */
export const dataFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'regulars-journey-'));
  await chmod(folder, 0o755);
  return folder;
};

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** Waits for something that must come about; fails in words when it does not in time: they may say how far it got. */
export const eventually = async (
  what: string | (() => string),
  holds: () => boolean | Promise<boolean>,
  withinMs = 90_000,
): Promise<void> => {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > deadline) {
      const text = typeof what === 'string' ? what : what();
      throw new Error(`In ${withinMs} ms it did not come about: ${text}.`);
    }
    await sleep(20);
  }
};

/** Whether a process of this number runs. */
export const isAlive = (pid: number): boolean => identify(pid) !== undefined;

/** The server as a process of its own, reached over HTTP only. */
export class ServerProcess {
  private child: ChildProcess | undefined;
  private said = '';
  private baseUrl = '';

  private constructor(
    /** Its data folder. */
    readonly folder: string,
    private readonly env: NodeJS.ProcessEnv,
    private readonly database: FreshDatabase | undefined,
  ) {}

  /** A server that answers. */
  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const server = await ServerProcess.prepare(options);
    await server.run();
    return server;
  }

  /** A server that is still to be {@link run}. */
  static async prepare({ database = 'shared', now, folder }: ServerOptions = {}): Promise<ServerProcess> {
    if (!existsSync(program)) throw new Error('There is nothing to start: run "npm run build" first.');
    const fresh = database === 'shared' ? await freshDatabase() : undefined;
    const env: NodeJS.ProcessEnv = {
      ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(REGULARS_|DATABASE_URL)/.test(name))),
      PORT: '0',
      REGULARS_DEMO: 'off',
      REGULARS_DATA_DIR: folder ?? (await dataFolder()),
      ...(fresh === undefined ? {} : { DATABASE_URL: fresh.url }),
      ...(now === undefined ? {} : { REGULARS_CLOCK: 'virtual', REGULARS_NOW: now }),
    };
    return new ServerProcess(String(env['REGULARS_DATA_DIR']), env, fresh);
  }

  /** `http://host:port` of the present run. */
  get url(): string {
    return this.baseUrl;
  }

  /** The process number of the present run. */
  get pid(): number {
    const pid = this.child?.pid;
    if (pid === undefined) throw new Error('The server does not run.');
    return pid;
  }

  /** Everything it said on its outputs, all runs together. */
  get output(): string {
    return this.said;
  }

  /** The settings it runs with. */
  get environment(): NodeJS.ProcessEnv {
    return this.env;
  }

  /** Head office's token. */
  async adminToken(): Promise<string> {
    return (await readFile(join(this.folder, 'admin-token'), 'utf8')).trim();
  }

  /** The connection string of its database. */
  async databaseUrl(): Promise<string> {
    if (this.database !== undefined) return this.database.url;
    const access = await readAccess(this.folder);
    if (access === undefined) throw new Error('There is no database in the folder yet.');
    return `postgres://${access.user}:${access.password}@127.0.0.1:${access.port}/regulars`;
  }

  /** The process number of the PostgreSQL in its folder, if it has one that runs. */
  async postgresPid(): Promise<number | undefined> {
    const text = await readFile(partsOf(this.folder).postmaster, 'utf8').catch(() => '');
    const pid = Number(text.split('\n')[0]);
    return pid > 1 && isAlive(pid) ? pid : undefined;
  }

  /** Starts it (again) on its folder and waits until it answers. */
  async run(): Promise<void> {
    const child = spawn(process.execPath, [program], { cwd: root, env: this.env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let told = '';
    let hasClosed = false;
    const listen = (chunk: Buffer): void => {
      told += chunk.toString();
      this.said += chunk.toString();
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    // Later than its end: what it said last has been read by then.
    child.once('close', () => (hasClosed = true));
    const serves = (): string | undefined => /serves at (\S+)/.exec(told)?.[1];
    await eventually('the server starts', () => serves() !== undefined || hasClosed, startWithinMs);
    const url = serves();
    if (url === undefined) throw new Error(`The server ended instead of starting: ${told}`);
    this.baseUrl = url;
  }

  /** Ends it as an operator does; answers its exit code. */
  async stop(): Promise<number | null> {
    const { child } = this;
    if (child === undefined) return null;
    child.kill('SIGTERM');
    await this.gone(child);
    return child.exitCode;
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const { child } = this;
    if (child === undefined) return;
    child.kill('SIGKILL');
    await this.gone(child);
  }

  /** Ends it however it is, and removes all it left behind. */
  async destroy(): Promise<void> {
    if (this.child !== undefined && !ended(this.child)) await this.stop().catch(() => this.kill());
    const orphan = this.database === undefined ? await this.postgresPid() : undefined;
    if (orphan !== undefined) {
      process.kill(orphan, 'SIGQUIT');
      await eventually('an orphan ends', () => !isAlive(orphan));
    }
    await this.database?.drop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }

  private async gone(child: ChildProcess): Promise<void> {
    await eventually('the server ends', () => ended(child), stopWithinMs);
    this.child = undefined;
  }
}
