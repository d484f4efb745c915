import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { emptyStream, StoreUnavailable } from '#libs/platform/event-store/event-store';
import { CachedCommandRunner, defaultRunnerSettings } from './cached-command-runner';
import { VirtualClock } from './clock';
import { TooBusy } from './command-runner';
import { onTab, tabDecider, tabs } from './testing/tab';
import { UnreliableStore } from './testing/unreliable-store';

const fixture = (settings = defaultRunnerSettings) => {
  const log = new MemoryEventStore();
  const store = new UnreliableStore(log);
  const clock = new VirtualClock(5_000);
  return { log, store, clock, runner: new CachedCommandRunner(store, clock, settings) };
};

const answered = (body: object, replayed = false) => ({
  kind: 'answered',
  status: 201,
  body: JSON.stringify(body),
  replayed,
});

describe('a command', () => {
  it('appends its facts and answers from the state after them', async () => {
    const { runner, log } = fixture();
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 7 }))).toEqual(
      answered({ balance: 7, revision: 0, facts: 1 }),
    );
    const [stored] = await log.readStream('tab-A', 0, 10);
    expect(stored).toMatchObject({
      type: 'TabPut',
      schemaVersion: 2,
      data: '{"amount":7}',
      occurredAt: 1_000,
      recordedAt: 5_000,
    });
  });

  it('reads nothing once its stream is known', async () => {
    const { runner, store } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k1'));
    const before = store.reads;
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k2'));
    expect([store.reads - before, store.appends]).toEqual([0, 2]);
  });

  it('is refused without leaving a trace', async () => {
    const { runner, log } = fixture();
    const refusal = { kind: 'refused', reason: 'too-much', detail: 'Only 0 is on the tab.' };
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 1 }, 'k'))).toEqual(refusal);
    expect(await log.findCommand('till-1', 'k')).toBeUndefined();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 1 }, 'k'))).toMatchObject({ kind: 'answered' });
  });

  it('asks for its context with the state it is decided on', async () => {
    const { runner, log } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }));
    await runner.execute({
      ...onTab('A', { kind: 'put', amount: 1 }),
      context: (state) => Promise.resolve(state.balance),
    });
    expect((await log.readStream('tab-A', 1, 1))[0]?.occurredAt).toBe(7);
  });

  it('stores who caused it and gives names back', async () => {
    const { runner, log } = fixture();
    await runner.execute({ ...onTab('A', { kind: 'put', amount: 1, note: 'n' }), meta: { actor: 'till-7' } });
    expect((await log.readStream('tab-A', 0, 1))[0]?.meta).toBe('{"actor":"till-7"}');
    await runner.execute({ ...onTab('A', { kind: 'put', amount: 1 }), releases: ['note:n'] });
    expect((await log.findClaims(['note:n'])).size).toBe(0);
  });
});

describe('a repeated key', () => {
  it('gets the first answer again, byte for byte, and appends nothing', async () => {
    const { runner, log } = fixture();
    const first = await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'));
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'))).toEqual({ ...first, replayed: true });
    expect(await log.readStream('tab-A', 0, 10)).toHaveLength(2);
  });

  it('gets it even where the request would be refused by now', async () => {
    const { runner } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }));
    const first = await runner.execute(onTab('A', { kind: 'pay', amount: 7 }, 'k'));
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 7 }, 'k'))).toEqual({ ...first, replayed: true });
  });

  it('gets the first answer of a request that needed no facts', async () => {
    const { runner } = fixture();
    const first = await runner.execute(onTab('A', { kind: 'look' }, 'k'));
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }));
    expect(first).toEqual(answered({ balance: 0, revision: -1, facts: 0 }));
    expect(await runner.execute(onTab('A', { kind: 'look' }, 'k'))).toEqual({ ...first, replayed: true });
  });

  it('is a mismatch with another request, on this stream or another', async () => {
    const { runner, log } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'));
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 8 }, 'k'))).toEqual({ kind: 'idempotency-mismatch' });
    expect(await runner.execute(onTab('B', { kind: 'put', amount: 7 }, 'k'))).toEqual({ kind: 'idempotency-mismatch' });
    expect(await runner.execute(onTab('B', { kind: 'pay', amount: 7 }, 'k'))).toEqual({ kind: 'idempotency-mismatch' });
    expect(await log.readStream('tab-B', 0, 10)).toHaveLength(0);
  });

  it('sent many times at once has one effect and one answer', async () => {
    const { runner, log } = fixture();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'))),
    );
    expect(new Set(outcomes.map((outcome) => outcome.kind === 'answered' && outcome.body)).size).toBe(1);
    expect(await log.readStream('tab-A', 0, 10)).toHaveLength(1);
  });
});

describe('a name taken', () => {
  it('by another stream is answered with its holder', async () => {
    const { runner } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7, note: 'n' }));
    expect(await runner.execute(onTab('B', { kind: 'put', amount: 7, note: 'n' }, 'k'))).toEqual({
      kind: 'claim-taken',
      name: 'note:n',
      streamId: 'tab-A',
      revision: 0,
    });
  });

  it('by this stream through another process is decided again', async () => {
    const { runner, store, clock } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await new CachedCommandRunner(store, clock).execute(onTab('A', { kind: 'put', amount: 7, note: 'n' }));
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 7, note: 'n' }))).toEqual(
      answered({ balance: 8, revision: 1, facts: 0 }),
    );
  });
});

describe('another process', () => {
  it('costs a retry, never a fact', async () => {
    const { runner, store, clock } = fixture();
    const other = new CachedCommandRunner(store, clock);
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await other.execute(onTab('A', { kind: 'put', amount: 2 }));
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 4 }))).toEqual(
      answered({ balance: 7, revision: 2, facts: 1 }),
    );
  });

  it('is noticed before a refusal is given', async () => {
    const { runner, store, clock } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await new CachedCommandRunner(store, clock).execute(onTab('A', { kind: 'put', amount: 2 }));
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 3 }))).toEqual(
      answered({ balance: 0, revision: 2, facts: 1 }),
    );
  });

  it('is seen by reads once its facts were told', async () => {
    const { runner, store, clock } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await new CachedCommandRunner(store, clock).execute(onTab('A', { kind: 'put', amount: 2 }));
    runner.invalidate([{ streamId: 'tab-A', revision: 0 }]);
    expect(await runner.current(tabs, 'A')).toMatchObject({ revision: 0 });
    runner.invalidate([{ streamId: 'tab-A', revision: 1 }]);
    expect(await runner.current(tabs, 'A')).toMatchObject({ revision: 1, state: { balance: 3 } });
  });

  it('that always gets in between ends in TooBusy', async () => {
    const { log, clock } = fixture();
    const store = new UnreliableStore(log);
    const runner = new CachedCommandRunner(store, clock, { ...defaultRunnerSettings, maxAttempts: 3 });
    const spoiler = new CachedCommandRunner(log, clock);
    const spoiled = {
      ...onTab('A', { kind: 'put', amount: 1 }),
      context: () => spoiler.execute(onTab('A', { kind: 'put', amount: 1 })).then(() => 0),
    };
    await expect(runner.execute(spoiled)).rejects.toBeInstanceOf(TooBusy);
    expect(await log.readStream('tab-A', 0, 10)).toHaveLength(3);
  });
});

describe('reads', () => {
  it('see every acknowledged write, also when a slow load began before it', async () => {
    const { log, clock } = fixture({ ...defaultRunnerSettings, cache: { maxStates: 10, maxBytes: 1 } });
    const runner = new CachedCommandRunner(log, clock, {
      ...defaultRunnerSettings,
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

describe('a snapshot', () => {
  const eager = { ...defaultRunnerSettings, snapshotEvery: 3 };

  it('goes with the append that completes the span, and is loaded with the tail after it', async () => {
    const { runner, log, clock } = fixture(eager);
    for (let n = 0; n < 5; n += 1) await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    const { snapshot, tail } = await log.load('tab-A', 1);
    expect([snapshot?.revision, tail.length]).toEqual([2, 2]);
    expect(await new CachedCommandRunner(log, clock).current(tabs, 'A')).toEqual(await runner.current(tabs, 'A'));
  });

  it('of another fold version is passed over', async () => {
    const { runner, log, clock } = fixture(eager);
    for (let n = 0; n < 3; n += 1) await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    const later = {
      ...tabs,
      decider: { ...tabDecider, foldVersion: 2, initial: (id: string) => ({ id, balance: 100, notes: [] }) },
    };
    expect((await new CachedCommandRunner(log, clock).current(later, 'A')).state.balance).toBe(103);
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

describe('waiting', () => {
  it('256 commands wait for one stream, more are turned away at once, other streams are not concerned', async () => {
    const { runner } = fixture();
    const crowd = Array.from({ length: 257 }, () => runner.execute(onTab('A', { kind: 'put', amount: 1 })));
    await expect(runner.execute(onTab('A', { kind: 'put', amount: 1 }))).rejects.toBeInstanceOf(TooBusy);
    expect(await runner.execute(onTab('B', { kind: 'put', amount: 1 }))).toMatchObject({ kind: 'answered' });
    await Promise.all(crowd);
    expect((await runner.current(tabs, 'A')).state.balance).toBe(257);
    expect(runner.inFlight).toBe(0);
  });
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
