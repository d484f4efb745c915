import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { CachedCommandRunner, defaultRunnerSettings } from './cached-command-runner';
import { MemoryCheckpoints } from './testing/memory-checkpoints';
import { PaperList, timer, timerFixture as fixture, type Command } from './testing/timer-fixture';
import { VirtualClock, systemClock } from './clock';
import type { Origin } from './dispatch';
import { onTab, tabs } from './testing/tab';
import { TimerRunner } from './timer-runner';

const nothing = async (): Promise<void> => undefined;

describe('under a virtual clock', () => {
  it('everything runs at its own instant, in order of instant and ordinal', async () => {
    const clock = new VirtualClock(0);
    const { runner, enter, commands } = fixture(clock);
    enter('expire', 'a', 20);
    enter('wake', 'b', 20);
    enter('wake', 'c', 10);
    enter('wake', 'd', 31);
    await runner.runDue(30, clock, nothing);
    expect(commands()).toEqual(['10 wake c', '20 wake b', '20 expire a']);
    expect(clock.now()).toBe(30);
  });

  it('what a timer sets off comes in its turn, and the clock stands at its instant meanwhile', async () => {
    const clock = new VirtualClock(0);
    const { runner, enter, commands, list, given } = fixture(clock);
    enter('wake', 'a', 10);
    enter('wake', 'b', 20);
    const instants: number[] = [];
    await runner.runDue(40, clock, async () => {
      instants.push(clock.now());
      if (given.length === 1 && list.entries.length === 2) enter('expire', 'a', 15);
    });
    expect(commands()).toEqual(['10 wake a', '15 expire a', '20 wake b']);
    expect(instants).toEqual([0, 10, 15, 20, 40]);
  });

  it('an entry that stays on the list runs once for each instant it falls due at', async () => {
    const clock = new VirtualClock(0);
    const { runner, enter, commands, list } = fixture(clock);
    enter('wake', 'a', 10);
    await runner.runDue(50, clock, nothing);
    await runner.runDue(60, clock, nothing);
    list.entries = [];
    enter('wake', 'a', 55);
    await runner.runDue(70, clock, nothing);
    expect(commands()).toEqual(['10 wake a', '55 wake a']);
  });

  it('the same entry and instant have the same key, another instant another one', async () => {
    const keys: string[] = [];
    for (const dueAt of [10, 10, 11]) {
      const clock = new VirtualClock(0);
      const { runner, enter, given } = fixture(clock);
      enter('wake', 'a', dueAt);
      await runner.runDue(50, clock, nothing);
      keys.push(...given.map(({ origin }) => origin.idempotency.key));
    }
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  it('a refusal and a mistake are reported and passed over', async () => {
    const clock = new VirtualClock(0);
    const { runner, enter, reports, parking, fate, commands } = fixture(clock);
    fate.outcome = () => ({ kind: 'refused', reason: 'not-due' });
    enter('wake', 'a', 10);
    enter('wake', 'broken', 11);
    await runner.runDue(50, clock, nothing);
    await runner.runDue(51, clock, nothing);
    expect(commands()).toEqual(['10 wake a']);
    expect(reports).toEqual(['timer-refused', 'timer-parked']);
    expect(parking.parked).toMatchObject([{ consumer: 'timer:wake', key: 'broken', error: 'broken' }]);
    expect(runner.counts).toEqual({ accepted: 0, refused: 1, parked: 1 });
  });

  it('a store that is away stops it where it is, and it can be asked again', async () => {
    const clock = new VirtualClock(0);
    const { runner, enter, fate, commands } = fixture(clock);
    enter('wake', 'a', 10);
    enter('wake', 'b', 20);
    const works = fate.outcome;
    let calls = 0;
    fate.outcome = () => {
      calls += 1;
      if (calls > 1) throw new StoreUnavailable('away');
      return works('');
    };
    await expect(runner.runDue(50, clock, nothing)).rejects.toBeInstanceOf(StoreUnavailable);
    expect(clock.now()).toBe(20);
    fate.outcome = works;
    await runner.runDue(50, clock, nothing);
    expect(commands()).toEqual(['10 wake a', '20 wake b']);
  }, 240_000);
});

describe('under the system clock', () => {
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('runs what is overdue at once and the rest when its time comes, each as of its own instant', async () => {
    const { runner, enter, given } = fixture(systemClock);
    const now = Date.now();
    enter('wake', 'late', now - 60_000);
    enter('wake', 'soon', now + 1_000);
    enter('wake', 'later', now + 600_000);
    runner.start();
    await until(() => given.length > 0);
    expect(given.map(({ command }) => command)).toEqual(['wake late']);
    await until(() => given.length > 1);
    expect(Date.now()).toBeGreaterThanOrEqual(now + 1_000);
    await runner.stop();
    expect(given.map(({ origin }) => origin.now)).toEqual([now - 60_000, now + 1_000]);
  });

  it('can be started again after it was stopped', async () => {
    const { runner, enter, commands } = fixture(systemClock);
    for (const key of ['a', 'b']) {
      enter('wake', key, 1);
      runner.start();
      await new Promise((resolve) => setTimeout(resolve, 60));
      await runner.stop();
    }
    expect(commands()).toEqual(['1 wake a', '1 wake b']);
  });

  it('goes on after failures', async () => {
    const { runner, enter, given, list, reports } = fixture(systemClock);
    enter('wake', 'a', 1);
    const due = list.due.bind(list);
    let calls = 0;
    list.due = async (until, limit) => {
      calls += 1;
      if (calls < 3) throw new Error('no database');
      return due(until, limit);
    };
    runner.start();
    await until(() => given.length > 0);
    await runner.stop();
    expect([given.length, reports]).toEqual([1, ['timers-failed', 'timers-failed']]);
  });
});

it('runs twice what it could not note down, to one effect', async () => {
  const store = new MemoryEventStore();
  const clock = new VirtualClock(0);
  const commandRunner = new CachedCommandRunner(store, clock, {
    ...defaultRunnerSettings,
    cache: { maxStates: 10, maxBytes: 100_000 },
  });
  const list = new PaperList();
  list.entries.push({ timer: 'wake', key: 'a', dueAt: 10, ordinal: 1 });
  const needs = {
    timers: [timer('wake', 1)],
    list,
    dispatch: (_: Command, origin: Origin) =>
      commandRunner.execute({ ...onTab('a', { kind: 'put', amount: 1 }), idempotency: origin.idempotency }),
    parking: new MemoryCheckpoints(),
    clock,
    report: () => undefined,
  };
  const noted = list.ran.bind(list);
  list.ran = () => Promise.reject(new Error('killed'));
  await expect(new TimerRunner(needs).runDue(50, clock, nothing)).rejects.toThrow('killed');
  list.ran = noted;
  await new TimerRunner(needs).runDue(50, clock, nothing);
  expect((await commandRunner.current(tabs, 'a')).state.balance).toBe(1);
});
