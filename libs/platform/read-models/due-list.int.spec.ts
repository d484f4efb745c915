import type { DataSource } from 'typeorm';
import { idOf } from '#libs/platform/kernel/decider';
import { settle } from '#libs/platform/runtime/settle';
import { onTab, tabCatalogue } from '#libs/platform/runtime/testing/tab';
import type { TabTimer } from '#libs/platform/runtime/testing/tab';
import type { DueEntry } from '#libs/platform/runtime/timer';
import { PostgresDueList, dueTimersOf } from './due-timers';
import { ReadModels, prepareReadModels } from './read-models';
import { rebuild } from './rebuild';
import { openTabHouse, storedRows } from './testing/tab-house';
import type { TabHouse } from './testing/tab-house';

/** Every tab is looked at a while after something was put on it, until it is paid. */
const lookAgain: TabTimer = {
  name: 'look-again',
  version: 1,
  ordinal: 1,
  keysOf: ({ streamId }) => [idOf(streamId)],
  on: { TabPut: (_, { at }) => ({ dueAt: at + 250 }), TabPaid: () => null },
  whenDue: (_, key) => [{ tab: `look-${key}`, command: { kind: 'look' } }],
};

const projections = [dueTimersOf([lookAgain])];
const start = Date.UTC(2026, 2, 1);
const far = start + 1_000_000;

let house: TabHouse;
let models: ReadModels;
let list: PostgresDueList;

beforeEach(async () => {
  house = await openTabHouse();
  const { source, store, log, report } = house;
  await prepareReadModels({ source, store, catalogue: tabCatalogue }, projections);
  models = new ReadModels(source, log, projections, { report, settings: { batchSize: 100, pollMs: 10 } });
  models.start();
  list = new PostgresDueList(source);
});
afterEach(async () => {
  await models.stop();
  await house.close();
});

const given = async (tab: string, kind: 'put' | 'pay', at: number): Promise<void> => {
  await house.runner.execute({ ...onTab(tab, { kind, amount: 1 }), context: at });
  await settle(house.store, [models]);
};

const rebuilt = () => rebuild({ source: house.source, store: house.store, catalogue: tabCatalogue }, projections);

const keys = (entries: readonly DueEntry[]): string =>
  entries.map(({ key, dueAt }) => `${key}@${dueAt - start}`).join();

const due = async (limit = 100): Promise<string> => keys(await list.due(far, limit));

const marks = () =>
  house.source.query<{ key: string }[]>('SELECT key FROM read.due_timers WHERE ran_for = due_at ORDER BY key');

it('what has run is not due again, for another instant it is', async () => {
  await given('a', 'put', start);
  await given('b', 'put', start + 1);
  expect(await due()).toBe('a@250,b@251');
  await list.ran(await list.due(far, 1));
  expect(await due()).toBe('b@251');
  expect(await list.next()).toBe(start + 251);
  await given('a', 'put', start + 7);
  expect(await due()).toBe('b@251,a@257');
});

it('what has run stays run when the list is built anew, and is met once at most after that', async () => {
  for (const tab of ['a', 'b', 'c', 'd']) await given(tab, 'put', start);
  await list.ran(await list.due(far, 3));
  await rebuilt();
  expect(await marks()).toEqual([]);
  expect(await list.next()).toBe(start + 250);
  expect(await due(1)).toBe('d@250');
  expect(await marks()).toEqual([{ key: 'a' }, { key: 'b' }, { key: 'c' }]);
});

it('what ran, was taken off and put on again for the same instant has run', async () => {
  await given('a', 'put', start);
  await list.ran(await list.due(far, 1));
  await given('a', 'pay', start);
  await given('a', 'put', start);
  expect(await due()).toBe('');
  expect(await list.next()).toBeUndefined();
});

it('nobody waits for a row that is being written, and what has run is not due meanwhile', async () => {
  await given('a', 'put', start);
  await given('b', 'put', start);
  const writer = house.source.createQueryRunner();
  await writer.startTransaction();
  await writer.query("SELECT FROM read.due_timers WHERE key = 'a' FOR UPDATE");
  await list.ran(await list.due(far, 1));
  expect(await marks()).toEqual([]);
  expect(await due()).toBe('b@250');
  await writer.rollbackTransaction();
  await writer.release();
  expect(await due()).toBe('b@250');
  expect(await marks()).toEqual([{ key: 'a' }]);
});

it('what is to run again is due again', async () => {
  await given('a', 'put', start);
  await list.ran(await list.due(far, 1));
  await list.runAgain('look-again', 'a');
  expect(await due()).toBe('a@250');
});

it('marks are no part of what the log adds up to', async () => {
  await given('a', 'put', start);
  await list.ran(await list.due(far, 1));
  const [projection] = projections;
  const rows = projection === undefined ? new Map() : await storedRows(house.source, projection);
  expect([...rows.values()]).toEqual([{ timer: 'look-again', key: 'a', dueAt: start + 250, ordinal: 1, data: null }]);
});

/** A plan with what it took. */
interface Plan {
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Rows that a plan looked at, whether it went on with them or not. */
const looked = (plan: Plan): number =>
  (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] +
  (plan.Plans ?? []).reduce((sum, each) => sum + looked(each), 0);

/** How many rows a question to the list makes the database look at. */
const rowsLookedAt = async (ask: (list: PostgresDueList) => Promise<unknown>): Promise<number> => {
  let rows = 0;
  const explaining = {
    query: async (text: string, values?: unknown[]) => {
      const [answer] = await house.source.query<{ 'QUERY PLAN': [{ Plan: Plan }] }[]>(
        `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
        values,
      );
      rows += looked(answer?.['QUERY PLAN'][0].Plan ?? { 'Actual Rows': 0, 'Actual Loops': 0 });
      return [];
    },
  };
  await ask(new PostgresDueList(explaining as unknown as DataSource));
  return rows;
};

const fill = async (from: number, to: number): Promise<void> => {
  const instant = `to_timestamp(${start} / 1000.0) + n * interval '1 ms'`;
  await house.source.query(
    `INSERT INTO read.due_timers (timer, key, due_at, ordinal)
     SELECT 'look-again', 'k' || n, ${instant}, 1 FROM generate_series(${from}, ${to}) n`,
  );
  await house.source.query(
    `INSERT INTO read.timer_runs (timer, key, due_at)
     SELECT 'look-again', 'k' || n, ${instant} FROM generate_series(${from}, ${to - 3}) n`,
  );
};

it('looking costs no more, however much has run', async () => {
  const costs: number[] = [];
  for (const [from, to] of [
    [1, 2_000],
    [2_001, 60_000],
  ] as const) {
    await house.source.query('DELETE FROM read.due_timers WHERE ran_for IS DISTINCT FROM due_at');
    await fill(from, to);
    expect(await list.due(far, 500)).toHaveLength(3);
    await house.source.query('VACUUM ANALYZE read.due_timers');
    costs.push(await rowsLookedAt((each) => each.due(far, 500)), await rowsLookedAt((each) => each.next()));
  }
  expect(costs.slice(2)).toEqual(costs.slice(0, 2));
  expect(Math.max(...costs)).toBeLessThan(20);
}, 240_000);
