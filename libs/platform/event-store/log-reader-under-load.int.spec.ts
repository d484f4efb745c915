import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { appendOf, facts, settledHead, tipOf } from '#libs/platform/testing/event-store.fixtures';
import {
  byPosition,
  expectedOf,
  nameOf,
  trueReader,
  Writer,
  wrongReader,
  type Reader,
} from '#libs/platform/testing/log-courses';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { comparePositions, emptyStream, type EventStore } from './event-store';
import { PostgresEventStore } from './postgres-event-store';

let database: FreshDatabase;
let store: PostgresEventStore;

beforeAll(async () => {
  database = await freshDatabase();
  store = await PostgresEventStore.open({ url: database.url });
});
afterAll(async () => {
  await store.close();
  await database.drop();
});

const connected = async (): Promise<Client> => {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  return client;
};

describe('many writers at once', () => {
  const seconds = 3;

  /** Small numbers from a seed (xorshift), so that a failing course can be told from its seed. */
  const numbers = (seed: number) => (below: number) => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) % below;
  };

  const write = async (client: Client, random: (below: number) => number, until: number): Promise<string[]> => {
    const committed: string[] = [];
    const writer = new Writer(client);
    while (Date.now() < until) {
      await writer.takeNumber();
      if (random(2) === 0) await sleep(random(4));
      await writer.takePositions();
      if (random(2) === 0) await sleep(random(4));
      const kept = random(20) > 0;
      await writer.end(kept ? 'COMMIT' : 'ROLLBACK');
      if (kept) committed.push(...expectedOf(writer));
    }
    return committed;
  };

  /** One takes its positions first and commits last, once a reader by position has seen the other: to it, it is lost. */
  const overtake = async ([late, early]: readonly [Client, Client], reader: Reader): Promise<string[]> => {
    const [first, second] = [new Writer(late), new Writer(early)];
    for (const writer of [first, second]) {
      await writer.takeNumber();
      await writer.takePositions();
    }
    await second.end('COMMIT');
    const [seen = ''] = expectedOf(second);
    while (!reader.delivered.includes(seen)) await sleep(5);
    await first.end('COMMIT');
    return [...expectedOf(first), ...expectedOf(second)];
  };

  it('loses, repeats and reorders nothing, where a reader by position loses', async () => {
    const clients = await Promise.all(Array.from({ length: 19 }, connected));
    const start = await settledHead(store);
    const right = trueReader(store, start, 50);
    const wrong = wrongReader(clients[16] as Client, start, byPosition);
    let writing = true;
    const reading = [right, wrong].map(async (reader) => {
      while (writing) await reader.poll();
    });
    const until = Date.now() + seconds * 1000;
    const writers = clients.slice(0, 16).map((client, index) => write(client, numbers(0x9e3779b9 + index), until));
    const written = (await Promise.all(writers)).flat();
    const committed = [...written, ...(await overtake([clients[17] as Client, clients[18] as Client], wrong))];
    writing = false;
    await Promise.all(reading);
    await settledHead(store);
    await Promise.all([right.poll(), wrong.poll()]);
    await Promise.all(clients.map((client) => client.end()));
    const delivered = right.delivered.filter((name) => name.startsWith('course-'));
    const known = new Set(delivered);
    expect(committed.filter((name) => !known.has(name))).toEqual([]);
    expect(known.size).toBe(delivered.length);
    const revisions = new Map<string, number>();
    const outOfOrder = delivered.filter((name) => {
      const [stream = '', revision] = name.split('@');
      const due = revisions.get(stream) ?? 0;
      revisions.set(stream, due + 1);
      return Number(revision) !== due;
    });
    expect(outOfOrder).toEqual([]);
    const wronglyDelivered = new Set(wrong.delivered);
    expect(committed.filter((name) => !wronglyDelivered.has(name)).length).toBeGreaterThan(0);
  });

  it('delivers every append of two servers, in order, to a reader that polls meanwhile', async () => {
    const others = await Promise.all([1, 2].map((writers) => PostgresEventStore.open({ url: database.url, writers })));
    const start = await settledHead(store);
    const reader = trueReader(store, start, 100);
    let writing = true;
    const reading = (async () => {
      while (writing) await reader.poll();
    })();
    const appendAll = async (to: EventStore): Promise<string[]> => {
      const names: string[] = [];
      const request = appendOf({ events: [] });
      let expected = emptyStream;
      for (const until = Date.now() + 1_500; Date.now() < until;) {
        const events = facts(2);
        expected = tipOf(await to.append({ ...request, expected, events }));
        names.push(...[1, 0].map((back) => nameOf({ streamId: request.streamId, revision: expected.revision - back })));
      }
      return names;
    };
    const appended = await Promise.all(
      Array.from({ length: 40 }, (_, index) => appendAll(others[index % 2] as EventStore)),
    );
    writing = false;
    await reading;
    await settledHead(store);
    await reader.poll();
    for (const names of appended) {
      const stream = names[0]?.split('@')[0] ?? '';
      expect(reader.delivered.filter((name) => name.startsWith(stream))).toEqual(names);
    }
    const page = await store.readAll(start, 1_000);
    page.slice(1).forEach((event, index) => expect(comparePositions(page[index] ?? start, event)).toBeLessThan(0));
    await Promise.all(others.map((each) => each.close()));
  });
});
