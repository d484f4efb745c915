import fc from 'fast-check';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { emptyStream, logStart } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { LogTail } from './log-tail';
import { tabCatalogue } from './testing/tab';
import { UnreliableStore } from './testing/unreliable-store';

let streams = 0;
const grow = async (store: MemoryEventStore, count: number): Promise<void> => {
  streams += 1;
  const events = Array.from({ length: count }, (_, index) => ({
    eventId: `00000000-0000-5000-8000-${String(streams * 1_000 + index).padStart(12, '0')}`,
    type: 'TabPut',
    schemaVersion: 1,
    data: JSON.stringify({ cents: index }),
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

it('gives every reader the whole log in order, wherever each stands and however little is kept', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 2, max: 20 }),
      fc.array(fc.record({ reader: fc.nat(2), grows: fc.nat(4), limit: fc.integer({ min: 1, max: 9 }) }), {
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
        for (const { reader, grows, limit } of steps) {
          if (grows > 0) await grow(store, grows);
          await Promise.all([read(reader, limit), read((reader + 1) % 3, limit)]);
        }
        for (const reader of [0, 1, 2]) while ((await read(reader, 5)) > 0);
        const all = (await store.readAll(logStart, 10_000)).map((event) => event.eventId);
        expect(seen).toEqual([all, all, all]);
      },
    ),
    { numRuns: 100 },
  ));
