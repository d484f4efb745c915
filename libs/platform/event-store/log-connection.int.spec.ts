import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { testServerUrl } from '#libs/platform/testing/postgres';
import { connectionSettings, LogConnection } from './log-connection';

const patience = { connectMs: 20_000, statementMs: 2_000 };
const one = { name: 'one', text: 'SELECT 1', values: [] };

/** Stands between a connection and its server, so that it can be cut or kept silent. */
class Wire {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  opened = 0;
  port = 0;

  constructor(private readonly to: URL) {}

  async open(): Promise<void> {
    const server = createServer((near) => {
      this.opened++;
      const far = connect(Number(this.to.port), this.to.hostname);
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => [near, far].forEach((each) => each.destroy()));
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.port = (server.address() as { port: number }).port;
    this.server = server;
  }

  cut(): void {
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
  }

  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    this.cut();
    await closed;
  }
}

let wire: Wire;
let connection: LogConnection;

beforeEach(async () => {
  const url = new URL(await testServerUrl());
  wire = new Wire(new URL(url));
  await wire.open();
  url.port = String(wire.port);
  connection = new LogConnection(connectionSettings(url.href, 'test', patience));
});
afterEach(async () => {
  await connection.close();
  await wire.close();
});

const ask = async (): Promise<unknown> => (await connection.query(one)).rows;

const atLast = async (): Promise<unknown> => {
  for (const deadline = Date.now() + 90_000; ; await sleep(20)) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
};

it('connects when it is first asked, and stays connected', async () => {
  expect(wire.opened).toBe(0);
  for (let count = 0; count < 3; count++) expect(await ask()).toEqual([['1']]);
  expect(wire.opened).toBe(1);
});

it('connects again after it was cut', async () => {
  await ask();
  wire.cut();
  expect(await atLast()).toEqual([['1']]);
  expect(wire.opened).toBe(2);
});

it('fails a question that was under way when it was cut', async () => {
  await ask();
  const slow = connection.query({ name: 'slow', text: 'SELECT pg_sleep(60)', values: [] });
  const failed = expect(slow).rejects.toThrow();
  await sleep(50);
  wire.cut();
  await failed;
});

it('keeps the connection after an error of the statement alone', async () => {
  await expect(connection.query({ name: 'bad', text: 'SELECT 1 / 0', values: [] })).rejects.toThrow('division by zero');
  await expect(connection.query({ name: 'long', text: 'SELECT pg_sleep(60)', values: [] })).rejects.toThrow('timeout');
  expect(await ask()).toEqual([['1']]);
  expect(wire.opened).toBe(1);
});

it('gives up a server that says nothing, and finds it again', async () => {
  await ask();
  wire.silence();
  await expect(ask()).rejects.toThrow();
  expect(await atLast()).toEqual([['1']]);
  expect(wire.opened).toBe(2);
});

it('fails at once while there is no server, tries rarely, and recovers by itself', async () => {
  await wire.close();
  await expect(ask()).rejects.toThrow('ECONNREFUSED');
  const failures = new Set<unknown>();
  for (let count = 0; count < 1_000; count++) failures.add(await ask().catch((error: unknown) => error));
  // In between, whoever asks is told of the last try: there is one every 50 ms at most, and soon one a second.
  expect(failures.size).toBeLessThan(100);
  for (const failure of failures) expect(String(failure)).toContain('ECONNREFUSED');
  await wire.open();
  expect(await atLast()).toEqual([['1']]);
  expect(wire.opened).toBe(1);
});
