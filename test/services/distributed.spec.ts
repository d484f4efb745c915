import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { accepted, Client } from '../support/client';
import { S1 } from '../support/club';
import { perDollar, programme } from '../support/programmes';
import { dataFolder, eventually, isAlive } from '../support/server-process';
import { Till } from '../support/till';

const root = dirname(dirname(__dirname));
const program = join(root, 'dist', 'apps', 'distributed', 'src', 'main.js');

/** Every service of a chain, as `npm run start:distributed` runs them. */
class Chain {
  said = '';
  private hasClosed = false;

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    // Later than its end: what it said last has been read by then.
    child.once('close', () => (this.hasClosed = true));
  }

  /** @param more settings that go into the file which all of them read */
  static async start(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Chain> {
    const folder = await dataFolder();
    const settings = {
      REGULARS_DATA_DIR: folder,
      REGULARS_TILL_API_PORT: '0',
      REGULARS_OFFICE_API_PORT: '0',
      REGULARS_WORKER_PORT: '0',
      REGULARS_RELAY_PORT: '0',
    };
    const file = join(folder, 'regulars.env');
    await writeFile(
      file,
      Object.entries(settings)
        .map(([name, value]) => `${name}=${value}\n`)
        .join(''),
    );
    const outer = Object.entries(process.env).filter(([key]) => !/^(REGULARS_|DATABASE_URL|KAFKA_)/.test(key));
    const child = spawn(process.execPath, [program, ...args, file], {
      cwd: root,
      env: { ...Object.fromEntries(outer), ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new Chain(child, folder);
  }

  async running(): Promise<void> {
    const isRunning = (): boolean => {
      if (this.hasClosed) throw new Error(`It ended: ${this.said}`);
      return this.said.includes('All services run.');
    };
    await eventually('all services run', isRunning, 300_000);
  }

  url(service: string): string {
    const url = new RegExp(`^${service}: +(http\\S+)`, 'm').exec(this.said)?.[1];
    if (url === undefined) throw new Error(`There is no ${service}: ${this.said}`);
    return url;
  }

  async adminToken(): Promise<string> {
    return (await readFile(join(this.folder, 'admin-token'), 'utf8')).trim();
  }

  /** Waits for its end; answers the exit code. */
  async exit(): Promise<number | null> {
    await eventually('everything ends', () => this.hasClosed, 120_000);
    return this.child.exitCode;
  }

  async stop(): Promise<number | null> {
    if (this.child.exitCode === null) this.child.kill('SIGTERM');
    return this.exit();
  }

  async destroy(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

let chain: Chain | undefined;
afterEach(async () => {
  await chain?.destroy();
  chain = undefined;
}, 240_000);

const memberIn = async (office: Client, memberId: string): Promise<boolean> => {
  const { body } = await office.get<{ items?: { memberId: string }[] }>('/v1/members?storeId=S1&limit=200');
  return body.items?.some((item) => item.memberId === memberId) === true;
};

/** Opens a store, sells something, and waits until the read models know of it. */
const sell = async (running: Chain): Promise<{ office: Client; till: Till }> => {
  const office = new Client(() => running.url('office-api'), await running.adminToken());
  accepted(await office.post('/v1/stores', S1));
  const { token } = accepted(await office.post<{ token: string }>('/v1/stores/S1/tills', { tillId: 'T1' }));
  accepted(await office.post('/v1/programme/versions', { document: programme({ rules: [perDollar(1)] }), note: 'x' }));
  const client = new Client(() => running.url('till-api'), token);
  const now = (): string => new Date().toISOString();
  const till = new Till(client, { storeId: 'S1', tillId: 'T1', currency: 'AUD', now });
  await eventually('the till knows the programme', async () => (await client.get('/v1/programme')).status === 200);
  const memberId = await till.enrols();
  accepted(await till.send(till.ticket(memberId, 1_000)));
  await eventually('the list has the member', () => memberIn(office, memberId));
  return { office, till };
};

it('runs every service from one file of settings, keeps them running, and stops them in order', async () => {
  chain = await Chain.start(['--workers', '2']);
  await chain.running();
  const { office, till } = await sell(chain);
  for (const service of ['worker-1', 'worker-2', 'till-api', 'office-api'])
    expect((await fetch(`${chain.url(service)}/health/ready`)).status).toBe(200);

  const metrics = await (await fetch(`${chain.url('till-api')}/metrics`)).text();
  const killed = Number(/^process_pid\{[^}]*\} (\d+)$/m.exec(metrics)?.[1] ?? 0);
  expect(isAlive(killed)).toBe(true);
  const before = chain.said.length;
  process.kill(killed, 'SIGKILL');
  await eventually(
    'it is started again',
    () => /till-api +\| .*serves at/.test(chain?.said.slice(before) ?? ''),
    240_000,
  );
  const again = /till-api +\| .*serves at (\S+)/.exec(chain.said.slice(before))?.[1] ?? '';
  const place = { ...till.place };
  const tillAgain = new Till(new Client(() => again, till.client.token), place);
  const memberId = await tillAgain.enrols();
  await eventually('the list has the new member', () => memberIn(office, memberId));

  expect(await chain.stop()).toBe(0);
  for (const service of ['worker-1', 'worker-2', 'office-api'])
    await expect(fetch(`${chain.url(service)}/health/live`)).rejects.toThrow();
}, 600_000);

it('runs without Kafka where there is no Java, and says so', async () => {
  const tools = await dataFolder();
  await writeFile(join(tools, 'java'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
  chain = await Chain.start([], { PATH: `${tools}:${process.env['PATH']}` });
  await chain.running();
  expect(chain.said).toContain('No Kafka:');
  expect(chain.said).not.toContain('relay:');
  await sell(chain);
  expect(await chain.stop()).toBe(0);
  await rm(tools, { recursive: true });
}, 480_000);

it('says how it is called', async () => {
  chain = await Chain.start(['--workers', 'many']);
  expect(await chain.exit()).toBe(1);
  expect(chain.said).toContain('Usage');
});
