import { ended, Workbench } from '../testing/workbench';

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench.close());

const sales = async (): Promise<number> => {
  const [log] = await bench.sql<{ found: boolean }>(`SELECT to_regclass('log.events') IS NOT NULL AS found`);
  if (log?.found !== true) return 0;
  const [row] = await bench.sql<{ sales: number }>(
    `SELECT count(*)::int AS sales FROM log.events WHERE type = 'PurchaseRecorded'`,
  );
  return row?.sales ?? 0;
};

it('loads the demo chain once, into an empty log only', async () => {
  const yesterday = (): string =>
    new Date(Date.now() - 86_400_000).toLocaleDateString('en-CA', { timeZone: 'America/New_York' });
  const days = [yesterday()];
  const first = await bench.run('demo', '--json');
  days.push(yesterday());
  expect(first.code).toBe(0);
  const report = first.lines.find(({ event }) => event === 'imported');
  expect(report).toMatchObject({ known: 0, before: 0, left: 0 });
  expect(report?.['booked']).toBeGreaterThan(1_400);
  const [last] = await bench.sql<{ day: string; members: number }>(
    `SELECT max(data::jsonb -> 'ticket' ->> 'businessDate') AS day, count(DISTINCT stream_id)::int AS members
     FROM log.events WHERE type = 'PurchaseRecorded'`,
  );
  expect(last?.members).toBe(83);
  expect(days).toContain(last?.day);
  const again = await bench.run('demo', '--json');
  expect([again.code, again.lines.at(-1)?.['event']]).toEqual([0, 'nothing-to-import']);
  expect((await bench.run('verify')).out).toContain('no differences');
}, 240_000);

it('leaves a log alone that holds anything else', async () => {
  await bench.run('verify');
  await bench.sql(`INSERT INTO log.events (position, occurred_at, recorded_at, event_id, revision, schema_version,
    stream_id, type, hash, meta, data) VALUES (1, 1, 1, gen_random_uuid(), 0, 1, 'store-chain', 'StoreOpened', '', '{}',
    '{"storeId":"S1","name":"S","timeZone":"UTC","currency":"AUD"}')`);
  expect((await bench.run('demo')).out).toContain('not needed');
  expect(await sales()).toBe(0);
});

it('once begun, is not kept away by what somebody does before the first of it is there', async () => {
  await bench.run('verify');
  await bench.sql(`INSERT INTO log.events (position, occurred_at, recorded_at, event_id, revision, schema_version,
    stream_id, type, hash, meta, data) VALUES (1, 1, 1, gen_random_uuid(), 0, 1, 'unknown-1', 'Unknown', '', '{}', '{}')`);
  expect((await bench.run('demo')).out).toContain('not needed');
  await bench.sql(`INSERT INTO imports.runs (source, settings) VALUES ('demo', '{"now":1780000000000}')`);
  expect((await bench.run('demo', '--json')).code).toBe(0);
  expect(await sales()).toBeGreaterThan(1_400);
}, 240_000);

it('killed in the middle, goes on with the same dates', async () => {
  const goOn = await bench.heldUpAfter(100);
  const child = bench.start('demo');
  while ((await sales()) < 100 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGKILL');
  await ended(child);
  await goOn();
  await bench.deserted();
  const before = await sales();
  const { code, lines } = await bench.run('demo', '--json');
  expect(code).toBe(0);
  const { tickets, booked } = lines.find(({ event }) => event === 'imported') as { tickets: number; booked: number };
  expect(booked).toBe(tickets - before);
  expect(await sales()).toBe(tickets);
}, 240_000);

it('told to end, closes in order and can be gone on with', async () => {
  const goOn = await bench.heldUpAfter(50);
  const child = bench.start('demo');
  while ((await sales()) < 50 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGTERM');
  await goOn();
  expect(await ended(child)).toBe(130);
  expect(await sales()).toBeLessThan(1_400);
  const { lines } = await bench.run('demo', '--json');
  expect(await sales()).toBe(lines.find(({ event }) => event === 'imported')?.['tickets']);
}, 240_000);
