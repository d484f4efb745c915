import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { CachedCommandRunner } from './cached-command-runner';
import { VirtualClock } from './clock';
import { SharedCommandRunner } from './shared-command-runner';
import { smallSettings } from './testing/runner-fixture';
import { onTab, tabs } from './testing/tab';
import { UnreliableStore } from './testing/unreliable-store';

/** Two processes on one log, without anything that tells the one what the other wrote. */
const twoProcesses = (watched: readonly string[]) => {
  const log = new MemoryEventStore();
  const process = () => {
    const store = new UnreliableStore(log);
    const runner = new CachedCommandRunner(store, new VirtualClock(5_000), smallSettings);
    return { store, runner: new SharedCommandRunner(runner, store, new Set(watched)) };
  };
  return { here: process(), there: process() };
};

it('knows at once what another process acknowledged', async () => {
  const { here, there } = twoProcesses(['tab']);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
  expect((await there.runner.current(tabs, 'A')).state.balance).toBe(7);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 2 }));
  expect(await there.runner.current(tabs, 'A')).toMatchObject({ revision: 1, state: { balance: 9 } });
});

it('answers from memory what nobody has moved on, after one small look', async () => {
  const { here } = twoProcesses(['tab']);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
  const before = here.store.reads;
  expect((await here.runner.current(tabs, 'A')).state.balance).toBe(7);
  expect(here.store.reads - before).toBe(1);
});

it('leaves the others to what follows the log', async () => {
  const { here, there } = twoProcesses([]);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
  await there.runner.current(tabs, 'A');
  await here.runner.execute(onTab('A', { kind: 'put', amount: 2 }));
  const before = there.store.reads;
  expect((await there.runner.current(tabs, 'A')).state.balance).toBe(7);
  expect(there.store.reads).toBe(before);
});

it('begins to load ahead without the look that an answer needs', async () => {
  const { here, there } = twoProcesses(['tab']);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
  const before = there.store.reads;
  there.runner.ahead(tabs, 'A');
  await new Promise(setImmediate);
  expect(there.store.reads - before).toBe(1);
  expect(there.runner.remembered(tabs, 'A')).toMatchObject({ balance: 7 });
});

it('never remembers that something is not there', async () => {
  const { here, there } = twoProcesses([]);
  expect((await there.runner.current(tabs, 'A')).revision).toBe(-1);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
  expect(await there.runner.current(tabs, 'A')).toMatchObject({ revision: 0, state: { balance: 7 } });
});

it('decides right on a state that another process has moved on', async () => {
  const { here, there } = twoProcesses(['tab']);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
  await there.runner.execute(onTab('A', { kind: 'pay', amount: 6 }));
  expect(await here.runner.execute(onTab('A', { kind: 'pay', amount: 6 }))).toMatchObject({ reason: 'too-much' });
  expect((await here.runner.current(tabs, 'A')).state.balance).toBe(1);
});

it('adds up when both write at once', async () => {
  const { here, there } = twoProcesses(['tab']);
  const puts = Array.from({ length: 40 }, (_, index) =>
    (index % 2 === 0 ? here : there).runner.execute(onTab('A', { kind: 'put', amount: 1 })),
  );
  await Promise.all(puts);
  for (const { runner } of [here, there]) expect((await runner.current(tabs, 'A')).state.balance).toBe(40);
});

it('rejects when the store is away rather than answer what may be old', async () => {
  const { here } = twoProcesses(['tab']);
  await here.runner.execute(onTab('A', { kind: 'put', amount: 7 }));
  here.store.fate = () => 'lost';
  await expect(here.runner.current(tabs, 'A')).rejects.toThrow('cannot be reached');
});
