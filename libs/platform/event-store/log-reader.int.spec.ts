import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { appendOf, facts, settledHead, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { comparePositions, emptyStream, type EventStore, type LogPosition, type StoredEvent } from './event-store';
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

const eventsPerTransaction = 3;

/** A transaction driven step by step, as two appends that overlap would be. */
class Writer {
  streamId = '';

  constructor(readonly client: Client) {}

  /** Begins, and takes a transaction number as moving the stream's row would. */
  async takeNumber(): Promise<void> {
    this.streamId = `course-${randomUUID()}`;
    await this.client.query('BEGIN');
    await this.client.query('SELECT pg_current_xact_id()');
  }

  async takePositions(): Promise<void> {
    await this.client.query(
      `INSERT INTO log.events (position, stream_id, revision, type, schema_version, data, meta, event_id, hash, occurred_at, recorded_at)
       SELECT nextval('log.event_position'), $1, n, 'PointsEarned', 1, '{}', '{}', gen_random_uuid(), '', 0, 0
       FROM generate_series(0, $2::int - 1) n ORDER BY n`,
      [this.streamId, eventsPerTransaction],
    );
  }

  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    await this.client.query(how);
  }
}

const nameOf = (event: { streamId: string; revision: number }): string => `${event.streamId}@${event.revision}`;

/** A reader with a checkpoint, which is all it keeps between polls: each poll might be another process. */
interface Reader {
  readonly delivered: string[];
  poll(): Promise<void>;
}

const trueReader = (from: EventStore, start: LogPosition, limit: number): Reader => {
  let checkpoint = JSON.stringify(start);
  const delivered: string[] = [];
  return {
    delivered,
    poll: async () => {
      let page: readonly StoredEvent[];
      do {
        page = await from.readAll(JSON.parse(checkpoint) as LogPosition, limit);
        delivered.push(...page.map(nameOf));
        const last = page.at(-1);
        if (last !== undefined) checkpoint = JSON.stringify({ xid: last.xid, position: last.position });
      } while (page.length > 0);
    },
  };
};

/** Readers as they are often written: by position alone, or by position among what seems settled. Both lose events. */
const wrongReader = (client: Client, start: LogPosition, guard: string): Reader => {
  let last = start.position;
  const delivered: string[] = [];
  return {
    delivered,
    poll: async () => {
      const { rows } = await client.query<{ position: string; stream_id: string; revision: number }>(
        `SELECT position, stream_id, revision FROM log.events WHERE position > $1 ${guard} ORDER BY position`,
        [last],
      );
      for (const row of rows) {
        delivered.push(nameOf({ streamId: row.stream_id, revision: row.revision }));
        last = Number(row.position);
      }
    },
  };
};
const byPosition = '';
const bySettledPosition = 'AND xid < pg_snapshot_xmin(pg_current_snapshot())';

const expectedOf = (writer: Writer): string[] =>
  Array.from({ length: eventsPerTransaction }, (_, revision) => nameOf({ streamId: writer.streamId, revision }));

type Step = 'A number' | 'A positions' | 'A end' | 'B number' | 'B positions' | 'B end';
const courses = (a: readonly Step[], b: readonly Step[]): Step[][] => {
  const [firstA, ...restA] = a;
  const [firstB, ...restB] = b;
  if (firstA === undefined || firstB === undefined) return [[...a, ...b]];
  return [
    ...courses(restA, b).map((course) => [firstA, ...course]),
    ...courses(a, restB).map((course) => [firstB, ...course]),
  ];
};
const everyCourse = courses(['A number', 'A positions', 'A end'], ['B number', 'B positions', 'B end']);

type Ending = 'COMMIT' | 'ROLLBACK';
const endings: readonly (readonly [Ending, Ending])[] = [
  ['COMMIT', 'COMMIT'],
  ['COMMIT', 'ROLLBACK'],
  ['ROLLBACK', 'COMMIT'],
];

describe('two transactions, in every order of their steps, with a poll after each', () => {
  let clients: Client[];
  let a: Writer;
  let b: Writer;

  beforeAll(async () => {
    clients = await Promise.all([connected(), connected(), connected()]);
    [a, b] = clients.slice(0, 2).map((client) => new Writer(client)) as [Writer, Writer];
  });
  afterAll(() => Promise.all(clients.map((client) => client.end())));

  const take = async (step: Step, [endOfA, endOfB]: readonly [Ending, Ending]): Promise<void> => {
    const writer = step.startsWith('A') ? a : b;
    if (step.endsWith('number')) await writer.takeNumber();
    else if (step.endsWith('positions')) await writer.takePositions();
    else await writer.end(writer === a ? endOfA : endOfB);
  };

  /** Runs a course with readers polling after every step, and once more when everything can be read. */
  const run = async (
    course: readonly Step[],
    ends: readonly [Ending, Ending],
    readers: readonly Reader[],
  ): Promise<void> => {
    for (const step of course) {
      await take(step, ends);
      for (const reader of readers) await reader.poll();
    }
    await settledHead(store);
    for (const reader of readers) await reader.poll();
  };

  const missing = (reader: Reader, ends: readonly [Ending, Ending]): string[] => {
    const committed = [...(ends[0] === 'COMMIT' ? expectedOf(a) : []), ...(ends[1] === 'COMMIT' ? expectedOf(b) : [])];
    const own = reader.delivered.filter((name) => name.startsWith(a.streamId) || name.startsWith(b.streamId));
    expect(new Set(own).size).toBe(own.length);
    for (const writer of [a, b]) {
      const stream = own.filter((name) => name.startsWith(writer.streamId));
      expect(stream).toEqual(stream.toSorted());
    }
    return committed.filter((name) => !own.includes(name));
  };

  it.each([1, 2, 100])('loses nothing in pages of %i', async (limit) => {
    for (const course of everyCourse) {
      for (const ends of endings) {
        const reader = trueReader(store, await store.head(), limit);
        await run(course, ends, [reader]);
        expect({ course, ends, lost: missing(reader, ends) }).toEqual({ course, ends, lost: [] });
      }
    }
  });

  it('would lose what commits behind a reader that goes by position', async () => {
    const course: Step[] = ['A number', 'B number', 'A positions', 'B positions', 'B end', 'A end'];
    const start = await settledHead(store);
    const readers = [wrongReader(clients[2] as Client, start, byPosition), trueReader(store, start, 100)] as const;
    await run(course, ['COMMIT', 'COMMIT'], readers);
    expect(missing(readers[0], ['COMMIT', 'COMMIT'])).toEqual(expectedOf(a));
    expect(missing(readers[1], ['COMMIT', 'COMMIT'])).toEqual([]);
  });

  it('would lose it even to a reader by position that waits until transactions have settled', async () => {
    const start = await settledHead(store);
    const reader = wrongReader(clients[2] as Client, start, bySettledPosition);
    for (const step of ['A number', 'B number', 'B positions', 'A positions', 'A end'] as const)
      await take(step, ['COMMIT', 'COMMIT']);
    for (const deadline = Date.now() + 10_000; reader.delivered.length === 0 && Date.now() < deadline;)
      await reader.poll();
    await take('B end', ['COMMIT', 'COMMIT']);
    await settledHead(store);
    await reader.poll();
    expect(missing(reader, ['COMMIT', 'COMMIT'])).toEqual(expectedOf(b));
  });
});

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

  it('loses, repeats and reorders nothing, where a reader by position loses', async () => {
    const clients = await Promise.all(Array.from({ length: 17 }, connected));
    const start = await settledHead(store);
    const right = trueReader(store, start, 50);
    const wrong = wrongReader(clients[16] as Client, start, byPosition);
    let writing = true;
    const reading = [right, wrong].map(async (reader) => {
      while (writing) await reader.poll();
    });
    const until = Date.now() + seconds * 1000;
    const writers = clients.slice(0, 16).map((client, index) => write(client, numbers(0x9e3779b9 + index), until));
    const committed = (await Promise.all(writers)).flat();
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
