import { setTimeout as sleep } from 'node:timers/promises';
import { accepted, appendOf, facts, readToEnd, someStream } from '#libs/platform/testing/event-store.fixtures';
import type { AppendFault } from '#libs/platform/testing/kurrentdb-double/double-faults';
import { eventStoreDb24, kurrentDb25, KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { logStart, StoreUnavailable, type AppendOutcome, type AppendRequest } from '../event-store';
import { verifyChain } from '../hash-chain';
import { KurrentDbEventStore } from './kurrentdb-event-store';

const faults: readonly AppendFault[] = [
  'unanswered',
  'lost',
  'late',
  'half-closed',
  'unavailable',
  'unavailable-after',
  'not-leader',
  'twice',
];
const prefixes = ['account-', 'command-', 'claim-', ''];

/** Numbers below `limit`, the same for the same seed (mulberry32). */
const dice = (seed: number): ((limit: number) => number) => {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
};

type Fate = AppendOutcome | { readonly kind: 'unknown' };

const fateOf = async (store: KurrentDbEventStore, request: AppendRequest): Promise<Fate> => {
  try {
    return await store.append(request);
  } catch (error) {
    if (error instanceof StoreUnavailable) return { kind: 'unknown' };
    throw error;
  }
};

interface Storm {
  readonly double: KurrentDbDouble;
  readonly roll: (limit: number) => number;
  readonly names: readonly string[];
  readonly fates: [AppendRequest, Fate][];
}

const patience = { appendMs: 250, takeOverMs: 100, startMs: 30_000 };

const act = async ({ double, roll, names, fates }: Storm, store: KurrentDbEventStore): Promise<void> => {
  for (let step = 0; step < 8; step++) {
    if (roll(3) === 0) double.faults.plan(faults[roll(faults.length)] ?? 'lost', prefixes[roll(prefixes.length)]);
    const claims = [names[roll(names.length)] ?? ''];
    const request = appendOf({ events: facts(1 + roll(3)), command: accepted(), claims });
    fates.push([request, await fateOf(store, request)]);
  }
};

/** What may be found in the log after an append ended so: all of its events, none, or either. */
const allowed = (fate: Fate, whole: readonly string[]): readonly (readonly string[])[] => {
  if (fate.kind === 'appended') return [whole];
  return fate.kind === 'unknown' ? [[], whole] : [[]];
};

/** Checks every append against the log, and answers who holds which name by it. */
const checkFates = async ({ fates }: Storm, judge: KurrentDbEventStore): Promise<Map<string, string[]>> => {
  const log = await readToEnd(judge, logStart, 0, 1_000);
  const holders = new Map<string, string[]>();
  for (const [request, fate] of fates) {
    const own = log.filter((event) => event.streamId === request.streamId);
    const ids = own.map((event) => event.eventId);
    expect(fate.kind).not.toBe('conflict');
    expect(
      allowed(
        fate,
        request.events.map((event) => event.eventId),
      ),
    ).toContainEqual(ids);
    expect(verifyChain(await judge.readStream(request.streamId, 0, 100)).kind).toBe('intact');
    const known = await judge.findCommand('till-7', request.command?.key ?? '');
    expect(known !== undefined).toBe(ids.length > 0);
    const [name = ''] = request.claims ?? [];
    if (ids.length > 0) holders.set(name, [...(holders.get(name) ?? []), request.streamId]);
  }
  return holders;
};

describe.each([
  ['KurrentDB 25', kurrentDb25],
  ['EventStoreDB 24', eventStoreDb24],
])('in a storm over a double of %s', (_, kind) => {
  it.each([1, 2, 3])('keeps every promise (seed %i)', async (seed) => {
    const double = await KurrentDbDouble.start(kind);
    double.faults.lateMs = 350;
    const open = (): Promise<KurrentDbEventStore> => KurrentDbEventStore.open({ url: double.url, patience });
    const names = Array.from({ length: 12 }, () => `ticket:${someStream()}`);
    const storm: Storm = { double, roll: dice(seed), names, fates: [] };
    const stores = [await open(), await open()];
    await Promise.all(stores.flatMap((store) => [act(storm, store), act(storm, store), act(storm, store)]));
    double.faults.clear();
    await sleep(double.faults.lateMs + 1_000);
    const judge = await KurrentDbEventStore.open({ url: double.url });
    const holders = await checkFates(storm, judge);
    const found = await judge.findClaims(names);
    for (const name of names) {
      const holder = found.get(name)?.streamId;
      expect(holders.get(name) ?? []).toEqual(holder === undefined ? [] : [holder]);
    }
    expect(storm.fates.some(([, fate]) => fate.kind === 'appended')).toBe(true);
    expect(storm.fates.some(([, fate]) => fate.kind === 'claim-taken')).toBe(true);
    for (const each of [...stores, judge]) await each.close();
    double.stop();
  });
});
