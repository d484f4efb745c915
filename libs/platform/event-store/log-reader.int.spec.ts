import { Client } from 'pg';
import { readToEnd, settledHead } from '#libs/platform/testing/event-store.fixtures';
import {
  bySettledPosition,
  byPosition,
  eventsPerTransaction,
  expectedOf,
  trueReader,
  Writer,
  wrongReader,
  type Reader,
} from '#libs/platform/testing/log-courses';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
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

  it('knows the latest event although an open transaction holds it back', async () => {
    const before = await settledHead(store);
    for (const step of ['A number', 'B number', 'B positions', 'B end'] as const)
      await take(step, ['COMMIT', 'COMMIT']);
    const latest = await store.latest();
    expect(await store.head()).toEqual(before);
    for (const step of ['A positions', 'A end'] as const) await take(step, ['ROLLBACK', 'COMMIT']);
    const read = await readToEnd(store, before, eventsPerTransaction);
    expect(read.map(({ xid, position }) => ({ xid, position }))).toContainEqual(latest);
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
    for (const deadline = Date.now() + 90_000; reader.delivered.length === 0 && Date.now() < deadline;)
      await reader.poll();
    await take('B end', ['COMMIT', 'COMMIT']);
    await settledHead(store);
    await reader.poll();
    expect(missing(reader, ['COMMIT', 'COMMIT'])).toEqual(expectedOf(b));
  });
});
