import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { StoreUnavailable, emptyStream, logStart } from '#libs/platform/event-store/event-store';
import type { AppendOutcome, AppendRequest, NewEvent } from '#libs/platform/event-store/event-store';
import { CachedCommandRunner, defaultRunnerSettings } from './cached-command-runner';
import { MemoryCheckpoints } from './testing/memory-checkpoints';
import { VirtualClock } from './clock';
import type { Outcome } from './command-runner';
import type { Origin } from './dispatch';
import { LogTail } from './log-tail';
import { Policies } from './policies';
import { settle } from './settle';
import { onTab, tabCatalogue, tabs } from './testing/tab';
import type { OnTab, TabPolicy } from './testing/tab';

/** Whenever something is put on a tab, the house gets a tenth of it; a payment of 13 is a mistake in the policy. */
const shareWithHouse: TabPolicy = {
  name: 'share-with-house',
  on: {
    TabPut: ({ data, streamId }) =>
      streamId === 'tab-house' ? [] : [{ tab: 'house', command: { kind: 'put', amount: data.amount / 10 } }],
    TabPaid: ({ data }) => {
      if (data.amount === 13) throw new TypeError('thirteen');
      return [{ tab: 'house', command: { kind: 'pay', amount: 1_000 } }];
    },
  },
};

const fixture = (policies: readonly TabPolicy[] = [shareWithHouse], store = new MemoryEventStore()) => {
  const clock = new VirtualClock(1_000);
  const runner = new CachedCommandRunner(store, clock, {
    ...defaultRunnerSettings,
    cache: { maxStates: 100, maxBytes: 1_000_000 },
  });
  const checkpoints = new MemoryCheckpoints();
  const reports: string[] = [];
  const given: Origin[] = [];
  const fate: { fail: () => Error | undefined; look: () => Promise<void> } = {
    fail: () => undefined,
    look: () => Promise.resolve(),
  };
  const dispatch = async ({ tab, command }: OnTab, origin: Origin): Promise<Outcome<string>> => {
    given.push(origin);
    const error = fate.fail();
    if (error !== undefined) throw error;
    await fate.look();
    return runner.execute({ ...onTab(tab, command), idempotency: origin.idempotency, meta: origin.meta });
  };
  const log = new LogTail(store, tabCatalogue);
  const make = () =>
    new Policies(
      policies,
      log,
      {
        ...{ dispatch, checkpoints, parking: checkpoints, clock, memory: runner },
        report: (problem) => void reports.push(problem),
      },
      { batchSize: 3, pollMs: 10 },
    );
  const house = async () => (await runner.current(tabs, 'house')).state.balance;
  return { store, runner, checkpoints, reports, given, fate, make, log, house };
};

const put = (amount: number) => ({ kind: 'put' as const, amount });

it('gives the commands that follow from each fact, in the name of the policy', async () => {
  const { runner, make, log, house, given, store } = fixture();
  const policies = make();
  policies.start();
  for (const tab of ['a', 'b', 'a', 'c', 'a']) await runner.execute(onTab(tab, put(100)));
  await settle(log, [policies]);
  expect(await house()).toBe(50);
  const [first] = await store.readAll(logStart, 1);
  expect(given[0]).toMatchObject({ now: 1_000, meta: { actor: 'policy:share-with-house', causation: first?.eventId } });
  expect(JSON.parse((await store.readStream('tab-house', 0, 1))[0]?.meta ?? '')).toEqual(given[0]?.meta);
  expect(policies.progress()).toMatchObject([
    { name: 'policy:share-with-house', failures: 0, counts: { accepted: 5 } },
  ]);
  await policies.stop();
});

it('has each effect once, however often the same facts come', async () => {
  const { runner, make, log, house, checkpoints, given } = fixture();
  for (let n = 0; n < 10; n += 1) await runner.execute(onTab('a', put(100)));
  for (let round = 0; round < 3; round += 1) {
    const policies = make();
    policies.start();
    await settle(log, [policies]);
    await policies.stop();
    expect(await house()).toBe(100);
    await checkpoints.write('policy:share-with-house', logStart);
  }
  expect(given).toHaveLength(30);
  expect(new Set(given.map(({ idempotency }) => idempotency.key)).size).toBe(10);
});

it('goes on from its checkpoint', async () => {
  const { runner, make, log, given } = fixture();
  for (let round = 1; round <= 2; round += 1) {
    await runner.execute(onTab('a', put(100)));
    const policies = make();
    policies.start();
    await settle(log, [policies]);
    await policies.stop();
    expect(given).toHaveLength(round);
  }
});

it('passes over a refusal, counted and reported', async () => {
  const { runner, make, log, house, reports } = fixture();
  const policies = make();
  policies.start();
  await runner.execute(onTab('a', put(100)));
  await runner.execute(onTab('a', { kind: 'pay', amount: 5 }));
  await runner.execute(onTab('a', put(100)));
  await settle(log, [policies]);
  await policies.stop();
  expect(await house()).toBe(20);
  expect(reports).toEqual(['policy-refused']);
  expect(policies.progress()[0]?.counts).toEqual({ accepted: 2, refused: 1, parked: 0 });
});

it('parks the fact that it cannot deal with, and goes on', async () => {
  const { runner, make, log, house, reports, checkpoints } = fixture();
  const policies = make();
  policies.start();
  await runner.execute(onTab('a', put(100)));
  await runner.execute(onTab('a', { kind: 'pay', amount: 13 }));
  await runner.execute(onTab('a', put(100)));
  await settle(log, [policies]);
  await policies.stop();
  expect(await house()).toBe(20);
  expect(reports).toEqual(['policy-parked']);
  expect(checkpoints.parked).toMatchObject([{ consumer: 'policy:share-with-house', key: 'tab-a', error: 'thirteen' }]);
});

it('tries again until the store is back', async () => {
  const { runner, make, log, house, fate, reports } = fixture();
  let left = 9;
  fate.fail = () => (left-- > 0 ? new StoreUnavailable('away') : undefined);
  const policies = make();
  policies.start();
  await runner.execute(onTab('a', put(100)));
  await settle(log, [policies]);
  await policies.stop();
  expect(await house()).toBe(10);
  expect(reports).toContain('subscription-failed');
}, 240_000);

it('that is held up holds up no other policy', async () => {
  const other: TabPolicy = {
    name: 'count-puts',
    on: { TabPut: ({ streamId }) => (streamId.length > 6 ? [] : [{ tab: 'counted', command: put(1) }]) },
  };
  const { runner, make, log, fate } = fixture([shareWithHouse, other]);
  const policies = make();
  let held = true;
  fate.fail = () => (held ? new StoreUnavailable('away') : undefined);
  await runner.execute(onTab('a', put(100)));
  policies.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  held = false;
  await settle(log, [policies]);
  await policies.stop();
  expect((await runner.current(tabs, 'counted')).state.balance).toBe(1);
});

/** Commits at once, but answers only when it is let go: as a connection does whose answer is still on the way. */
class SlowToAnswer extends MemoryEventStore {
  letGo: () => void = () => undefined;
  private readonly answered = new Promise<void>((resolve) => (this.letGo = resolve));

  override async append(request: AppendRequest): Promise<AppendOutcome> {
    const outcome = await super.append(request);
    if (request.streamId === 'tab-a') await this.answered;
    return outcome;
  }
}

it('acts on nothing older than the fact, even when its writer does not know yet that it was written', async () => {
  const store = new SlowToAnswer();
  const { runner, fate, make, log } = fixture([shareWithHouse], store);
  const known = new Promise<number>((resolve) => {
    fate.look = async () => resolve((await runner.current(tabs, 'a')).state.balance);
  });
  expect((await runner.current(tabs, 'a')).state.balance).toBe(0);
  const policies = make();
  policies.start();
  const written = runner.execute(onTab('a', put(100)));
  expect(await known).toBe(100);
  store.letGo();
  await written;
  await settle(log, [policies]);
  await policies.stop();
});

it('may begin with what comes after it was first run', async () => {
  const { runner, make, log, house } = fixture([{ ...shareWithHouse, from: 'now' }]);
  await runner.execute(onTab('a', put(100)));
  const policies = make();
  policies.start();
  await settle(log, [policies]);
  await runner.execute(onTab('a', put(200)));
  await settle(log, [policies]);
  await policies.stop();
  expect(await house()).toBe(20);
});

it('keeps the order within a stream', async () => {
  const seen: number[] = [];
  const watch: TabPolicy = {
    name: 'watch',
    on: { TabPut: ({ data }) => [{ tab: 'x', command: put(data.amount) }] },
  };
  const store = new MemoryEventStore();
  const checkpoints = new MemoryCheckpoints();
  const events = Array.from({ length: 40 }, (_, index): NewEvent => ({
    eventId: `00000000-0000-5000-8000-${String(index).padStart(12, '0')}`,
    type: 'TabPut',
    schemaVersion: 2,
    data: JSON.stringify({ amount: index }),
    meta: '{}',
    occurredAt: 1,
  }));
  await store.append({ streamId: 'tab-a', expected: emptyStream, events, recordedAt: 1 });
  const dispatch = async ({ command }: OnTab): Promise<Outcome<string>> => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 2));
    if (command.kind === 'put') seen.push(command.amount);
    return { kind: 'answered', status: 200, body: '{}', replayed: false };
  };
  const log = new LogTail(store, tabCatalogue);
  const policies = new Policies([watch], log, {
    dispatch,
    checkpoints,
    parking: checkpoints,
    clock: new VirtualClock(0),
    memory: { invalidate: () => undefined },
    report: () => undefined,
  });
  policies.start();
  await settle(log, [policies]);
  await policies.stop();
  expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => index));
});
