import { randomUUID } from 'node:crypto';
import { Client, Pool } from 'pg';
import { accepted, appendOf, fact, facts, folded, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { emptyStream, StoreUnavailable } from './event-store';
import { connectionSettings } from './log-connection';
import { PostgresEventStore } from './postgres-event-store';
import { StreamLoader } from './stream-loader';

let database: FreshDatabase;
let store: PostgresEventStore;
let pool: Pool;
let questions: number;
let mostAtOnce: number;

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
  const settings = connectionSettings(database.url, 'spec', { connectMs: 20_000, statementMs: 20_000 });
  pool = new Pool({ ...settings, max: 8 });
  let underWay = 0;
  pool.on('acquire', () => {
    questions += 1;
    mostAtOnce = Math.max(mostAtOnce, ++underWay);
  });
  pool.on('release', () => void (underWay -= 1));
  await fill('account-1', 12);
  await fill('account-2', 3, { foldVersion: 2, revision: 1, state: '{"at":1}' });
  await fill('account-3', 2, { foldVersion: 5, revision: 1, state: '{"at":"tip"}' });
  await store.append(appendOf({ streamId: 'account-4', events: [], command: accepted() }));
});
afterAll(async () => {
  await pool.end();
  await store.close();
  await database.drop();
});
beforeEach(() => {
  [questions, mostAtOnce] = [0, 0];
});

/** So many events, with a snapshot at an earlier revision or at the last. */
const fill = async (
  streamId: string,
  count: number,
  snapshot?: { foldVersion: number; revision: number; state: string },
) => {
  const folded = snapshot === undefined ? count : snapshot.revision + 1;
  const first = appendOf({ streamId, events: facts(folded), ...(snapshot && { snapshot }) });
  const expected = tipOf(await store.append(first));
  if (count > folded) tipOf(await store.append(appendOf({ streamId, expected, events: facts(count - folded) })));
};

const connected = async (): Promise<Client> => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
};

const loader = (streams = 256, atOnce = 4) => new StreamLoader(pool, { together: streams, underWay: atOnce });
const shown = async (streamId: string, fold?: number) => {
  const { tip, snapshot, tail } = await loader().load(streamId, fold);
  return [tip.revision, snapshot?.state, tail.map(({ revision }) => revision)];
};

describe('one stream', () => {
  it('comes whole and in the order of its revisions, 9 before 10', async () =>
    expect(await shown('account-1')).toEqual([11, undefined, Array.from({ length: 12 }, (_, index) => index)]));

  it('comes with its snapshot and what is after it', async () => {
    expect(await shown('account-2', 2)).toEqual([2, '{"at":1}', [2]]);
    expect(await shown('account-3', 5)).toEqual([1, '{"at":"tip"}', []]);
  });

  it('comes whole where its snapshot is of another fold, and with any where none is named', async () => {
    expect(await shown('account-2', 3)).toEqual([2, undefined, [0, 1, 2]]);
    expect(await shown('account-3', 4)).toEqual([1, undefined, [0, 1]]);
    expect(await shown('account-2')).toEqual([2, '{"at":1}', [2]]);
  });

  it('that was only decided on, or never, has no events', async () => {
    for (const streamId of ['account-4', 'account-5', '', "account-'; --"])
      expect(await loader().load(streamId, 1)).toEqual({ tip: emptyStream, tail: [] });
  });

  it('comes as it is whatever its texts, what stands between packed ones among them', async () => {
    const texts = ['', 'a', '\u0001', 'a\u0001b', '\u0001\u0001', '会员', '"', '\\', ','];
    for (const awkward of texts) {
      const events = [fact(0), { ...fact(1), type: awkward }, { ...fact(2), data: awkward }, fact(3)];
      const snapshot = { foldVersion: 2, revision: 0, state: awkward };
      const first = appendOf({ events: events.slice(0, 1), snapshot });
      const { streamId } = first;
      const expected = tipOf(await store.append(first));
      tipOf(await store.append(appendOf({ streamId, expected, events: events.slice(1) })));
      const whole = (await store.readStream(streamId, 0, 9)).map(folded);
      expect((await loader().load(streamId, 3)).tail).toEqual(whole);
      const { snapshot: loaded, tail } = await loader().load(streamId, 2);
      expect(loaded).toEqual(snapshot);
      expect(tail).toEqual(whole.slice(1));
    }
  });

  it('comes event by event where it is too large to be packed, and so does no other with it', async () => {
    const large = { ...fact(1), data: JSON.stringify({ note: 'x'.repeat(1_100_000) }) };
    for (const [streamId, count] of [
      ['account-large', 17],
      ['account-few', 16],
    ] as const)
      await store.append(
        appendOf({ streamId, events: Array.from({ length: count }, () => ({ ...large, eventId: randomUUID() })) }),
      );
    for (const [streamId, asked] of [
      ['account-large', 2],
      ['account-few', 1],
    ] as const) {
      questions = 0;
      const one = loader();
      const [loaded, small] = await Promise.all([one.load(streamId, 1), one.load('account-1', 1)]);
      expect(questions).toBe(asked);
      expect(loaded.tail).toEqual((await store.readStream(streamId, 0, 99)).map(folded));
      expect(small.tail).toHaveLength(12);
    }
  });

  it('is told with the hash of its last event, snapshot or not', async () => {
    for (const streamId of ['account-1', 'account-3']) {
      const [last] = (await store.readStream(streamId, 0, 99)).slice(-1);
      expect((await loader().load(streamId, 5)).tip).toEqual({ revision: last?.revision, hash: last?.hash });
    }
  });
});

describe('many streams', () => {
  it('asked for at the same time are one question, each answered to whoever asked', async () => {
    const asked = ['account-3', 'account-1', 'account-9', 'account-1', 'account-2'];
    const one = loader();
    const loaded = await Promise.all(asked.map((streamId) => one.load(streamId, 2)));
    expect(questions).toBe(1);
    expect(loaded.map(({ tip, tail }) => [tip.revision, tail.length])).toEqual([
      [1, 2],
      [11, 12],
      [-1, 0],
      [11, 12],
      [2, 1],
    ]);
    for (const [index, { snapshot, tail }] of loaded.entries()) {
      const after = await store.readStream(asked[index] ?? '', (snapshot?.revision ?? -1) + 1, 99);
      expect(tail).toEqual(after.map(folded));
    }
  });

  it('may ask for one stream by different folds', async () => {
    const one = loader();
    const [fits, other, any] = await Promise.all([2, 9, undefined].map((fold) => one.load('account-2', fold)));
    expect([fits?.snapshot?.state, other?.snapshot, any?.snapshot?.state]).toEqual(['{"at":1}', undefined, '{"at":1}']);
    expect(questions).toBe(1);
  });

  it('are several questions where there are too many, no more than so many at once', async () => {
    const one = loader(2, 3);
    const client = await connected();
    await client.query('BEGIN; LOCK TABLE log.events');
    const asked = Array.from({ length: 20 }, (_, index) => one.load(`account-${index}`, undefined));
    while (mostAtOnce < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    await client.query('ROLLBACK');
    await client.end();
    const loaded = await Promise.all(asked);
    expect(questions).toBe(10);
    expect(mostAtOnce).toBe(3);
    expect(loaded.map(({ tip }) => tip.revision).slice(0, 6)).toEqual([-1, 11, 2, 1, -1, -1]);
  });

  it('asked for while a question is under way wait together for the next', async () => {
    const one = loader(256, 1);
    const first = one.load('account-1', undefined);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    const later = ['account-1', 'account-2', 'account-3'].map((streamId) => one.load(streamId, undefined));
    await Promise.all([first, ...later]);
    expect(questions).toBe(2);
  });
});

it.each([0, 2, 3])('a text that no database takes harms nobody who asks together with it (place %i)', async (place) => {
  const asked = ['account-1', 'account-2', 'account-3'].toSpliced(place, 0, 'account-\0');
  const one = loader();
  const ended = await Promise.allSettled(asked.map((id) => one.load(id, 9)));
  expect(ended.map((each) => (each.status === 'fulfilled' ? each.value.tip.revision : each.reason))).toEqual(
    [11, 2, 1].toSpliced(place, 0, expect.any(StoreUnavailable)),
  );
});

it('tells all who asked together that there was no answer, and answers those who ask next', async () => {
  const client = await connected();
  const one = loader(2, 1);
  await client.query('ALTER TABLE log.events RENAME TO hidden');
  const ended = await Promise.allSettled(['account-1', 'account-2', 'account-3'].map((id) => one.load(id, undefined)));
  await client.query('ALTER TABLE log.hidden RENAME TO events');
  await client.end();
  for (const each of ended) expect(each).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailable) });
  expect((await one.load('account-3', undefined)).tip.revision).toBe(1);
});
