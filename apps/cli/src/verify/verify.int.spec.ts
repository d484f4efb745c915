import { randomUUID } from 'node:crypto';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { mapping, manyPurchases, purchases } from '../testing/purchases';
import { Workbench } from '../testing/workbench';
import type { Difference } from './findings';
import { faults } from './testing/faults';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
  // One member with more than 64 events, so that there is a snapshot, and two with a few.
  const rows = manyPurchases(45, 3).map((row, index) => (index < 9 ? row : { ...row, member: 'M0' }));
  const file = await bench.file('log.csv', purchases(rows));
  const map = await bench.file('map.json', mapping);
  await bench.run('import', file, '--format', 'csv', '--mapping', map);
}, 240_000);
afterAll(() => bench.close());

const verify = async (): Promise<{ code: number; found: readonly Difference[] }> => {
  const { code, lines } = await bench.run('verify', '--json');
  return { code, found: lines.filter(({ event }) => event === 'difference') as unknown as Difference[] };
};

/** Changes what can never be changed, as only the superuser of the database can; answers how to change it back. */
const corrupt = async (change: string, back: string): Promise<() => Promise<unknown>> => {
  const unprotected = (text: string): Promise<unknown> =>
    bench.sql(`SET session_replication_role = replica; GRANT ALL ON log.events TO CURRENT_USER; ${text}`);
  await unprotected(change);
  return () => unprotected(back);
};

const keep = (table: string): string => `DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT * FROM ${table};`;
const restore = (table: string): string => `DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept;`;

it('finds nothing where nothing is wrong', async () => {
  expect(await verify()).toEqual({ code: 0, found: [] });
  const [snapshot] = await bench.sql(
    `SELECT snapshot_revision FROM log.streams WHERE stream_id = 'account-M0' AND snapshot_state IS NOT NULL`,
  );
  expect(snapshot).toBeDefined();
});

it('finds nothing wrong with timers that have run', async () => {
  expect(await bench.sql('UPDATE read.due_timers SET ran_for = due_at RETURNING key')).not.toEqual([]);
  expect(await verify()).toEqual({ code: 0, found: [] });
});

it.each(faults)('finds $name', async ({ table, change, kind, where }) => {
  const undo = await corrupt(`${keep(table)} ${change}`, restore(table));
  const { code, found } = await verify();
  await undo();
  expect(code).toBe(1);
  const named = found.some((each) => each.kind === kind && each.where.startsWith(where));
  expect({ named, found }).toMatchObject({ named: true });
});

it('finds nothing once everything is put back', async () => expect(await verify()).toEqual({ code: 0, found: [] }));

it('prints no more of a kind than it is told to, and counts the rest', async () => {
  const undo = await corrupt(
    `${keep('log.claims')} UPDATE log.claims SET revision = 10000 WHERE stream_id = 'account-M0'`,
    restore('log.claims'),
  );
  const { code, out } = await bench.run('verify', '--most', '2');
  await undo();
  expect(code).toBe(1);
  expect(out.split('\n').filter((line) => line.startsWith('wrong-claim  '))).toHaveLength(2);
  expect(out).toMatch(/wrong-claim: \d+ more/);
});

it('finds keys and identifiers that outlive an erasure', async () => {
  const [enrolled] = await bench.sql<{ keyId: string }>(
    `SELECT data::jsonb ->> 'keyId' AS "keyId" FROM log.events WHERE stream_id = 'member-M2' AND revision = 0`,
  );
  const store = await PostgresEventStore.open({ url: bench.database.url });
  const { tip } = await store.load('member-M2');
  const event = {
    eventId: randomUUID(),
    type: 'MemberErased',
    schemaVersion: 1,
    data: JSON.stringify(enrolled),
    meta: '{}',
    occurredAt: 1,
  };
  await store.append({ streamId: 'member-M2', expected: tip, events: [event], recordedAt: Date.now() });
  await store.close();
  const { code, found } = await verify();
  expect(code).toBe(1);
  const ofMember = found.filter(({ where }) => where === 'member-M2');
  expect(ofMember.map(({ kind, what }) => [kind, what])).toEqual([
    ['wrong-claim', '1 identifiers are still held after the erasure'],
    ['wrong-key', 'its data key outlives the fact that ended it'],
  ]);
});
