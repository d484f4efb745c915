import { DataSource } from 'typeorm';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { logStart } from '#libs/platform/event-store/event-store';
import { beginDemo, demoSource, ImportRuns } from './import-runs';

let database: FreshDatabase;
let source: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  source = await new DataSource({ type: 'postgres', url: database.url }).initialize();
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});

it('is opened by many at once', async () => {
  await expect(Promise.all([1, 2, 3].map(() => ImportRuns.open(source)))).resolves.toHaveLength(3);
});

it('begins once and keeps the first settings', async () => {
  const runs = await ImportRuns.open(source);
  expect(await runs.find('a')).toBeUndefined();
  const begun = { source: 'a', position: '', tickets: 0, finished: false, settings: { now: 5 } };
  expect(await runs.begin('a', { now: 5 })).toEqual(begun);
  expect(await runs.begin('a', { now: 6 })).toEqual(begun);
});

it('moves forward only', async () => {
  const runs = await ImportRuns.open(source);
  await runs.begin('b');
  await runs.move('b', '2026-01-02|B', 20);
  await runs.move('b', '2026-01-01|Z', 10);
  expect(await runs.find('b')).toMatchObject({ position: '2026-01-02|B', tickets: 20, finished: false });
  await runs.finish('b');
  expect(await runs.find('b')).toMatchObject({ position: '2026-01-02|B', finished: true });
});

it('notes something of a file, and that again', async () => {
  const runs = await ImportRuns.open(source);
  expect(await runs.note('log.csv')).toBeUndefined();
  for (const lines of [3, 4]) {
    await runs.keepNote('log.csv', { lines });
    expect(await runs.note('log.csv')).toEqual({ lines });
  }
});

it('finds the runs of files that say nothing of numbers', async () => {
  const runs = await ImportRuns.open(source);
  await runs.begin('n1', { name: 'n.csv' });
  await runs.begin('n2', { name: 'n.csv', numbers: 'own' });
  await runs.begin('n3', { name: 'n.csv.gz' });
  await runs.begin('n4', { name: 'other.csv' });
  const names = ['n.csv', 'n.csv.gz'];
  expect(await runs.unnoted(names)).toEqual([
    { source: 'n1', name: 'n.csv' },
    { source: 'n3', name: 'n.csv.gz' },
  ]);
});

it('compares positions as the importer does, byte by byte', async () => {
  const runs = await ImportRuns.open(source);
  await runs.begin('c');
  await runs.move('c', 'a|Z', 1);
  await runs.move('c', 'a|a', 2);
  expect(await runs.find('c')).toMatchObject({ position: 'a|a', tickets: 2 });
});

it('the demo chain begins in an empty log, and goes on up to the same day whatever else comes, until it is whole', async () => {
  const runs = await ImportRuns.open(source);
  const empty = { latest: async () => logStart };
  const used = { latest: async () => ({ xid: 700, position: 1 }) };
  expect(await beginDemo(runs, used, 5)).toBeUndefined();
  expect(await runs.find(demoSource)).toBeUndefined();
  expect([await beginDemo(runs, empty, 6), await beginDemo(runs, used, 7)]).toEqual([6, 6]);
  await runs.finish(demoSource);
  expect(await beginDemo(runs, empty, 8)).toBeUndefined();
});
