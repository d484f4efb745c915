import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { fromText } from '#libs/platform/kernel/instant';
import { verifyChain } from '#libs/platform/event-store/hash-chain';
import { emptyStream, type StoredEvent, type StreamTip } from '#libs/platform/event-store/event-store';
import { manyPurchases, mapping, purchases } from '../testing/purchases';
import { Workbench } from '../testing/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  const file = await bench.file('log.csv', purchases(manyPurchases(20, 4)));
  await bench.run('import', file, '--format', 'csv', '--mapping', await bench.file('map.json', mapping));
}, 240_000);
afterAll(() => bench.close());

interface ExportedEvent {
  readonly kind: string;
  readonly stream: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
}

it('exports every event, and the chains can be checked from the file alone', async () => {
  const path = join(bench.folder, 'export.jsonl.gz');
  const { code, lines } = await bench.run('export', path, '--json');
  expect(code).toBe(0);
  const [{ events } = { events: 0 }] = await bench.sql<{ events: number }>(
    'SELECT count(*)::int AS events FROM log.events',
  );
  expect(lines.at(-1)).toMatchObject({ event: 'exported', events, before: 0 });
  const [header, ...entries] = gunzipSync(await readFile(path))
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(header).toMatchObject({ format: 'regulars-log', version: 2 });
  const exported = (entries as ExportedEvent[]).filter(({ kind }) => kind === 'event');
  expect(exported).toHaveLength(events);
  const tips = new Map<string, StreamTip>();
  for (const each of exported as (ExportedEvent & StoredEvent)[]) {
    const stored = {
      ...each,
      streamId: each.stream,
      occurredAt: fromText(String(each.occurredAt)) ?? 0,
      recordedAt: fromText(String(each.recordedAt)) ?? 0,
    };
    const checked = verifyChain([stored], tips.get(each.stream) ?? emptyStream);
    expect(checked.kind).toBe('intact');
    if (checked.kind === 'intact') tips.set(each.stream, checked.tip);
  }
});

it('builds read models anew, one or all, as they were', async () => {
  const overview = () => bench.sql('SELECT * FROM read.account_overview ORDER BY member_id');
  // An import waits for the facts of its own, not for what follows from them: those may have come too late to be shown.
  expect((await bench.run('rebuild', 'account-overview')).code).toBe(0);
  const before = await overview();
  expect(before).toHaveLength(4);
  await bench.sql('UPDATE read.account_overview SET purchases = 0');
  const one = await bench.run('rebuild', 'account-overview', '--json');
  expect(one.lines.at(-1)).toMatchObject({ event: 'rebuilt', readModels: ['account-overview'], parked: 0 });
  expect(await overview()).toEqual(before);
  await bench.sql('UPDATE read.account_overview SET purchases = 0');
  expect((await bench.run('rebuild')).code).toBe(0);
  expect(await overview()).toEqual(before);
});

it('makes events of another cluster readable, and read models follow', async () => {
  expect((await bench.run('restore-xids')).out).toContain('Nothing to do');
  await bench.sql(`SET session_replication_role = replica; GRANT ALL ON log.events TO CURRENT_USER;
    UPDATE log.events SET xid = '9000000000'::xid8`);
  const { code, lines } = await bench.run('restore-xids', '--json');
  expect(code).toBe(0);
  expect(lines.at(-1)).toMatchObject({ event: 'xids-restored', checkpointsReset: true });
  expect(await bench.sql('SELECT * FROM read.checkpoints')).toEqual([]);
  expect((await bench.run('rebuild')).code).toBe(0);
  expect((await bench.run('verify')).out).toContain('no differences');
});
