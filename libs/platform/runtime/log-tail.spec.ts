import fc from 'fast-check';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { emptyStream, logStart } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { pageBytes } from '#libs/platform/event-store/page-size';
import type { LoggedFact } from './fact';
import { LogTail } from './log-tail';
import { tabCatalogue } from './testing/tab';
import { UnreliableStore } from './testing/unreliable-store';

let streams = 0;
const grow = async (store: MemoryEventStore, count: number, length = 0): Promise<void> => {
  streams += 1;
  const events = Array.from({ length: count }, (_, index) => ({
    eventId: `00000000-0000-5000-8000-${String(streams * 1_000 + index).padStart(12, '0')}`,
    type: 'TabPut',
    schemaVersion: 1,
    data: JSON.stringify({ cents: index, note: 'y'.repeat(length) }),
    meta: '{"actor":"till-1"}',
    occurredAt: index,
  }));
  await store.append({ streamId: `tab-${streams}`, expected: emptyStream, events, recordedAt: 9 });
};

it('tells what the log holds, at the present schema version', async () => {
  const store = new MemoryEventStore();
  await grow(store, 1);
  const [fact] = await new LogTail(store, tabCatalogue).read(logStart, 10);
  expect(fact).toMatchObject({
    type: 'TabPut',
    data: { amount: 0 },
    meta: { actor: 'till-1' },
    revision: 0,
    at: 0,
    recordedAt: 9,
    place: { position: 1 },
  });
  expect(fact?.data).toBe(fact?.data);
});

it('reads the store once for all who are at the same place', async () => {
  const store = new MemoryEventStore();
  await grow(store, 5);
  const counted = new UnreliableStore(store);
  const tail = new LogTail(counted, tabCatalogue);
  const [first, second] = await Promise.all([tail.read(logStart, 10), tail.read(logStart, 2)]);
  expect([first.length, second.length, counted.reads]).toEqual([5, 2, 1]);
  const third = await tail.read(second.at(-1)?.place ?? logStart, 10);
  expect([third, counted.reads]).toEqual([first.slice(2), 1]);
  expect(third[0]).toBe(first[2]);
});

it('does not keep a failed reading', async () => {
  const store = new MemoryEventStore();
  await grow(store, 1);
  const broken = new UnreliableStore(store, () => 'lost');
  const tail = new LogTail(broken, tabCatalogue);
  await expect(tail.read(logStart, 10)).rejects.toThrow();
  broken.fate = () => 'works';
  expect(await tail.read(logStart, 10)).toHaveLength(1);
});

it('keeps fewer facts where they are large, and hands them over in pages', async () => {
  const store = new MemoryEventStore();
  await grow(store, 60, pageBytes >> 3);
  const counted = new UnreliableStore(store);
  const tail = new LogTail(counted, tabCatalogue);
  const all: LoggedFact[] = [];
  for (;;) {
    const page = await tail.read(all.at(-1)?.place ?? logStart, 1_000);
    if (page.length === 0) break;
    expect(page.length).toBeLessThanOrEqual(8);
    all.push(...page);
  }
  expect(all.map(({ place }) => place.position)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  counted.reads = 0;
  await tail.read(all[50]?.place ?? logStart, 1);
  expect(counted.reads).toBe(0);
  await tail.read(all[20]?.place ?? logStart, 1);
  expect(counted.reads).toBe(1);
});

const step = fc.record({
  reader: fc.nat(2),
  grows: fc.nat(4),
  length: fc.nat(1_000),
  limit: fc.integer({ min: 1, max: 9 }),
});

it('gives every reader the whole log in order, wherever each stands and however little is kept', () =>
  fc.assert(
    fc.asyncProperty(
      fc.record({ facts: fc.integer({ min: 2, max: 20 }), bytes: fc.integer({ min: 1, max: 40_000 }) }),
      fc.array(step, {
        maxLength: 60,
      }),
      async (capacity, steps) => {
        const store = new MemoryEventStore();
        const tail = new LogTail(store, tabCatalogue, capacity);
        const seen: string[][] = [[], [], []];
        const places: LogPosition[] = [logStart, logStart, logStart];
        const read = async (reader: number, limit: number): Promise<number> => {
          const facts = await tail.read(places[reader] ?? logStart, limit);
          seen[reader]?.push(...facts.map((fact) => fact.eventId));
          places[reader] = facts.at(-1)?.place ?? places[reader] ?? logStart;
          return facts.length;
        };
        for (const { reader, grows, length, limit } of steps) {
          if (grows > 0) await grow(store, grows, length);
          await Promise.all([read(reader, limit), read((reader + 1) % 3, limit)]);
        }
        for (const reader of [0, 1, 2]) while ((await read(reader, 5)) > 0);
        const all = (await store.readAll(logStart, 10_000)).map((event) => event.eventId);
        expect(seen).toEqual([all, all, all]);
      },
    ),
    { numRuns: 100 },
  ));
