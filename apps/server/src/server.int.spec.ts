import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import type { Config } from '#libs/platform/app/config';
import { startServer, type RunningServer } from './server';

let folder: string;
let database: FreshDatabase;
let server: RunningServer | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regulars-server-'));
  database = await freshDatabase();
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  await database.drop();
  await rm(folder, { recursive: true });
});

const start = async (more: Partial<Config> = {}): Promise<RunningServer> => {
  const config: Config = {
    host: '127.0.0.1',
    port: 0,
    dataDir: folder,
    databaseUrl: database.url,
    demo: false,
    clock: { kind: 'system' },
    logLevel: 'silent',
    ...more,
  };
  server = await startServer(config);
  return server;
};

const call = async (path: string, body?: object, token?: string) => {
  const headers = {
    authorization: `Bearer ${token ?? (await readFile(join(folder, 'admin-token'), 'utf8')).trim()}`,
    'content-type': 'application/json',
    'idempotency-key': `k-${path}-${JSON.stringify(body)}`.replaceAll(/[^!-~]/g, ''),
  };
  const reply = await fetch(`${server?.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
};

const S1 = { storeId: 'S1', name: 'Collins Street', timeZone: 'Australia/Melbourne', currency: 'AUD' };

it('keeps what it acknowledged over a restart, and head office its token', async () => {
  await start();
  expect((await call('/v1/stores', S1)).status).toBe(201);
  const { body } = await call('/v1/stores/S1/tills', { tillId: 'T1' });
  await server?.stop();
  const { adminTokenPlace } = await start();
  expect((await stat(adminTokenPlace)).mode & 0o777).toBe(0o600);
  expect((await call('/v1/stores')).body['items']).toEqual([S1]);
  expect((await call('/v1/stores', undefined, String(body['token']))).status).toBe(200);
  expect((await call('/v1/stores', S1)).status).toBe(201);
});

it('takes head office’s token from its settings', async () => {
  const { adminTokenPlace } = await start({ adminToken: 'preset-token' });
  expect(adminTokenPlace).toBe('REGULARS_ADMIN_TOKEN');
  expect((await call('/v1/stores', undefined, 'preset-token')).status).toBe(200);
  expect((await call('/v1/stores', undefined, 'another-token')).status).toBe(401);
});

it('is ready when its database answers', async () => {
  await start();
  expect(await call('/health/ready')).toEqual({ status: 200, body: { status: 'ready' } });
});

it('tells monitoring how far the followers of the log have come', async () => {
  await start();
  const measured = async (): Promise<string> => (await fetch(`${server?.url}/metrics`)).text();
  while (!(await measured()).includes('regulars_follower_lag_seconds{name="projector"'));
  const reply = await fetch(`${server?.url}/metrics`);
  expect(reply.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  expect(await reply.text()).toMatch(/^regulars_follower_behind_seconds\{name="projector",service="server"\} [\d.]+$/m);
});

it('has no route for the clock on the machine’s own time', async () => {
  await start();
  expect((await call('/v1/clock', { now: '2026-03-01T00:00:00Z' })).status).toBe(404);
});

it('moves the virtual clock forward only', async () => {
  await start({ clock: { kind: 'virtual', startsAt: Date.UTC(2026, 2, 1) } });
  const moved = { status: 200, body: { now: '2026-03-02T00:00:00.000Z' } };
  expect(await call('/v1/clock', { now: '2026-03-02T00:00:00Z' })).toEqual(moved);
  expect(await call('/v1/clock', { now: '2026-03-02T11:00:00+11:00' })).toEqual(moved);
  const back = await call('/v1/clock', { now: '2026-03-01T00:00:00Z' });
  expect([back.status, back.body['type']]).toEqual([409, 'urn:regulars:problem:clock-runs-forward']);
  expect((await call('/v1/clock', { now: 'noon' })).status).toBe(400);
});

it('answers a repeated move as it did first, wherever the clock is by now', async () => {
  await start({ clock: { kind: 'virtual', startsAt: Date.UTC(2026, 2, 1) } });
  const first = await call('/v1/clock', { now: '2026-03-02T00:00:00Z' });
  await call('/v1/clock', { now: '2026-03-03T00:00:00Z' });
  expect(await call('/v1/clock', { now: '2026-03-02T00:00:00Z' })).toEqual(first);
});

it('stops what it had started when a part does not start', async () => {
  await start();
  const taken = Number(new URL(String(server?.url)).port);
  const first = server;
  await expect(start({ port: taken })).rejects.toThrow('EADDRINUSE');
  server = first;
  expect((await call('/health/live')).status).toBe(200);
});
