import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { Client } from './client';
import { eventually } from './server-process';

const root = dirname(dirname(__dirname));

/** The services that a chain can be cut into. */
export type ServiceName = 'till-api' | 'office-api' | 'worker' | 'relay';

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null;

/** A service as a process of its own. */
export class ServiceProcess {
  private said = '';
  private hasClosed = false;

  private constructor(
    readonly name: ServiceName,
    private readonly child: ChildProcess,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    // Later than its end: what it said last has been read by then.
    child.once('close', () => (this.hasClosed = true));
  }

  /** Starts it; resolves at once. */
  static start(name: ServiceName, env: NodeJS.ProcessEnv): ServiceProcess {
    const program = join(root, 'dist', 'apps', name, 'src', 'main.js');
    if (!existsSync(program)) throw new Error('There is nothing to start: run "npm run build" first.');
    const child = spawn(process.execPath, [program], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new ServiceProcess(name, child);
  }

  /** Its process number. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Everything it said on its outputs. */
  get output(): string {
    return this.said;
  }

  /** `http://host:port`, once it serves. */
  get url(): string {
    const url = /serves at (\S+)/.exec(this.said)?.[1];
    if (url === undefined) throw new Error(`The ${this.name} does not serve: ${this.said}`);
    return url;
  }

  /** Waits until it says that it is ready; fails with its own words when it ends before. */
  async ready(): Promise<this> {
    const isReady = async (): Promise<boolean> => {
      if (this.hasClosed) throw new Error(`The ${this.name} ended instead of starting: ${this.said}`);
      if (!this.said.includes('serves at')) return false;
      return (await fetch(`${this.url}/health/ready`)).status === 200;
    };
    await eventually(`the ${this.name} is ready`, isReady, 150_000);
    return this;
  }

  /** What monitoring would read. */
  async metrics(): Promise<string> {
    return (await fetch(`${this.url}/metrics`)).text();
  }

  /** Waits for its end; answers its exit code. */
  async exit(): Promise<number | null> {
    await eventually(`the ${this.name} ends`, () => this.hasClosed, 90_000);
    return this.child.exitCode;
  }

  /** Ends it as an operator does; answers its exit code. */
  stop(): Promise<number | null> {
    if (!ended(this.child)) this.child.kill('SIGTERM');
    return this.exit();
  }

  /** Stops it in the middle of whatever it does, as a machine does that is short of everything. */
  freeze(): void {
    this.child.kill('SIGSTOP');
  }

  /** Lets it go on, as if no time had passed. */
  thaw(): void {
    this.child.kill('SIGCONT');
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exit();
  }
}

/** The environment file of a chain: the same for every one of its services. */
export type Environment = Readonly<Record<string, string>>;

/** A chain that is run as services on one database. */
export class Services {
  private started: readonly ServiceProcess[] = [];

  private constructor(
    readonly env: Environment,
    readonly database: FreshDatabase,
    private readonly folder: string,
  ) {}

  /** Settings for services that are still to be started, and a database: a fresh one unless one is handed over. */
  static async prepare(more: Environment = {}, given?: FreshDatabase): Promise<Services> {
    const database = given ?? (await freshDatabase());
    const folder = await mkdtemp(join(tmpdir(), 'regulars-services-'));
    const env = {
      DATABASE_URL: database.url,
      REGULARS_DATA_DIR: folder,
      REGULARS_MASTER_KEY: randomBytes(32).toString('hex'),
      REGULARS_ADMIN_TOKEN: `admin-${randomBytes(24).toString('hex')}`,
      REGULARS_TILL_API_PORT: '0',
      REGULARS_OFFICE_API_PORT: '0',
      REGULARS_WORKER_PORT: '0',
      REGULARS_RELAY_PORT: '0',
      ...more,
    };
    return new Services(env, database, folder);
  }

  /** What a process is started with: nothing of ours from outside. */
  get environment(): NodeJS.ProcessEnv {
    const outer = Object.entries(process.env).filter(([key]) => !/^(REGULARS_|DATABASE_URL|KAFKA_)/.test(key));
    return { ...Object.fromEntries(outer), ...this.env };
  }

  /** Starts one more; several of one name share the work. */
  start(name: ServiceName, more: Environment = {}): ServiceProcess {
    const service = ServiceProcess.start(name, { ...this.environment, ...more });
    this.started = [...this.started, service];
    return service;
  }

  /** Head office at one of them. */
  office(service: ServiceProcess): Client {
    return new Client(() => service.url, this.env['REGULARS_ADMIN_TOKEN'] ?? null);
  }

  /** Stops whatever still runs and removes everything. */
  async close(): Promise<void> {
    await Promise.all(this.started.map((service) => service.stop().catch(() => service.kill())));
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  }
}
