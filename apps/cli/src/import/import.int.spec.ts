import { watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { manyPurchases, mapping, purchases, type Bought } from '../testing/purchases';
import { ended, Workbench } from '../testing/workbench';

let bench: Workbench;
beforeEach(async () => {
  bench = await Workbench.open();
});
afterEach(() => bench.close());

const two: readonly Bought[] = [
  { member: 'M1', ticket: '1', at: '2026-01-05 10:00', price: '12.50' },
  { member: 'M2', ticket: '2', at: '2026-01-06 10:00', price: '3.00', store: 'S2' },
];

const importing = async (rows: readonly Bought[], ...options: readonly string[]) => {
  const file = await bench.file('log.csv', purchases(rows));
  const map = await bench.file('map.json', mapping);
  return bench.run('import', file, '--format', 'csv', '--mapping', map, '--json', ...options);
};

const report = (lines: readonly Record<string, unknown>[]) => lines.find(({ event }) => event === 'imported');

const counts = async () => {
  const [row] = await bench.sql(
    `SELECT (SELECT count(*)::int FROM log.events WHERE type = 'PurchaseRecorded') AS sales,
      (SELECT count(*)::int FROM log.events WHERE type = 'MemberEnrolled') AS members,
      (SELECT count(*)::int FROM log.events WHERE type = 'StoreOpened') AS stores,
      (SELECT coalesce(sum((data::jsonb ->> 'points')::int), 0)::int FROM log.events
        WHERE type = 'PointsEarned' AND data::jsonb -> 'cause' ->> 'rule' = 'base') AS points`,
  );
  return row;
};

it('opens stores, enrols members and books tickets as of when they were bought', async () => {
  const { code, lines } = await importing(two);
  expect(code).toBe(0);
  expect(report(lines)).toMatchObject({ tickets: 2, booked: 2, known: 0, before: 0, left: 0, stores: 2 });
  expect(await counts()).toEqual({ sales: 2, members: 2, stores: 2, points: 15 });
  const [sale] = await bench.sql<{ occurred: string; meta: string }>(
    `SELECT to_char(to_timestamp(occurred_at / 1000.0) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS occurred, meta
     FROM log.events WHERE type = 'PurchaseRecorded' ORDER BY occurred_at`,
  );
  expect(sale?.occurred).toBe('2026-01-04 23:00');
  expect(JSON.parse(sale?.meta ?? '')).toMatchObject({ source: 'import' });
  expect((await bench.run('verify')).out).toContain('no differences');
});

it('invents nothing about the members', async () => {
  await importing(two);
  const rows = await bench.sql<{ data: string }>(`SELECT data FROM log.events WHERE type = 'MemberEnrolled'`);
  for (const { data } of rows)
    expect(Object.keys(JSON.parse(data) as object).sort()).toEqual([
      'channel',
      'enrolledAt',
      'keyId',
      'profile',
      'storeId',
    ]);
  expect(await bench.sql(`SELECT name FROM log.claims WHERE name ~ '^(phone|email):'`)).toEqual([]);
});

it('a second run books nothing, and says so, whether it tells the tickets again or not', async () => {
  await importing(two);
  const before = await counts();
  expect(report((await importing(two)).lines)).toMatchObject({ booked: 0, known: 0, before: 2 });
  expect(report((await importing(two, '--from-start')).lines)).toMatchObject({ booked: 0, known: 2, before: 0 });
  expect(await counts()).toEqual(before);
  const file = await bench.file('again.csv', purchases(two));
  const map = await bench.file('map.json', mapping);
  const { out } = await bench.run('import', file, '--format', 'csv', '--mapping', map);
  expect(out).toContain('Nothing new was booked. 2 were booked before.');
});

it('a longer file books what is new in it', async () => {
  await importing(two);
  const three = [...two, { member: 'M1', ticket: '3', at: '2026-01-07 10:00', price: '5.00' }];
  expect(report((await importing(three)).lines)).toMatchObject({ booked: 1, known: 2 });
  expect(await counts()).toMatchObject({ sales: 3, members: 2, points: 20 });
});

it.each([
  [['--store-zone', 'America/New_York'], 'Australia/Melbourne'],
  [['--currency', 'NZD'], 'AUD'],
])('a store keeps its zone and currency: %j is refused, with the store named', async (options, own) => {
  await importing(two.slice(0, 1));
  const before = await counts();
  const { code, err } = await importing(two, ...options);
  expect(code).toBe(2);
  expect(err).toContain('log.csv is read in');
  expect(err).toContain('store S1');
  expect(err).toContain(`${options[0] ?? ''} ${own}`);
  expect(await counts()).toEqual(before);
});

const bad: Bought = { member: 'M3', ticket: '9', at: 'yesterday', price: '1.00' };

it('stops at a row that cannot be read, with file and line, before anything is booked', async () => {
  const { code, lines } = await importing([...two, bad]);
  expect(code).toBe(1);
  expect(lines.find(({ event }) => event === 'stopped')).toMatchObject({
    file: 'log.csv',
    row: 4,
    reason: expect.stringContaining('yesterday') as string,
    booked: 0,
  });
});

it('leaves such a row out when told to, and lists it', async () => {
  const { code, lines } = await importing([bad, ...two], '--on-error', 'skip');
  expect(code).toBe(1);
  expect(lines.find(({ event }) => event === 'left-out')).toMatchObject({ file: 'log.csv', row: 2 });
  expect(report(lines)).toMatchObject({ booked: 2, left: 1 });
});

describe('a ticket that is refused', () => {
  const other: readonly Bought[] = two.map((row) => (row.ticket === '2' ? { ...row, price: '4.00' } : row));
  const reason = expect.stringContaining('ticket 2 is refused: ticket-differs') as string;

  it('stops the import, and the next run comes to it again', async () => {
    await importing(two);
    for (const _ of [1, 2]) {
      const { code, lines } = await importing(other);
      expect(code).toBe(1);
      expect(lines.find(({ event }) => event === 'stopped')).toMatchObject({ file: 'log.csv', row: 3, reason });
    }
    expect(await counts()).toMatchObject({ sales: 2, points: 15 });
  });

  it('is left out when told to', async () => {
    await importing(two);
    const { code, lines } = await importing(other, '--on-error', 'skip');
    expect(code).toBe(1);
    expect(lines.find(({ event }) => event === 'left-out')).toMatchObject({ file: 'log.csv', row: 3, reason });
    expect(report(lines)).toMatchObject({ known: 1, left: 1 });
  });
});

it('killed in the middle, goes on and books every ticket once', async () => {
  const rows = manyPurchases(1_500, 40);
  const file = await bench.file('many.csv', purchases(rows));
  const map = await bench.file('map.json', mapping);
  const argv = ['import', file, '--format', 'csv', '--mapping', map, '--json'];
  const goOn = await bench.heldUpAfter(300);
  const child = bench.start(...argv);
  const sales = async (): Promise<number> => {
    const found = await bench.sql<{ exists: boolean }>(`SELECT to_regclass('log.events') IS NOT NULL AS exists`);
    return found[0]?.exists === true ? Number((await counts())?.['sales']) : 0;
  };
  while ((await sales()) < 300 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill('SIGKILL');
  await ended(child);
  await goOn();
  await bench.deserted();
  const before = await sales();
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(1_500);
  const { code, lines } = await bench.run(...argv);
  expect(code).toBe(0);
  const { booked, known, before: skipped } = report(lines) as { booked: number; known: number; before: number };
  expect(booked).toBe(1_500 - before);
  expect(known + skipped).toBe(before);
  const points = rows.reduce((sum, { price }) => sum + Number.parseInt(price, 10), 0);
  expect(await counts()).toEqual({ sales: 1_500, members: 40, stores: 3, points });
  expect((await bench.run('verify')).out).toContain('no differences');
}, 240_000);

it.each<[string, 'SIGINT' | 'SIGKILL']>([
  ['told to end while it reads', 'SIGINT'],
  ['told to end in the middle of its work', 'SIGINT'],
  ['killed while it reads', 'SIGKILL'],
  ['killed in the middle of its work', 'SIGKILL'],
])(
  '%s, leaves nothing of anybody’s purchases behind',
  async (when, signal) => {
    const file = await bench.file('many.csv', purchases(manyPurchases(40_000, 40)));
    const map = await bench.file('map.json', mapping);
    const TMPDIR = join(bench.folder, 'tmp');
    await mkdir(TMPDIR);
    // A file comes with a name, and loses it before anything is in it.
    let changes = 0;
    const watcher = watch(TMPDIR, () => (changes += 1));
    const child = bench.with({ TMPDIR }).start('import', file, '--format', 'csv', '--mapping', map);
    const begun = async (): Promise<boolean> => {
      if (when.endsWith('while it reads')) return changes >= 2;
      const [log] = await bench.sql<{ found: boolean }>(`SELECT to_regclass('log.events') IS NOT NULL AS found`);
      return log?.found === true && Number((await counts())?.['sales']) > 0;
    };
    while (!(await begun()) && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill(signal);
    expect(await ended(child)).toBe(signal === 'SIGINT' ? 130 : null);
    watcher.close();
    expect(changes).toBeGreaterThanOrEqual(2);
    expect(await readdir(TMPDIR)).toEqual([]);
  },
  240_000,
);
