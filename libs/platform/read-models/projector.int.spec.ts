import { onTab } from '#libs/platform/runtime/testing/tab';
import { PostgresCheckpoints } from './postgres-checkpoints';
import type { AnyProjection } from './projection';
import { ReadModels, prepareReadModels } from './read-models';
import { dueRows, openTabHouse, storedRows, trade } from './testing/tab-house';
import type { TabHouse } from './testing/tab-house';
import { tabBalance, tabDays, tabEntries, tabProjections } from './testing/tab-rows';
import { tabCatalogue } from '#libs/platform/runtime/testing/tab';

let house: TabHouse;

beforeEach(async () => {
  house = await openTabHouse();
  await prepareReadModels({ source: house.source, store: house.store, catalogue: tabCatalogue }, tabProjections);
});
afterEach(() => house.close());

const live = (projections: readonly AnyProjection[] = tabProjections, batchSize = 7): ReadModels =>
  new ReadModels(house.source, house.log, projections, { report: house.report, settings: { batchSize, pollMs: 20 } });

const caughtUp = async (models: ReadModels): Promise<void> => {
  await house.readable(0);
  await models.caughtUp(await house.store.latest());
};

const expectRows = async (projections: readonly AnyProjection[] = tabProjections): Promise<void> => {
  for (const projection of projections)
    expect(await storedRows(house.source, projection)).toEqual(await dueRows(house, projection));
};

/** Lets every n-th write to a table fail, as a server does that is shut down; the count survives the rollback. */
const breakEvery = (table: string, n: number): Promise<unknown> =>
  house.source.query(`
    CREATE SEQUENCE writes;
    CREATE FUNCTION fail_now_and_then() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF nextval('writes') % ${n} = 0 THEN RAISE EXCEPTION 'shutting down' USING ERRCODE = '57P01'; END IF;
        RETURN NULL;
      END $$;
    CREATE TRIGGER failing AFTER INSERT OR UPDATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION fail_now_and_then()`);

it('brings every table to what the log adds up to', async () => {
  const models = live();
  models.start();
  const made = await trade(house, 200);
  await house.readable(made);
  await caughtUp(models);
  expect((await storedRows(house.source, tabEntries)).size).toBe(made);
  await expectRows();
  expect(models.progress()).toMatchObject({ name: 'projector', failures: 0 });
  await models.stop();
  expect(house.reports).toEqual([]);
});

it.each([
  ['the rows of a later table', 'read.tab_day', 5],
  ['the checkpoint', 'read.checkpoints', 3],
])('writes rows and checkpoint together: nothing counts twice when %s cannot be written', async (_, table, n) => {
  await breakEvery(table, n);
  await house.readable(await trade(house, 60));
  const models = live(tabProjections, 15);
  models.start();
  await caughtUp(models);
  await models.stop();
  expect(house.reports).toContain('subscription-failed');
  await expectRows();
});

it('goes on after its connection was cut', async () => {
  const models = live();
  models.start();
  await house.readable(await trade(house, 40));
  await caughtUp(models);
  await house.source.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE '%read.%' AND pid <> pg_backend_pid()",
  );
  const made = await trade(house, 40, 2);
  await house.readable(made);
  await caughtUp(models);
  await models.stop();
  await expectRows();
});

it('goes on from its checkpoint after a restart', async () => {
  const first = live();
  first.start();
  const before = await trade(house, 30);
  await house.readable(before);
  await caughtUp(first);
  await first.stop();
  await house.readable(before + (await trade(house, 30, 2)));
  const second = live();
  second.start();
  await caughtUp(second);
  await second.stop();
  await expectRows();
});

it('waits while another process does the work, and takes over from it', async () => {
  const [first, second] = [live(), live()];
  first.start();
  await house.readable(await trade(house, 20));
  await caughtUp(first);
  second.start();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(second.progress().position).toBeUndefined();
  const made = await trade(house, 20, 2);
  await first.stop();
  await house.readable(made);
  await caughtUp(second);
  await second.stop();
  await expectRows();
  expect(house.reports).toEqual([]);
});

it('starts again from the stored checkpoint when somebody else moved it', async () => {
  const models = live();
  models.start();
  await house.readable(await trade(house, 20));
  await caughtUp(models);
  await house.source.query('UPDATE read.checkpoints SET generation = generation + 1');
  await house.readable(await trade(house, 20, 2));
  await caughtUp(models);
  await models.stop();
  expect(house.reports).toEqual(['subscription-failed']);
  await expectRows();
});

describe('a fact that a row cannot take', () => {
  const poisoned: AnyProjection = {
    ...tabBalance,
    on: {
      ...tabBalance.on,
      TabPut: (row: never, fact: never, key) => {
        if ((fact as { data: { amount: number } }).data.amount === 13) throw new TypeError('thirteen');
        return tabBalance.on.TabPut?.(row, fact, key) ?? null;
      },
    },
  };

  it('parks the row, which keeps its state, and holds up no other', async () => {
    const models = live([poisoned, tabDays]);
    models.start();
    for (const amount of [1, 13, 2]) await house.runner.execute(onTab('a1', { kind: 'put', amount }));
    await house.runner.execute(onTab('b1', { kind: 'put', amount: 5 }));
    await house.readable(4);
    await caughtUp(models);
    const rows = await storedRows(house.source, tabBalance);
    expect([...rows].map(([key, row]) => [key, (row as { balance: number }).balance])).toEqual([
      ['a1', 1],
      ['b1', 5],
    ]);
    await expectRows([tabDays]);
    const parked = await new PostgresCheckpoints(house.source).listParked(10);
    expect(parked).toMatchObject([{ consumer: 'tab-balance', key: 'a1', error: 'thirteen' }]);
    expect(house.reports).toEqual(['projection-parked']);
    await models.stop();
    const later = live([poisoned, tabDays]);
    later.start();
    await house.runner.execute(onTab('a1', { kind: 'put', amount: 4 }));
    await house.readable(5);
    await caughtUp(later);
    await later.stop();
    expect((await storedRows(house.source, tabBalance)).get('a1')).toMatchObject({ balance: 1 });
  });

  it('is found among the others when only the table refuses it', async () => {
    await house.source.query('ALTER TABLE read.tab_balance ADD CHECK (balance <> 13)');
    for (let n = 0; n < 20; n += 1) await house.runner.execute(onTab(`a${n}`, { kind: 'put', amount: n + 1 }));
    await house.readable(20);
    const models = live(tabProjections, 100);
    models.start();
    await caughtUp(models);
    await models.stop();
    const expected = new Map(await dueRows(house, tabBalance));
    expected.delete('a12');
    expect(await storedRows(house.source, tabBalance)).toEqual(expected);
    await expectRows([tabDays, tabEntries]);
    expect((await new PostgresCheckpoints(house.source).listParked(10)).map(({ key }) => key)).toEqual(['a12']);
  });
});

it('does not begin before there is a table of its version', async () => {
  const models = live([{ ...tabBalance, version: 2 }]);
  models.start();
  await trade(house, 5);
  while (!house.reports.includes('projection-not-built')) await new Promise((resolve) => setTimeout(resolve, 10));
  await models.stop();
  expect((await storedRows(house.source, tabBalance)).size).toBe(0);
});
