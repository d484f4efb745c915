import { idOf } from '#libs/platform/kernel/decider';
import type { Outcome } from '#libs/platform/runtime/command-runner';
import type { Origin } from '#libs/platform/runtime/dispatch';
import { Policies } from '#libs/platform/runtime/policies';
import { settle } from '#libs/platform/runtime/settle';
import { onTab, tabCatalogue, tabs } from '#libs/platform/runtime/testing/tab';
import type { OnTab, TabTimer } from '#libs/platform/runtime/testing/tab';
import type { AnyTimer } from '#libs/platform/runtime/timer';
import { TimerRunner } from '#libs/platform/runtime/timer-runner';
import { PostgresDueList, dueTimersOf } from './due-timers';
import { OnlyOneProcess } from './only-one-process';
import { PostgresCheckpoints } from './postgres-checkpoints';
import { ReadModels, prepareReadModels } from './read-models';
import { rebuild } from './rebuild';
import { openTabHouse } from './testing/tab-house';
import type { TabHouse } from './testing/tab-house';

/** A tab that nobody touched for 100 ms costs 1, and then again, until it is paid. */
const chargeInterest: TabTimer = {
  name: 'charge-interest',
  version: 1,
  ordinal: 2,
  keysOf: ({ streamId }) => [idOf(streamId)],
  on: {
    TabPut: (_, { at, data }) => ({ dueAt: at + 100, data: { last: data.amount } }),
    TabPaid: () => null,
  },
  whenDue: (_, key) => [{ tab: key, command: { kind: 'put', amount: 1 } }],
};

/** Every amount put is looked at after 250 ms, whatever became of it. */
const lookAgain: TabTimer = {
  name: 'look-again',
  version: 1,
  ordinal: 1,
  keysOf: ({ streamId, revision }) => [`${idOf(streamId)}:${revision}`],
  on: { TabPut: (_, { at }) => ({ dueAt: at + 250 }) },
  whenDue: (_, key) => [{ tab: `look-${key.split(':')[0] ?? ''}`, command: { kind: 'look' } }],
};

let house: TabHouse;
beforeEach(async () => (house = await openTabHouse()));
afterEach(() => house.close());

const start = Date.UTC(2026, 2, 1);

const running = async (timers: readonly AnyTimer<OnTab>[]) => {
  const { source, store, log, report, runner, clock } = house;
  const projections = [dueTimersOf(timers)];
  await prepareReadModels({ source, store, catalogue: tabCatalogue }, projections);
  const models = new ReadModels(source, log, projections, { report, settings: { batchSize: 100, pollMs: 10 } });
  models.start();
  const given: string[] = [];
  const dispatch = ({ tab, command }: OnTab, origin: Origin): Promise<Outcome<string>> => {
    given.push(`${origin.now - start} ${tab} ${command.kind}`);
    return runner.execute({ ...onTab(tab, command), context: origin.now, idempotency: origin.idempotency });
  };
  const list = new PostgresDueList(source);
  const timerRunner = new TimerRunner({
    timers,
    list,
    dispatch,
    parking: new PostgresCheckpoints(source),
    clock,
    report,
  });
  const advance = (ms: number) => timerRunner.runDue(start + ms, clock, () => settle(store, [models]));
  return { models, list, timerRunner, advance, given, projections, dispatch };
};

const put = (tab: string, amount: number, at = start) =>
  house.runner.execute({ ...onTab(tab, { kind: 'put', amount }), context: at });

it('runs timers in the order of their instants, those that they set off included', async () => {
  const { advance, given, models } = await running([chargeInterest, lookAgain]);
  await put('a', 5);
  await put('b', 5, start + 30);
  await advance(320);
  expect(given).toEqual([
    '100 a put',
    '130 b put',
    '200 a put',
    '230 b put',
    '250 look-a look',
    '280 look-b look',
    '300 a put',
  ]);
  expect((await house.runner.current(tabs, 'a')).state.balance).toBe(8);
  await models.stop();
});

it('takes entries off the list, and knows the next instant', async () => {
  const { advance, list, models } = await running([chargeInterest]);
  await put('a', 5);
  await put('b', 5, start + 30);
  await advance(0);
  expect(await list.next()).toBe(start + 100);
  expect(await list.due(start + 1_000, 1)).toEqual([
    { timer: 'charge-interest', key: 'a', ordinal: 2, dueAt: start + 100, data: { last: 5 } },
  ]);
  for (const tab of ['a', 'b'])
    await house.runner.execute({ ...onTab(tab, { kind: 'pay', amount: 5 }), context: start + 40 });
  await advance(50);
  expect(await list.next()).toBeUndefined();
  await models.stop();
});

it('does not run again what has run, after a rebuild of the list neither', async () => {
  const { advance, given, models, projections } = await running([lookAgain]);
  await put('a', 5);
  await advance(300);
  const before = [...given];
  await rebuild({ source: house.source, store: house.store, catalogue: tabCatalogue }, projections);
  await advance(900);
  expect(given).toEqual(before);
  expect(before).toEqual(['250 look-a look']);
  await models.stop();
});

it('is built anew when a timer comes or changes', async () => {
  const version = (...timers: AnyTimer<OnTab>[]) => dueTimersOf(timers).version;
  expect(version(chargeInterest, lookAgain)).toBe(version(lookAgain, chargeInterest));
  const all = [
    version(),
    version(lookAgain),
    version(chargeInterest),
    version(chargeInterest, lookAgain),
    version({ ...lookAgain, version: 2 }),
    version({ ...lookAgain, ordinal: 2 }),
  ];
  expect(new Set(all).size).toBe(all.length);
});

it('runs in one process at a time, and the other takes over', async () => {
  const part = (name: string) => ({
    name: 'shared',
    start: () => void log.push(`${name} starts`),
    stop: async () => void log.push(`${name} stops`),
  });
  const log: string[] = [];
  const [first, second] = ['one', 'two'].map((name) => new OnlyOneProcess(house.source, part(name), house.report));
  const logged = async (line: string): Promise<void> => {
    while (!log.includes(line)) await new Promise((resolve) => setTimeout(resolve, 10));
  };
  first?.start();
  await logged('one starts');
  second?.start();
  await new Promise((resolve) => setTimeout(resolve, 100));
  await first?.stop();
  await logged('two starts');
  await second?.stop();
  expect(log).toEqual(['one starts', 'one stops', 'two starts', 'two stops']);
});

it('policies go on from the stored checkpoint, and have each effect once when it was not stored', async () => {
  const { models, dispatch } = await running([]);
  const { clock, report, log, source } = house;
  const checkpoints = new PostgresCheckpoints(source);
  const policy = {
    name: 'double',
    on: {
      TabPut: ({ streamId }: { streamId: string }) =>
        streamId === 'tab-a' ? [{ tab: 'b', command: { kind: 'put', amount: 1 } as const }] : [],
    },
  };
  for (let round = 0; round < 3; round += 1) {
    await put('a', 5);
    const policies = new Policies(
      [policy],
      log,
      { dispatch, checkpoints, parking: checkpoints, clock, memory: house.runner, report },
      { batchSize: 100, pollMs: 10 },
    );
    policies.start();
    await settle(log, [policies, models]);
    await policies.stop();
    expect((await house.runner.current(tabs, 'b')).state.balance).toBe(round + 1);
    const stored = await checkpoints.read('policy:double');
    expect(stored?.position).toBeGreaterThan(0);
    if (round === 1) await source.query("DELETE FROM read.checkpoints WHERE name = 'policy:double'");
  }
  await models.stop();
});
