import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { logStart, type ReadEvent } from '#libs/platform/event-store/event-store';
import { verifyChain } from '#libs/platform/event-store/hash-chain';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { partId, uuidFrom } from '#libs/platform/runtime/deterministic-id';
import type { StreamKind } from '#libs/platform/runtime/stream-kind';
import { WrongResult } from '../wrong-result';
import { LogFiller } from './log-filler';
import { LogMill, templatesFrom } from './template-accounts';

const namespace = '5d0c1d0e-3c0b-5b0e-9c6b-4f2c1f8f6a10';
const keyId = uuidFrom(namespace, 'key');
const occurredAt = 1_772_349_600_000;

const catalogue = new EventCatalogue([
  eventType('Enrolled', z.strictObject({ keyId: z.string() })),
  eventType('Sold', z.strictObject({ sale: z.string() })),
]);

/** Members have a key, accounts take the names of their sales. */
const kinds: readonly StreamKind[] = [
  {
    ...{ category: 'member', foldVersion: 1, catalogue, initial: () => '' },
    evolve: (_, { data }) => (data as { keyId: string }).keyId,
    keysOf: (state) => ({ kept: [String(state)], destroyed: [] }),
  },
  {
    ...{ category: 'account', foldVersion: 1, catalogue, initial: () => 0 },
    evolve: (state) => Number(state) + 1,
    claims: (events) => events.map(({ data }) => `sale:${(data as { sale: string }).sale}`),
  },
];

/** Two members: one with three sales, two of them at once, one with a single sale. */
const openStore = async (): Promise<MemoryEventStore> => {
  const store = new MemoryEventStore();
  const append = async (streamId: string, datas: readonly object[]): Promise<void> => {
    const { tip } = await store.load(streamId);
    const command = uuidFrom(namespace, `${streamId} ${tip.revision}`);
    const events = datas.map((data, part) => ({
      ...{ eventId: partId(command, part), type: 'keyId' in data ? 'Enrolled' : 'Sold', schemaVersion: 1 },
      ...{ data: JSON.stringify(data), meta: '{"actor":"policy:x","causation":"y","businessDate":"2026-03-01"}' },
      occurredAt,
    }));
    await store.append({ streamId, expected: tip, events, recordedAt: occurredAt });
  };
  const sale = (name: string) => ({ sale: uuidFrom(namespace, name) });
  for (const memberId of ['template000', 'template001']) await append(`member-${memberId}`, [{ keyId }]);
  await append('account-template000', [sale('a'), sale('b')]);
  await append('account-template000', [sale('c')]);
  await append('account-template001', [sale('d')]);
  return store;
};

const copiesIn = async (store: MemoryEventStore): Promise<readonly ReadEvent[]> =>
  (await store.readAll(logStart, 10_000)).filter(({ streamId }) => !streamId.includes('template'));

const open = async (cohort: number) => {
  const store = await openStore();
  const mill = new LogMill(await templatesFrom(store, kinds, ['template000', 'template001']), cohort);
  return { store, mill, filler: new LogFiller(store, mill, 4) };
};

it('copies members whole, each in the order of the original', async () => {
  const { store, filler } = await open(10);
  await filler.fill(60, () => undefined);
  const names = new Set((await copiesIn(store)).map(({ streamId }) => streamId));
  const streams = await Promise.all([...names].map((streamId) => store.readStream(streamId, 0, 1_000)));
  for (const events of streams) expect(verifyChain(events).kind).toBe('intact');
  expect(streams.filter((events) => events.length === 3).length).toBeGreaterThanOrEqual(5);
  expect(filler.events).toBe((await copiesIn(store)).length);
});

it('gives every copy ids of its own, but the keys, which they share', async () => {
  const { store, filler } = await open(10);
  await filler.fill(120, () => undefined);
  const copies = await copiesIn(store);
  expect(new Set(copies.map(({ eventId }) => eventId)).size).toBe(copies.length);
  const sold = copies.filter(({ type }) => type === 'Sold').map(({ data }) => data);
  expect(new Set(sold).size).toBe(sold.length);
  const enrolled = copies.filter(({ type }) => type === 'Enrolled').map(({ data }) => data);
  expect(new Set(enrolled)).toEqual(new Set([JSON.stringify({ keyId })]));
});

it('takes the names of what was copied, and says that nobody but the bench did it', async () => {
  const { store, filler } = await open(4);
  await filler.fill(20, () => undefined);
  const copies = await copiesIn(store);
  const names = copies
    .filter(({ type }) => type === 'Sold')
    .map(({ data }) => `sale:${(JSON.parse(data) as { sale: string }).sale}`);
  expect((await store.findClaims(names)).size).toBe(names.length);
  for (const { meta } of copies) expect(JSON.parse(meta)).toEqual({ actor: 'bench', businessDate: '2026-03-01' });
});

it('lets copies come by turns: everybody’s first append before anybody’s second', async () => {
  const { mill } = await open(4);
  const first = Array.from({ length: 4 }, () => mill.next().streamId);
  expect(new Set(first).size).toBe(4);
  expect(first.every((streamId) => streamId.startsWith('account-C'))).toBe(true);
  expect(Array.from({ length: 4 }, () => mill.next().streamId).every((id) => id.startsWith('member-C'))).toBe(true);
  expect(mill.eventsPerAppend).toBe(6 / 5);
});

it('waits for a copy that is slower than the others, instead of writing behind its back', async () => {
  const { store, filler } = await open(4);
  const taken = store.append.bind(store);
  const course: string[] = [];
  store.append = async (request) => {
    if (!request.streamId.endsWith('00000002')) return taken(request);
    course.push(`${request.streamId} from ${request.expected.revision}`);
    await sleep(50);
    const outcome = await taken(request);
    course.push(outcome.kind);
    return outcome;
  };
  await filler.fill(60, () => undefined);
  expect(course).toEqual([
    ...['account-C00000002 from -1', 'appended'],
    ...['member-C00000002 from -1', 'appended'],
    ...['account-C00000002 from 1', 'appended'],
  ]);
});

it('keeps a pace', async () => {
  const { filler } = await open(100);
  await filler.drip(1_000, 100);
  expect(filler.events).toBeGreaterThan(0);
  expect(filler.events).toBeLessThan(250);
});

it('never runs further ahead than it may', async () => {
  const { filler } = await open(100);
  await filler.keepAhead(1_000, 10, () => 0);
  expect(filler.events).toBeGreaterThanOrEqual(10);
  expect(filler.events).toBeLessThan(20);
});

it('gives up when somebody else writes where it writes', async () => {
  const { store, mill, filler } = await open(10);
  const taken = store.append.bind(store);
  store.append = (request) => taken({ ...request, expected: { revision: 7, hash: 'x' } });
  await expect(filler.fill(1, () => undefined)).rejects.toThrow(WrongResult);
  await expect(filler.drip(1_000, 500)).rejects.toThrow(`No figures: an append to account-C0000000`);
  expect(mill.next().request().expected.revision).toBe(-1);
});
