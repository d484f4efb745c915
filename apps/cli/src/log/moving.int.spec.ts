import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { KurrentDbEventStore } from '#libs/platform/event-store/kurrentdb/kurrentdb-event-store';
import { eventStoreDb24, KurrentDbDouble, kurrentDb25 } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { manyPurchases, mapping, purchases } from '../testing/purchases';
import { Workbench } from '../testing/workbench';

const tickets = 20;
let bench: Workbench;
let double: KurrentDbDouble;
let away: Workbench;
let sales: readonly string[];

const exported = async (on: Workbench, name: string): Promise<string> => {
  const path = join(bench.folder, name);
  expect(await on.run('export', path)).toMatchObject({ code: 0, err: expect.not.stringContaining('Error') });
  return path;
};

const checkpoints = () =>
  bench.sql<{ name: string; xid: number; position: number }>(
    'SELECT name, xid::float8 AS xid, position::float8 AS position FROM read.checkpoints ORDER BY name',
  );

beforeEach(async () => {
  bench = await Workbench.open();
  double = await KurrentDbDouble.start(kurrentDb25);
  away = bench.with({ KURRENTDB_URL: double.url });
  const file = await bench.file('log.csv', purchases(manyPurchases(tickets, 4)));
  sales = ['import', file, '--format', 'csv', '--mapping', await bench.file('map.json', mapping)];
  expect((await bench.run(...sales)).code).toBe(0);
}, 240_000);
afterEach(async () => {
  double.stop();
  await bench.close();
});

describe('from PostgreSQL to KurrentDB and back', () => {
  it.each([
    ['KurrentDB 25', kurrentDb25],
    ['EventStoreDB 24', eventStoreDb24],
  ])(
    'by way of %s every export is the same, to the byte',
    async (_, kind) => {
      await double.restart(0, kind);
      const here = await exported(bench, 'here.jsonl');
      const told = await away.run('import-log', here, '--json');
      expect(told.code).toBe(0);
      expect(told.lines.at(-1)).toMatchObject({ event: 'log-imported', home: 'KurrentDB', before: 0 });
      const there = await exported(away, 'there.jsonl.gz');
      const text = await readFile(here, 'utf8');
      expect(gunzipSync(await readFile(there)).toString('utf8')).toBe(text);
      await bench.sql('ALTER SCHEMA log RENAME TO log_before');
      expect((await bench.run('import-log', there)).code).toBe(0);
      expect(await readFile(await exported(bench, 'back.jsonl'), 'utf8')).toBe(text);
      expect((await bench.run('rebuild')).code).toBe(0);
      expect((await bench.run('verify')).out).toContain('no differences');
    },
    240_000,
  );

  it('an old ticket gets its first answer again, and nothing has effects twice', async () => {
    const here = await exported(bench, 'here.jsonl');
    await away.run('import-log', here);
    const [answered] = await bench.sql<{ key: string; credential: string; request_hash: string; answer: string }>(
      `SELECT key, credential, request_hash, answer FROM log.commands WHERE credential = 'import' AND status = 201 LIMIT 1`,
    );
    const store = await KurrentDbEventStore.open({ url: double.url });
    expect(await store.findCommand(answered?.credential ?? '', answered?.key ?? '')).toMatchObject({
      ...{ requestHash: answered?.request_hash, answer: answered?.answer },
    });
    await store.close();
    const before = double.log.all.length;
    const again = await away.run(...sales, '--from-start', '--json');
    expect(again.lines.at(-1)).toMatchObject({ event: 'imported', booked: 0, known: tickets });
    expect(double.log.all.length).toBe(before);
  }, 240_000);

  it('new tickets are booked on top, the read models follow, and the way back takes them along', async () => {
    await away.run('import-log', await exported(bench, 'here.jsonl'));
    const more = await bench.file('more.csv', purchases(manyPurchases(tickets + 6, 5)));
    const booked = await away.run(
      'import',
      more,
      '--format',
      'csv',
      '--mapping',
      join(bench.folder, 'map.json'),
      '--json',
    );
    expect(booked.lines.at(-1)).toMatchObject({ booked: expect.any(Number) as number });
    expect((await away.run('rebuild')).code).toBe(0);
    const there = await exported(away, 'there.jsonl');
    await bench.sql('ALTER SCHEMA log RENAME TO log_before');
    expect((await bench.run('import-log', there)).code).toBe(0);
    expect(await readFile(await exported(bench, 'back.jsonl'), 'utf8')).toBe(await readFile(there, 'utf8'));
    await bench.run('rebuild');
    expect((await bench.run('verify')).out).toContain('no differences');
  }, 240_000);
});

describe('verify, on KurrentDB', () => {
  beforeEach(async () => {
    await away.run('import-log', await exported(bench, 'here.jsonl'));
    expect((await away.run('rebuild')).code).toBe(0);
  });

  it('finds nothing after the move, in as many streams and events as before', async () => {
    const [row] = await bench.sql<{ streams: number; events: number }>(
      'SELECT (SELECT count(*)::int FROM log.streams) AS streams, (SELECT count(*)::int FROM log.events) AS events',
    );
    const { code, lines } = await away.run('verify', '--json');
    expect([code, lines.at(-1)]).toEqual([0, expect.objectContaining({ event: 'verified', differences: 0, ...row })]);
  });

  it('finds an altered event, a lost name and an answer that cannot be', async () => {
    const held = (type: string) => double.log.all.filter((record) => record.type === type);
    const alter = (record: object | undefined, text: (was: string) => string): void => {
      const altered = record as { data: Uint8Array };
      altered.data = Buffer.from(text(Buffer.from(altered.data).toString()));
    };
    alter(held('PurchaseRecorded')[0], (was) => was.replace('"grossMinor":', '"grossMinor":1'));
    const names = held('_NameClaimed').filter(({ data }) => Buffer.from(data).includes('"streamId":"account-'));
    alter(names[0], (was) => was.replace('"name":"', '"name":"not-'));
    alter(held('_CommandAccepted')[0], (was) => was.replace(/"revision":\d+/, '"revision":999'));
    const { code, lines } = await away.run('verify', '--json');
    expect(code).toBe(1);
    const kinds = lines.filter(({ event }) => event === 'difference').map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['altered-event', 'wrong-claim', 'wrong-command']));
    expect(kinds).not.toContain('wrong-tip');
  });
});

describe('who follows the log', () => {
  it('goes on where it was: policies and the relay at the place that is the same event, read models anew', async () => {
    await bench.sql(`UPDATE read.checkpoints SET (xid, position) = (SELECT xid::text::bigint, position FROM log.events
      ORDER BY xid, position OFFSET 4 LIMIT 1) WHERE name = 'policy:book-enrolments'`);
    await bench.sql(`INSERT INTO read.checkpoints (name, version, xid, position) VALUES ('relay', 1, 0, 0)`);
    const names = (await checkpoints()).map(({ name }) => name);
    const passed = await bench.sql<{
      name: string;
      events: number;
    }>(`SELECT c.name, (SELECT count(*)::int FROM log.events e
      WHERE (e.xid::text::bigint, e.position) <= (c.xid, c.position)) AS events FROM read.checkpoints c`);
    await away.run('import-log', await exported(bench, 'here.jsonl'));
    const after = await checkpoints();
    expect(after.map(({ name }) => name)).toEqual(names.filter((name) => /^policy:|^relay$/.test(name)));
    const facts = double.log.all.filter(({ type }) => !/^[_$]/.test(type));
    const placeOf = (name: string) => after.find((each) => each.name === name)?.position;
    expect(passed).toContainEqual({ name: 'policy:book-enrolments', events: 5 });
    for (const { name } of after) {
      const events = passed.find((each) => each.name === name)?.events ?? 0;
      expect(placeOf(name)).toBe(events === 0 ? 0 : Number(facts[events - 1]?.position));
    }
  }, 240_000);

  it('has to have taken in what was published, or the file is refused', async () => {
    const end = 'SELECT xid::text::bigint, position FROM log.events ORDER BY xid DESC, position DESC LIMIT 1';
    await bench.sql(
      `INSERT INTO read.checkpoints (name, version, xid, position) SELECT 'relay', 1, e.* FROM (${end}) e`,
    );
    await bench.sql(`INSERT INTO read.feed_offsets (feed, topic, partition, xid, position)
      VALUES ('regulars.policies', 'regulars.facts', 3, 0, 0)`);
    const { code, err } = await away.run('import-log', await exported(bench, 'early.jsonl'));
    expect(code).toBe(1);
    expect(err).toMatch(/not yet taken in from the bus: regulars\.policies\/regulars\.facts\/3: \d+ events/);
    expect(double.log.all).toEqual([]);
    await bench.sql(`UPDATE read.feed_offsets SET (xid, position) = (${end})`);
    expect((await away.run('import-log', await exported(bench, 'late.jsonl'))).code).toBe(0);
    const [share] = await bench.sql<{ position: number }>('SELECT position::float8 AS position FROM read.feed_offsets');
    const facts = double.log.all.filter(({ type }) => !/^[_$]/.test(type));
    expect(share?.position).toBe(Number(facts.at(-1)?.position));
  }, 240_000);
});

describe('whoever still has the old settings', () => {
  it('is refused, and may come back only by moving the log back', async () => {
    const here = await exported(bench, 'here.jsonl');
    await away.run('import-log', here);
    const refused = await bench.run('verify');
    expect([refused.code, refused.err]).toEqual([1, 'The log was moved to KurrentDB: start with its KURRENTDB_URL.\n']);
    expect((await bench.run('import-log', here)).code).toBe(0);
    expect((await away.run('export', join(bench.folder, 'x'))).err).toContain('start without KURRENTDB_URL');
    expect((await bench.run('rebuild')).code).toBe(0);
    expect((await bench.run('verify')).out).toContain('no differences');
  }, 240_000);
});
