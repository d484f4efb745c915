import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { emptyStream, logStart } from '#libs/platform/event-store/event-store';
import { pageBytes } from '#libs/platform/event-store/page-size';
import { LogTail } from './log-tail';
import { settle } from './settle';
import { Subscription } from './subscription';
import type { Subscriber, SubscriptionSettings } from './subscription';
import type { LoggedFact } from './fact';
import { tabCatalogue } from './testing/tab';

let streams = 0;

/** A log, and a follower that notes what it is given and stores its checkpoint with every batch. */
const fixture = (settings: SubscriptionSettings = { batchSize: 3, pollMs: 20 }) => {
  const store = new MemoryEventStore();
  const log = new LogTail(store, tabCatalogue);
  const seen: number[] = [];
  const reports: string[] = [];
  const state = {
    checkpoint: logStart,
    finished: 0,
    fail: (_: readonly LoggedFact[]): void => undefined,
  };
  const subscriber: Subscriber = {
    name: 'notes',
    position: async () => state.checkpoint,
    handle: async (facts) => {
      state.fail(facts);
      seen.push(...facts.map(({ place }) => place.position));
      state.checkpoint = facts.at(-1)?.place ?? state.checkpoint;
    },
    finish: async () => void (state.finished += 1),
  };
  const make = () => new Subscription(log, subscriber, (problem) => void reports.push(problem), settings);
  const grow = async (count: number, data = '{"amount":1}'): Promise<void> => {
    streams += 1;
    const event = { type: 'TabPaid', schemaVersion: 1, data, meta: '{}', occurredAt: 1 };
    const events = Array.from({ length: count }, (_, index) => ({
      ...event,
      eventId: `00000000-0000-5000-8000-${String(streams * 1_000 + index).padStart(12, '0')}`,
    }));
    await store.append({ streamId: `tab-${streams}`, expected: emptyStream, events, recordedAt: 1 });
  };
  return { store, log, seen, reports, state, make, grow };
};

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

it('hands over everything there is and everything that comes, in order', async () => {
  const { make, grow, seen, store, state } = fixture();
  await grow(7);
  const subscription = make();
  subscription.start();
  subscription.start();
  await subscription.caughtUp(await store.head());
  for (const count of [1, 4, 2]) await grow(count);
  await subscription.caughtUp(await store.head());
  expect(seen).toEqual(upTo(14));
  expect(subscription.progress()).toEqual({
    name: 'notes',
    position: expect.objectContaining({ position: 14 }),
    behindMs: expect.any(Number),
    failures: 0,
  });
  await subscription.stop();
  expect(state.finished).toBe(1);
});

it('looks by itself when no hint comes', async () => {
  const { make, grow, seen, log } = fixture();
  log.onAppended = () => () => undefined;
  const subscription = make();
  subscription.start();
  await new Promise((resolve) => setTimeout(resolve, 5));
  await grow(2);
  while (seen.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seen).toEqual([1, 2]);
  await subscription.stop();
});

it('goes on at once after a page that was full of few large facts', async () => {
  const { make, grow, seen } = fixture({ batchSize: 1_000, pollMs: 20, gatherMs: 60_000 });
  await grow(20, JSON.stringify({ amount: 1, note: 'y'.repeat(pageBytes >> 3) }));
  const subscription = make();
  subscription.start();
  for (const deadline = Date.now() + 5_000; seen.length < 20 && Date.now() < deadline;)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seen).toEqual(upTo(20));
  await subscription.stop();
});

it('tries again from the checkpoint after a failure', async () => {
  const { make, grow, seen, state, store, reports } = fixture();
  await grow(9);
  let failures = 2;
  state.fail = (facts) => {
    if (facts[0]?.place.position === 4 && failures-- > 0) throw new Error('not now');
  };
  const subscription = make();
  subscription.start();
  await subscription.caughtUp(await store.head());
  expect(seen).toEqual(upTo(9));
  expect(reports).toEqual(['subscription-failed', 'subscription-failed']);
  await subscription.stop();
});

it('ends after the batch at hand, and goes on there next time', async () => {
  const { make, grow, seen, store } = fixture();
  await grow(5);
  const first = make();
  first.start();
  await first.caughtUp({ xid: 1, position: 2 });
  const waiting = first.caughtUp({ xid: 1_000, position: 1_000 });
  await Promise.all([first.stop(), expect(waiting).rejects.toThrow('notes was stopped.')]);
  await grow(5);
  const second = make();
  second.start();
  await second.caughtUp(await store.head());
  await second.stop();
  expect(seen).toEqual(upTo(10));
});

it('gives way to others between batches, but not while somebody waits for it', async () => {
  let pauses = 0;
  const pace = async (): Promise<void> => {
    pauses += 1;
    await new Promise((resolve) => setTimeout(resolve, 30));
  };
  const { make, grow, store, seen } = fixture({ batchSize: 1, pollMs: 20, gatherMs: 5, pace });
  await grow(3);
  const subscription = make();
  subscription.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([pauses, seen.length]).toEqual([1, 1]);
  await grow(50);
  await subscription.caughtUp(await store.head());
  expect(pauses).toBeLessThanOrEqual(2);
  await subscription.stop();
});

it('lets facts gather after a hint, but not once somebody waits for them', async () => {
  const { make, grow, store, seen } = fixture({ batchSize: 10, pollMs: 5, gatherMs: 600_000 });
  const subscription = make();
  subscription.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await grow(3);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen).toEqual([]);
  await subscription.caughtUp(await store.head());
  expect(seen).toEqual(upTo(3));
  await subscription.stop();
});

it('having come to the end, it lets facts gather before it reads on', async () => {
  const { make, grow, store, seen, state } = fixture({ batchSize: 10, pollMs: 5, gatherMs: 600_000 });
  let meanwhile = 1;
  state.fail = () => {
    if (meanwhile-- > 0) void grow(2);
  };
  await grow(3);
  const subscription = make();
  subscription.start();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(seen).toEqual(upTo(3));
  expect(subscription.progress().behindMs).toBeLessThan(600_000);
  await subscription.caughtUp(await store.head());
  expect(seen).toEqual(upTo(5));
  await subscription.stop();
});

it('settled is when followers have also dealt with what they themselves appended', async () => {
  const { make, grow, log, state, seen, store } = fixture();
  let rounds = 3;
  state.fail = () => {
    if (rounds-- > 0) void grow(1);
  };
  const subscription = make();
  subscription.start();
  await grow(1);
  expect(await settle(log, [subscription])).toEqual(await store.head());
  expect(seen).toEqual([1, 2, 3, 4]);
  await subscription.stop();
});

it('can be begun again after it was stopped, where others left off meanwhile', async () => {
  const { make, grow, seen, store, state } = fixture();
  const subscription = make();
  await grow(4);
  subscription.start();
  await subscription.caughtUp(await store.head());
  await subscription.stop();
  expect(subscription.progress()).toEqual({ name: 'notes', position: undefined, behindMs: 0, failures: 0 });
  await grow(3);
  state.checkpoint = (await store.readAll(logStart, 100))[5] ?? logStart;
  subscription.start();
  await subscription.caughtUp(await store.head());
  await subscription.stop();
  expect(seen).toEqual([1, 2, 3, 4, 7]);
  expect(state.finished).toBe(2);
});
