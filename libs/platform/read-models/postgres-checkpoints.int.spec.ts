import type { DataSource } from 'typeorm';
import { Wakeable } from '#libs/platform/runtime/wakeable';
import { freshDatabase } from '#libs/platform/testing/postgres';
import type { FreshDatabase } from '#libs/platform/testing/postgres';
import { tryLock, waitForLock } from './advisory-lock';
import { PostgresCheckpoints } from './postgres-checkpoints';
import { ensureReadSchema } from './read-schema';
import { connectEverything } from './testing/everything';

let database: FreshDatabase;
let source: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  source = await connectEverything(database.url);
  await ensureReadSchema(source);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

describe('a checkpoint', () => {
  it('is what was written last, and nothing before that', async () => {
    const checkpoints = new PostgresCheckpoints(source);
    expect(await checkpoints.read('a')).toBeUndefined();
    await checkpoints.write('a', { xid: 750, position: 4_294_967_296 });
    expect(await checkpoints.read('a')).toEqual({ xid: 750, position: 4_294_967_296 });
    expect(await checkpoints.read('b')).toBeUndefined();
  });

  it('never goes back, whoever is late', async () => {
    const checkpoints = new PostgresCheckpoints(source);
    await checkpoints.write('c', { xid: 9, position: 3 });
    await checkpoints.write('c', { xid: 8, position: 100 });
    await checkpoints.write('c', { xid: 9, position: 2 });
    expect(await checkpoints.read('c')).toEqual({ xid: 9, position: 3 });
    await checkpoints.write('c', { xid: 10, position: 1 });
    expect(await checkpoints.read('c')).toEqual({ xid: 10, position: 1 });
  });
});

it('what is parked is listed once, oldest first', async () => {
  const checkpoints = new PostgresCheckpoints(source);
  const entry = { consumer: 'policy:x', key: 'tab-a', eventId: 'e1', error: 'thirteen' };
  await checkpoints.park(entry);
  await checkpoints.park({ ...entry, error: 'again' });
  await checkpoints.park({ ...entry, eventId: 'e2' });
  const listed = await checkpoints.listParked(10);
  expect(listed).toMatchObject([entry, { ...entry, eventId: 'e2' }]);
  expect(listed[0]?.parkedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(await checkpoints.listParked(1)).toHaveLength(1);
});

describe('a lock', () => {
  it('is had by one connection, and given back with nothing left on it', async () => {
    const lock = await tryLock(source, ['x', 'y']);
    expect(lock).toBeDefined();
    expect(await tryLock(source, ['y'])).toBeUndefined();
    expect(await tryLock(source, ['w', 'x'])).toBeUndefined();
    const other = await tryLock(source, ['w']);
    expect(other).toBeDefined();
    await lock?.connection.query("SET work_mem = '7MB'");
    await lock?.release();
    await other?.release();
    const again = await tryLock(source, ['x', 'y', 'w']);
    expect(await again?.connection.query('SHOW work_mem')).not.toEqual([{ work_mem: '7MB' }]);
    await again?.release();
  });

  it('is waited for, until it is free or the wait is ended', async () => {
    const first = await tryLock(source, ['z']);
    const wait = new Wakeable();
    const waiting = waitForLock(source, 'z', wait);
    setTimeout(() => void first?.release(), 50);
    const second = await waiting;
    expect(second).toBeDefined();
    const given = waitForLock(source, 'z', wait);
    setTimeout(() => wait.end(), 50);
    expect(await given).toBeUndefined();
    await second?.release();
  });

  it('is free again when its connection is cut', async () => {
    const lock = await tryLock(source, ['cut']);
    const [row] = (await lock?.connection.query('SELECT pg_backend_pid() AS pid')) as { pid: number }[];
    await source.query('SELECT pg_terminate_backend($1)', [row?.pid]);
    const next = await waitForLock(source, 'cut', new Wakeable());
    expect(next).toBeDefined();
    await next?.release();
    await lock?.release();
  });
});
