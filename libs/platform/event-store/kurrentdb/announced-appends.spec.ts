import { setTimeout as sleep } from 'node:timers/promises';
import {
  accepted,
  appendOf,
  facts,
  kinds,
  readToEnd,
  someStream,
  tipOf,
} from '#libs/platform/testing/event-store.fixtures';
import { eventStoreDb24, kurrentDb25, KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { logStart, StoreUnavailable, type AppendRequest } from '../event-store';
import { verifyChain } from '../hash-chain';
import { KurrentDbEventStore } from './kurrentdb-event-store';
import { claimStream, commandStream, technicalType } from './technical-records';

const patience = { appendMs: 150, takeOverMs: 100 };

let double: KurrentDbDouble;
let store: KurrentDbEventStore;
let other: KurrentDbEventStore;

beforeEach(async () => {
  double = await KurrentDbDouble.start(eventStoreDb24);
  store = await KurrentDbEventStore.open({ url: double.url, patience });
  other = await KurrentDbEventStore.open({ url: double.url, patience });
});
afterEach(async () => {
  await store.close();
  await other.close();
  double.stop();
});

const typesIn = (streamName: string): string[] => (double.log.stream(streamName) ?? []).map((each) => each.type);

/** An append whose writer dies after it has announced command and name, before its events. */
const announceOnly = async (request: AppendRequest): Promise<void> => {
  double.faults.plan('lost', request.streamId, 5);
  await expect(store.append(request)).rejects.toThrow(StoreUnavailable);
  double.faults.clear();
};

const claiming = (name: string): AppendRequest => appendOf({ events: facts(2), command: accepted(), claims: [name] });

describe('an append that was announced and never made', () => {
  it('is nothing to readers', async () => {
    const name = `ticket:${someStream()}`;
    const request = claiming(name);
    await announceOnly(request);
    expect(typesIn(claimStream(name))).toEqual([technicalType.claimed]);
    expect((await other.findClaims([name])).size).toBe(0);
    expect(await other.findCommand('till-7', request.command?.key ?? '')).toBeUndefined();
    expect((await other.load(request.streamId)).tail).toEqual([]);
    expect(await other.readAll(logStart, 10)).toEqual([]);
  });

  it('gives way to the next who takes the name, and can then no longer be made', async () => {
    const name = `ticket:${someStream()}`;
    const request = claiming(name);
    await announceOnly(request);
    const heir = claiming(name);
    tipOf(await other.append(heir));
    expect(typesIn(request.streamId)).toEqual([technicalType.fenced]);
    expect((await other.findClaims([name])).get(name)?.streamId).toBe(heir.streamId);
    expect(await store.append(request)).toMatchObject({ kind: 'claim-taken', name, by: { streamId: heir.streamId } });
  });

  it('is made good by a repeat of its command', async () => {
    const request = claiming(`ticket:${someStream()}`);
    await announceOnly(request);
    tipOf(await other.append(request));
    expect(await store.append(request)).toMatchObject({ kind: 'duplicate-command', command: request.command });
    expect(verifyChain(await store.readStream(request.streamId, 0, 100))).toMatchObject({
      kind: 'intact',
      tip: { revision: 1 },
    });
  });

  it('is void, without a fence, once its stream has moved on', async () => {
    const name = `ticket:${someStream()}`;
    const request = claiming(name);
    await announceOnly(request);
    tipOf(await other.append({ ...appendOf(), streamId: request.streamId }));
    tipOf(await other.append(claiming(name)));
    expect(typesIn(request.streamId)).toEqual(['PointsEarned']);
  });
});

describe('an append that arrives late', () => {
  it('after its name went to another is refused by the server', async () => {
    const name = `ticket:${someStream()}`;
    const request = claiming(name);
    double.faults.lateMs = 4_000;
    double.faults.plan('late', request.streamId);
    const slow = await KurrentDbEventStore.open({ url: double.url, patience: { ...patience, appendMs: 6_000 } });
    const late = slow.append(request);
    while (double.log.stream(claimStream(name)) === undefined) await sleep(5);
    const heir = claiming(name);
    tipOf(await other.append(heir));
    expect(await late).toMatchObject({ kind: 'claim-taken', by: { streamId: heir.streamId } });
    expect(typesIn(request.streamId)).toEqual([technicalType.fenced]);
    await slow.close();
  });

  it('before its name goes to another keeps it', async () => {
    const name = `ticket:${someStream()}`;
    const request = claiming(name);
    double.faults.lateMs = 40;
    double.faults.plan('late', request.streamId);
    const late = store.append(request);
    while (double.log.stream(claimStream(name)) === undefined) await sleep(5);
    const rival = await other.append(claiming(name));
    expect(rival).toMatchObject({ kind: 'claim-taken', by: { streamId: request.streamId, revision: 1 } });
    tipOf(await late);
  });
});

it('counts events, not fences', async () => {
  const account = appendOf({ events: facts(2) });
  let tip = tipOf(await store.append(account));
  for (const round of [1, 2, 3]) {
    const name = `ticket:${someStream()}`;
    await announceOnly({ ...account, expected: tip, events: facts(3), command: accepted(), claims: [name] });
    tipOf(await other.append(claiming(name)));
    tip = tipOf(await other.append({ ...account, expected: tip, events: facts(3) }));
    expect(tip.revision).toBe(1 + 3 * round);
  }
  expect(typesIn(account.streamId).filter((type) => type === technicalType.fenced)).toHaveLength(3);
  for (const each of [store, other]) {
    const tail = await each.readStream(account.streamId, 0, 100);
    expect((await each.load(account.streamId)).tail).toMatchObject(tail.map(({ data }) => ({ data })));
    expect(verifyChain(tail)).toEqual({ kind: 'intact', tip });
    const pages = [await each.readStream(account.streamId, 3, 4), await each.readStream(account.streamId, 7, 100)];
    expect(pages.flat()).toEqual(tail.slice(3));
    const all = await readToEnd(each, logStart, 17, 3);
    expect(all.filter((event) => event.streamId === account.streamId)).toEqual(tail);
    const stale = { ...account, expected: { revision: 1, hash: tail[1]?.hash ?? '' }, events: facts(1) };
    expect(await each.append(stale)).toEqual({ kind: 'conflict' });
  }
});

it('takes back what a refused append announced, so that nobody waits for it', async () => {
  const [taken, free] = [`ticket:${someStream()}`, `ticket:${someStream()}`];
  tipOf(await store.append(claiming(taken)));
  const refused = { ...claiming(taken), claims: [free, taken] };
  expect((await other.append(refused)).kind).toBe('claim-taken');
  expect(typesIn(claimStream(free))).toEqual([technicalType.claimed, technicalType.withdrawn]);
  tipOf(await store.append({ ...refused, claims: [free] }));
  expect(typesIn(refused.streamId)).toEqual(['PointsEarned', 'PointsEarned']);
});

it('moves names together with a command alone, or with nothing else', async () => {
  const [first, second] = [`phone:${someStream()}`, `phone:${someStream()}`];
  const holder = appendOf({ events: [], command: accepted(), claims: [first, second] });
  tipOf(await store.append(holder));
  expect([...(await other.findClaims([first, second])).keys()]).toEqual([first, second]);
  tipOf(await other.append({ ...appendOf({ events: [] }), streamId: holder.streamId, releases: [first, second] }));
  expect((await store.findClaims([first, second])).size).toBe(0);
  expect((await store.append(holder)).kind).toBe('duplicate-command');
  tipOf(await store.append(appendOf({ events: [], claims: [first] })));
  expect((await store.append(appendOf({ events: [], claims: [second, first] }))).kind).toBe('claim-taken');
  expect((await store.findClaims([second])).size).toBe(0);
});

it('lets one of two processes have a name or a key, however they race', async () => {
  const rounds = Array.from({ length: 12 }, () => claiming(`ticket:${someStream()}`));
  for (const request of rounds) {
    const rival = { ...request, ...(rounds.indexOf(request) % 2 === 0 ? { streamId: someStream() } : {}) };
    const outcomes = await Promise.all([store.append(request), other.append({ ...rival, recordedAt: 1 })]);
    expect(kinds(outcomes)).toEqual({ appended: 1, 'duplicate-command': 1 });
  }
});

it('understands what was announced before the server could do better, and the other way round', async () => {
  const name = `ticket:${someStream()}`;
  const done = claiming(`ticket:${someStream()}`);
  tipOf(await store.append(done));
  await announceOnly(claiming(name));
  await double.restart(0, kurrentDb25);
  const late = await KurrentDbEventStore.open({ url: double.url, patience });
  expect(late.server.severalStreams).toBe(true);
  expect(await late.append(done)).toMatchObject({ kind: 'duplicate-command' });
  const heir = claiming(name);
  tipOf(await late.append(heir));
  expect(
    JSON.parse(Buffer.from(double.log.stream(commandStream(heir.command ?? accepted()))?.[0]?.data ?? []).toString()),
  ).not.toHaveProperty('anchor');
  await double.restart(0, eventStoreDb24);
  const early = await KurrentDbEventStore.open({ url: double.url, patience });
  expect(await early.append({ ...heir, streamId: someStream() })).toMatchObject({ kind: 'duplicate-command' });
  expect(await early.append(claiming(name))).toMatchObject({ kind: 'claim-taken', by: { streamId: heir.streamId } });
  await late.close();
  await early.close();
});
