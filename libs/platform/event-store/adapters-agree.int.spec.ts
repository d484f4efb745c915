import fc from 'fast-check';
import { accepted, appendOf, facts, folded, recorded } from '#libs/platform/testing/event-store.fixtures';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { emptyStream, type AppendRequest, type EventStore, type StoredEvent, type StreamTip } from './event-store';
import { MemoryEventStore } from './memory-event-store';
import { PostgresEventStore } from './postgres-event-store';

let database: FreshDatabase;
let postgres: PostgresEventStore;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await PostgresEventStore.open({ url: database.url });
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

/** One append as drawn: small numbers for streams, keys and names, so that they meet often. */
interface Drawn {
  readonly stream: number;
  readonly events: number;
  /** Whether it knows where its stream is, or comes too late. */
  readonly stale: boolean;
  readonly key: number | undefined;
  readonly claims: readonly number[];
  readonly releases: readonly number[];
  readonly fold: number | undefined;
}

const few = fc.integer({ min: 0, max: 3 });
const drawn: fc.Arbitrary<Drawn> = fc.record({
  stream: few,
  events: few,
  stale: fc.boolean(),
  key: fc.option(fc.integer({ min: 0, max: 8 }), { nil: undefined }),
  claims: fc.uniqueArray(few, { maxLength: 2 }),
  releases: fc.uniqueArray(few, { maxLength: 2 }),
  fold: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
});

/** What two adapters must have in common: everything but the places in the log, which each counts for itself. */
const placeless = (events: readonly StoredEvent[]): object[] =>
  events.map(({ xid: _xid, position: _position, ...event }) => event);

const streamNames = (run: string): string[] => [0, 1, 2, 3].map((stream) => `account-${run}-${stream}`);

const requestOf = (each: Drawn, run: string, tips: ReadonlyMap<string, StreamTip>): AppendRequest => {
  const streamId = `account-${run}-${each.stream}`;
  const present = tips.get(streamId) ?? emptyStream;
  const expected = each.stale && present.revision >= 0 ? emptyStream : present;
  const revision = expected.revision + each.events;
  return appendOf({
    streamId,
    expected,
    events: facts(each.events),
    claims: each.claims.map((name) => `name-${run}-${name}`),
    releases: each.releases.map((name) => `name-${run}-${name}`),
    ...(each.key === undefined ? {} : { command: accepted(`${run}-${each.key}`, `{"stream":${each.stream}}`) }),
    ...(each.fold === undefined ? {} : { snapshot: { foldVersion: each.fold, revision, state: `"${revision}"` } }),
  });
};

const contentOf = async (store: EventStore, run: string): Promise<unknown> => ({
  streams: await Promise.all(
    streamNames(run).flatMap((name) =>
      [undefined, 1, 2].map(async (fold) => {
        const loaded = await store.load(name, fold);
        return { ...loaded, tail: loaded.tail.map(folded) };
      }),
    ),
  ),
  events: await Promise.all(streamNames(run).map(async (name) => placeless(await store.readStream(name, 0, 1_000)))),
  claims: await store.findClaims([0, 1, 2, 3].map((name) => `name-${run}-${name}`)),
  commands: await Promise.all([0, 1, 2, 3, 4, 5, 6, 7, 8].map((key) => store.findCommand('till-7', `${run}-${key}`))),
});

it('answers every sequence of appends as the memory adapter does, and holds the same afterwards', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { minLength: 1, maxLength: 25 }), async (sequence) => {
      const run = `${recorded}-${runs++}`;
      const memory = new MemoryEventStore();
      const tips = new Map<string, StreamTip>();
      for (const each of sequence) {
        const request = requestOf(each, run, tips);
        const [here, there] = await Promise.all([memory.append(request), postgres.append(request)]);
        expect(there).toEqual(here);
        if (here.kind === 'appended') tips.set(request.streamId, here.tip);
      }
      expect(await contentOf(postgres, run)).toEqual(await contentOf(memory, run));
    }),
    { numRuns: 60 },
  );
}, 360_000);

it('takes of appends made together what could have been taken one after another', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(drawn, { minLength: 2, maxLength: 25 }), async (sequence) => {
      const run = `together-${recorded}-${runs++}`;
      const requests = sequence.map((each) => requestOf({ ...each, events: each.events + 1 }, run, new Map()));
      const whole = requests.map(({ snapshot: _snapshot, ...request }) => request);
      const outcomes = await Promise.all(whole.map((request) => postgres.append(request)));
      const memory = new MemoryEventStore();
      for (const [index, request] of whole.entries()) {
        if (outcomes[index]?.kind === 'appended') expect(await memory.append(request)).toEqual(outcomes[index]);
      }
      for (const [index, request] of whole.entries()) {
        if (outcomes[index]?.kind !== 'appended') expect((await memory.append(request)).kind).not.toBe('appended');
      }
    }),
    { numRuns: 60 },
  );
}, 360_000);
