import fc from 'fast-check';
import { Pool } from 'pg';
import { appendOf, fact, facts, readToEnd, settledHead } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { connectionSettings } from './log-connection';
import { LogReader } from './log-reader';
import { PostgresEventStore } from './postgres-event-store';

let database: FreshDatabase;
let store: PostgresEventStore;
let pool: Pool;

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  pool = new Pool(connectionSettings(database.url, 'packed pages', { connectMs: 10_000, statementMs: 30_000 }));
});
afterAll(async () => {
  await pool.end();
  await store.close();
  await database.drop();
});

/** Anything that a log holds: no NUL, and no half of a pair of surrogates. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((any) => any.replaceAll('\0', ''));
const awkward = fc.oneof(
  text,
  fc.constantFrom('', '\u0001', 'a\u0001b', '\u0001\u0001', ',', '\n', '会员', '\\', '"', '👩‍🔧'),
);

it('holds what its streams hold, whatever the texts', async () => {
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(awkward, awkward, awkward), { minLength: 1, maxLength: 8 }), async (drawn) => {
      const start = await settledHead(store);
      const requests = drawn.map(([name, type, data], index) =>
        appendOf({ streamId: `${round}.${index}${name}`, events: [{ ...fact(0, type), data, meta: data }, fact(1)] }),
      );
      round += 1;
      for (const request of requests) await store.append(request);
      const read = await readToEnd(store, start, drawn.length * 2);
      for (const { streamId } of requests)
        expect(read.filter((event) => event.streamId === streamId)).toEqual(await store.readStream(streamId, 0, 10));
      expect(read).toHaveLength(drawn.length * 2);
    }),
    { numRuns: 40 },
  );
});

it('is read row by row where it has more bytes than a text may have', async () => {
  const start = await settledHead(store);
  await store.append(appendOf({ events: facts(30) }));
  const whole = await readToEnd(store, start, 30);
  expect(whole).toHaveLength(30);
  const bytes = whole.reduce((sum, { data, meta }) => sum + Buffer.byteLength(data) + Buffer.byteLength(meta), 0);
  for (const most of [0, bytes - 1, bytes]) expect(await new LogReader(pool, most).readAll(start, 30)).toEqual(whole);
});
