import fc from 'fast-check';
import { Pool } from 'pg';
import {
  appendOf,
  fact,
  facts,
  pagesOf,
  readToEnd,
  settledHead,
  withoutHash,
} from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { StoreUnavailable, type NewEvent, type ReadEvent } from './event-store';
import { connectionSettings } from './log-connection';
import { LogReader } from './log-reader';
import { mayBeFull, pageSize } from './page-size';
import { PostgresEventStore } from './postgres-event-store';

const patience = { connectMs: 10_000, statementMs: 30_000 };

let database: FreshDatabase;
let store: PostgresEventStore;
let pool: Pool;

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  pool = new Pool(connectionSettings(database.url, 'packed pages', patience));
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
        expect(read.filter((event) => event.streamId === streamId)).toEqual(
          (await store.readStream(streamId, 0, 10)).map(withoutHash),
        );
      expect(read).toHaveLength(drawn.length * 2);
      for (const limit of [1, 3, 100]) expect((await pagesOf(store.pages(start, limit))).flat()).toEqual(read);
    }),
    { numRuns: 40 },
  );
});

const bytesOf = ({ data, meta }: NewEvent): number => Buffer.byteLength(data) + Buffer.byteLength(meta);

it('ends with the event that goes beyond the bytes of a page, and the next goes on there', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ length: fc.nat(40), by: fc.constantFrom('y', '会', '\u0001') }), {
        minLength: 1,
        maxLength: 12,
      }),
      fc.nat(120),
      fc.integer({ min: 1, max: 13 }),
      async (drawn, most, limit) => {
        const start = await settledHead(store);
        const request = appendOf({ events: drawn.map(({ length, by }) => ({ ...fact(0), data: by.repeat(length) })) });
        await store.append(request);
        const whole = await readToEnd(store, start, drawn.length);
        const reader = new LogReader(pool, most);
        expect((await reader.readStream(request.streamId, 0, limit)).map(withoutHash)).toEqual(whole.slice(0, limit));
        const read: ReadEvent[] = [];
        for (;;) {
          const page = await reader.readAll(read.at(-1) ?? start, limit);
          if (page.length === 0) break;
          const before = page.slice(0, -1).reduce((sum, event) => sum + bytesOf(event), 0);
          const bytes = page.reduce((sum, event) => sum + bytesOf(event), 0);
          expect(before).toBeLessThanOrEqual(most);
          read.push(...page);
          if (page.length === limit || read.length === whole.length) continue;
          expect(bytes).toBeGreaterThan(most);
          expect(mayBeFull(pageSize(page), most)).toBe(true);
        }
        expect(read).toEqual(whole);
        const pages = await pagesOf(reader.pages(start, limit));
        expect(pages.flat()).toEqual(whole);
        for (const page of pages) {
          expect(page.length).toBeLessThanOrEqual(limit);
          expect(page.slice(0, -1).reduce((sum, event) => sum + bytesOf(event), 0)).toBeLessThanOrEqual(most);
        }
      },
    ),
    { numRuns: 60 },
  ));

it('is the last one handed over when no more can be asked for, whether more are wanted or not', async () => {
  const start = await settledHead(store);
  await store.append(appendOf({ events: facts(9) }));
  await readToEnd(store, start, 9);
  const handed = async (stopAt: number): Promise<number> => {
    const short = new Pool(connectionSettings(database.url, 'short lived', patience));
    let ended: Promise<void> | undefined;
    let events = 0;
    try {
      for await (const page of new LogReader(short).pages(start, 3)) {
        ended ??= short.end();
        events += page.length;
        if (events >= stopAt) break;
      }
    } finally {
      await ended;
    }
    return events;
  };
  await expect(handed(9)).rejects.toThrow(StoreUnavailable);
  expect(await handed(3)).toBe(3);
});

it('is read where the events asked for have more bytes together than PostgreSQL holds in one text', async () => {
  const start = await settledHead(store);
  const { streamId } = appendOf();
  await pool.query(`INSERT INTO log.events
    (position, stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at)
    SELECT 1000000 + n, '${streamId}', n, 'A', 1, repeat('y', 1000000), '{}', gen_random_uuid(), '', 1, 1
    FROM generate_series(0, 1099) n`);
  await settledHead(store);
  const page = await store.readAll(start, 4_000);
  expect(new Set(page.map((event) => event.streamId))).toEqual(new Set([streamId]));
  expect(page.map(({ revision }) => revision)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  const part = await store.readStream(streamId, 1_000, 20);
  expect(part.map(({ revision }) => revision)).toEqual(Array.from({ length: 20 }, (_, index) => 1_000 + index));
});
