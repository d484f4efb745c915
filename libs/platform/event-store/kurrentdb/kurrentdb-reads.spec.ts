import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import {
  accepted,
  appendOf,
  fact,
  facts,
  pagesOf,
  readToEnd,
  someStream,
  tipOf,
} from '#libs/platform/testing/event-store.fixtures';
import { KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { emptyStream, logStart, StoreUnavailable, type EventStore, type NewEvent } from '../event-store';
import { pageBytes } from '../page-size';
import { KurrentDbEventStore } from './kurrentdb-event-store';
import { snapshotStream } from './technical-records';

let double: KurrentDbDouble;
let store: KurrentDbEventStore;

beforeEach(async () => {
  double = await KurrentDbDouble.start();
  store = await KurrentDbEventStore.open({ url: double.url, patience: { readMs: 2_000 } });
});
afterEach(async () => {
  await store.close();
  double.stop();
});

const questions: readonly [string, (store: EventStore) => Promise<unknown>][] = [
  ['load', (of) => of.load('account-1')],
  ['readStream', (of) => of.readStream('account-1', 0, 10)],
  ['readAll', (of) => of.readAll(logStart, 10)],
  ['pages', (of) => pagesOf(of.pages(logStart, 10))],
  ['head', (of) => of.head()],
  ['latest', (of) => of.latest()],
  ['findCommand', (of) => of.findCommand('till-7', 'k')],
  ['findClaims', (of) => of.findClaims(['ticket:7'])],
];

it.each(questions)('%s rejects rather than hangs when the server is silent', async (_, ask) => {
  double.faults.ignoreReads = true;
  await expect(ask(store)).rejects.toThrow(StoreUnavailable);
  double.faults.clear();
  await ask(store);
});

it.each(questions)('%s rejects when the server cannot answer, and goes on when it can', async (_, ask) => {
  double.faults.refuseReads = true;
  await expect(ask(store)).rejects.toThrow(StoreUnavailable);
  double.faults.clear();
  await ask(store);
});

it('cannot be opened where no server is', async () => {
  const { url } = double;
  double.stop();
  await expect(KurrentDbEventStore.open({ url, patience: { startMs: 500 } })).rejects.toThrow(StoreUnavailable);
});

it('says which server it met', () =>
  expect(store.server).toEqual({ product: 'KurrentDB', version: '25.1.0', severalStreams: true }));

it('sees nothing of what others keep in the same server', async () => {
  const client = KurrentDBClient.connectionString(double.url);
  const strange = (): Promise<unknown> =>
    client.appendToStream('their-1', [jsonEvent({ type: 'TheirEvent', data: {} })], { streamState: 'any' });
  await strange();
  expect(await store.head()).toEqual(logStart);
  expect(await store.readAll(logStart, 5)).toEqual([]);
  const request = appendOf({ events: facts(3) });
  await strange();
  tipOf(await store.append(request));
  for (let time = 0; time < 20; time++) await strange();
  tipOf(await store.append(appendOf({ command: accepted(), claims: [someStream()] })));
  await strange();
  for (const limit of [1, 2, 3, 100]) expect(await readToEnd(store, logStart, 4, limit)).toHaveLength(4);
  const [last] = (await store.readAll(logStart, 10)).slice(-1);
  expect(await store.head()).toEqual({ xid: last?.xid, position: last?.position });
  expect(await store.load('their-1')).toEqual({ tip: emptyStream, tail: [] });
  await client.dispose();
});

it('counts places beyond 32 bits', async () => {
  tipOf(await store.append(appendOf()));
  const { xid } = await store.head();
  expect(xid).toBeGreaterThan(2 ** 32);
  expect(Number.isSafeInteger(xid)).toBe(true);
});

it('keeps the last snapshot, and does without where one got lost', async () => {
  const request = appendOf({ events: facts(2), snapshot: { foldVersion: 1, revision: 1, state: '{"a":1}' } });
  let tip = tipOf(await store.append(request));
  // Waits for the snapshot.
  await store.load(request.streamId);
  double.faults.plan('unavailable', snapshotStream(request.streamId));
  const lost = { foldVersion: 1, revision: 3, state: '{"a":2}' };
  tip = tipOf(await store.append({ ...request, expected: tip, events: facts(2), snapshot: lost }));
  expect(await store.load(request.streamId, 1)).toMatchObject({ tip, snapshot: { revision: 1 } });
  expect((await store.load(request.streamId, 1)).tail).toHaveLength(2);
  const kept = { foldVersion: 1, revision: 5, state: '{"a":3}' };
  tip = tipOf(await store.append({ ...request, expected: tip, events: facts(2), snapshot: kept }));
  expect(await store.load(request.streamId, 1)).toEqual({ tip, snapshot: kept, tail: [] });
});

it('answers an append although its snapshot is not written yet, and writes that before it closes', async () => {
  const other = await KurrentDbEventStore.open({ url: double.url, patience: { appendMs: 1_500 } });
  const snapshot = { foldVersion: 1, revision: 1, state: '{"a":1}' };
  const request = appendOf({ events: facts(2), snapshot });
  double.faults.plan('late', snapshotStream(request.streamId));
  const began = performance.now();
  const tip = tipOf(await other.append(request));
  const answeredAfter = performance.now() - began;
  await other.close();
  expect(answeredAfter).toBeLessThan(1_000);
  expect(performance.now() - began).toBeGreaterThan(1_400);
  expect(await store.load(request.streamId, 1)).toEqual({ tip, snapshot, tail: [] });
});

it.each(['claim-x', 'command-x', 'snapshot-x', 'settled-x', '$settings'])('refuses the reserved name %s', (streamId) =>
  expect(store.append(appendOf({ streamId }))).rejects.toThrow(TypeError),
);

it.each(['_NameClaimed', '$metadata', ''])('refuses the reserved type "%s"', (type) =>
  expect(store.append(appendOf({ events: [{ ...fact(0), type }] }))).rejects.toThrow(TypeError),
);

it('never takes the event of another for its own, though both have one id', async () => {
  const other = await KurrentDbEventStore.open({ url: double.url });
  const request = appendOf({ events: facts(2) });
  const tip = tipOf(await store.append(request));
  expect(await other.append({ ...request, recordedAt: request.recordedAt + 1 })).toEqual({ kind: 'conflict' });
  expect((await other.load(request.streamId)).tip).toEqual(tip);
  expect(tipOf(await other.append({ ...request, expected: tip, events: facts(1) })).revision).toBe(2);
  await other.close();
});

it('takes names that differ in capitals only for two, in one append as in others', async () => {
  const [lower, upper] = [`ticket:a-${someStream()}`, `ticket:A-${someStream()}`];
  tipOf(await store.append(appendOf({ claims: [lower, lower.toUpperCase(), upper] })));
  expect((await store.findClaims([lower, lower.toUpperCase(), upper, upper.toLowerCase()])).size).toBe(3);
});

it('ends a page of the log where it is full, and one of small events where it was asked to', async () => {
  tipOf(await store.append(appendOf({ events: facts(1_200) })));
  expect((await store.readAll(logStart, 5_000)).map(({ revision }) => revision)).toEqual([...Array(1_200).keys()]);
  expect(await store.readAll(logStart, 501)).toHaveLength(501);
  const end = await store.head();
  const data = JSON.stringify({ text: 'y'.repeat(pageBytes / 400) });
  const large = (): NewEvent[] => Array.from({ length: 40 }, () => ({ ...fact(0), data }));
  for (let appended = 0; appended < 1_200; appended += 40) await store.append(appendOf({ events: large() }));
  const page = await store.readAll(end, 5_000);
  expect(page.length).toBeLessThan(1_200);
  expect(await readToEnd(store, end, 1_200, 5_000)).toHaveLength(1_200);
});

it('finishes what is under way before it closes, and takes nothing afterwards', async () => {
  const other = await KurrentDbEventStore.open({ url: double.url, waiting: 60 });
  const requests = Array.from({ length: 80 }, () => appendOf({ command: accepted() }));
  const outcomes = Promise.allSettled(requests.map((each) => other.append(each)));
  await other.close();
  const fulfilled = (await outcomes).filter(({ status }) => status === 'fulfilled');
  expect(fulfilled).toHaveLength(60);
  expect(await readToEnd(store, logStart, 60)).toHaveLength(60);
  await expect(other.append(appendOf())).rejects.toThrow(StoreUnavailable);
});
