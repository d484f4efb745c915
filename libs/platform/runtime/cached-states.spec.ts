import { emptyStream, StoreUnavailable, type EventStore } from '#libs/platform/event-store/event-store';
import { CachedCommandRunner } from './cached-command-runner';
import { TooBusy } from './command-runner';
import { answered, runnerFixture as fixture, smallSettings } from './testing/runner-fixture';
import { onTab, tabDecider, tabs } from './testing/tab';
import { UnreliableStore } from './testing/unreliable-store';

/** Something that is waited for until it is opened. */
class Gate {
  open: () => void = () => undefined;
  readonly opened = new Promise<void>((resolve) => (this.open = resolve));
}

describe('another process', () => {
  it('costs a retry, never a fact', async () => {
    const { runner, store, clock } = fixture();
    const other = new CachedCommandRunner(store, clock, smallSettings);
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await other.execute(onTab('A', { kind: 'put', amount: 2 }));
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 4 }))).toEqual(
      answered({ balance: 7, revision: 2, facts: 1 }),
    );
  });

  it('is noticed before a refusal is given', async () => {
    const { runner, store, clock } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await new CachedCommandRunner(store, clock, smallSettings).execute(onTab('A', { kind: 'put', amount: 2 }));
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 3 }))).toEqual(
      answered({ balance: 0, revision: 2, facts: 1 }),
    );
  });

  it('is noticed before a refusal that a load led to which began before it wrote', async () => {
    const { log, clock } = fixture();
    const answers = new Gate();
    const slow: Pick<EventStore, 'load'> = {
      load: async (streamId, foldVersion) => {
        const loaded = await log.load(streamId, foldVersion);
        await answers.opened;
        return loaded;
      },
    };
    const runner = new CachedCommandRunner(Object.assign(Object.create(log), slow) as EventStore, clock, smallSettings);
    const early = runner.current(tabs, 'A');
    await new Promise(setImmediate);
    await new CachedCommandRunner(log, clock, smallSettings).execute(onTab('A', { kind: 'put', amount: 3 }));
    const paid = runner.execute(onTab('A', { kind: 'pay', amount: 3 }));
    answers.open();
    expect(await paid).toEqual(answered({ balance: 0, revision: 1, facts: 1 }));
    expect(await early).toMatchObject({ revision: -1 });
  });

  it('is seen by reads once its facts were told', async () => {
    const { runner, store, clock } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await new CachedCommandRunner(store, clock, smallSettings).execute(onTab('A', { kind: 'put', amount: 2 }));
    runner.invalidate([{ streamId: 'tab-A', revision: 0 }]);
    expect(await runner.current(tabs, 'A')).toMatchObject({ revision: 0 });
    runner.invalidate([{ streamId: 'tab-A', revision: 1 }]);
    expect(await runner.current(tabs, 'A')).toMatchObject({ revision: 1, state: { balance: 3 } });
  });

  it('that always gets in between ends in TooBusy', async () => {
    const { log, clock } = fixture();
    const store = new UnreliableStore(log);
    const runner = new CachedCommandRunner(store, clock, { ...smallSettings, patienceMs: 500 });
    const spoiler = new CachedCommandRunner(log, clock, smallSettings);
    const spoiled = {
      ...onTab('A', { kind: 'put', amount: 1 }),
      context: () => spoiler.execute(onTab('A', { kind: 'put', amount: 1 })).then(() => 0),
    };
    await expect(runner.execute(spoiled)).rejects.toBeInstanceOf(TooBusy);
    const written = await log.readStream('tab-A', 0, 1_000);
    expect(written.length).toBeGreaterThan(1);
    expect(await new CachedCommandRunner(log, clock, smallSettings).current(tabs, 'A')).toMatchObject({
      state: { balance: written.length },
    });
  });
});

describe('reads', () => {
  it('see every acknowledged write, also when a slow load began before it', async () => {
    const { log, clock } = fixture({ ...smallSettings, cache: { maxStates: 10, maxBytes: 1 } });
    const runner = new CachedCommandRunner(log, clock, {
      ...smallSettings,
      cache: { maxStates: 10, maxBytes: 1 },
    });
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    const early = runner.current(tabs, 'A');
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await early;
    expect(await runner.current(tabs, 'A')).toMatchObject({ state: { balance: 2 } });
  });

  it('of a stream nobody wrote answer the initial state', async () => {
    expect(await fixture().runner.current(tabs, 'a-b-c')).toEqual({ state: tabDecider.initial('a-b-c'), revision: -1 });
  });
});

describe('a state that is asked for ahead', () => {
  const loaded = async () => {
    const before = fixture();
    await before.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
    const store = new UnreliableStore(before.log);
    return { store, clock: before.clock, runner: new CachedCommandRunner(store, before.clock, smallSettings) };
  };

  it('is read once, for whoever then needs it', async () => {
    const { runner, store } = await loaded();
    runner.ahead(tabs, 'A');
    expect((await runner.current(tabs, 'A')).state.balance).toBe(7);
    runner.ahead(tabs, 'A');
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 1 }))).toMatchObject({ kind: 'answered' });
    expect(store.reads).toBe(1);
  });

  it('is read again where it could not be read', async () => {
    const { runner, store } = await loaded();
    store.fate = () => 'lost';
    runner.ahead(tabs, 'A');
    await new Promise(setImmediate);
    store.fate = () => 'works';
    expect((await runner.current(tabs, 'A')).state.balance).toBe(7);
  });

  it('is decided on anew when another process has moved it on', async () => {
    const { runner, store, clock } = await loaded();
    runner.ahead(tabs, 'A');
    await new CachedCommandRunner(store, clock, smallSettings).execute(onTab('A', { kind: 'pay', amount: 6 }));
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 6 }))).toMatchObject({ reason: 'too-much' });
  });
});

describe('a snapshot', () => {
  const eager = { ...smallSettings, snapshotEvery: 3 };

  it('goes with the append that completes the span, and is loaded with the tail after it', async () => {
    const { runner, log, clock } = fixture(eager);
    for (let n = 0; n < 5; n += 1) await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    const { snapshot, tail } = await log.load('tab-A', 1);
    expect([snapshot?.revision, tail.length]).toEqual([2, 2]);
    expect(await new CachedCommandRunner(log, clock, smallSettings).current(tabs, 'A')).toEqual(
      await runner.current(tabs, 'A'),
    );
  });

  it('of another fold version is passed over', async () => {
    const { runner, log, clock } = fixture(eager);
    for (let n = 0; n < 3; n += 1) await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    const later = {
      ...tabs,
      decider: { ...tabDecider, foldVersion: 2, initial: (id: string) => ({ id, balance: 100, notes: [] }) },
    };
    expect((await new CachedCommandRunner(log, clock, smallSettings).current(later, 'A')).state.balance).toBe(103);
  });
});

it('facts of an older schema version are lifted when loaded', async () => {
  const { runner, log } = fixture();
  const old = {
    eventId: '00000000-0000-5000-8000-000000000001',
    type: 'TabPut',
    schemaVersion: 1,
    data: '{"cents":9}',
    meta: '{}',
    occurredAt: 1,
  };
  await log.append({ streamId: 'tab-A', expected: emptyStream, events: [old], recordedAt: 1 });
  expect((await runner.current(tabs, 'A')).state.balance).toBe(9);
});

describe('a store that cannot be reached', () => {
  it('rejects, and the next command sees what really became of it', async () => {
    const { runner, store } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    store.fate = () => 'answer-lost';
    await expect(runner.execute(onTab('A', { kind: 'put', amount: 2 }, 'k'))).rejects.toBeInstanceOf(StoreUnavailable);
    store.fate = () => 'works';
    expect((await runner.current(tabs, 'A')).state.balance).toBe(3);
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 2 }, 'k'))).toEqual(
      answered({ balance: 3, revision: 1, facts: 1 }, true),
    );
  });

  it('does not keep a failed load', async () => {
    const { runner, store } = fixture();
    store.fate = () => 'lost';
    await expect(runner.current(tabs, 'A')).rejects.toBeInstanceOf(StoreUnavailable);
    store.fate = () => 'works';
    expect((await runner.current(tabs, 'A')).revision).toBe(-1);
  });
});
