import { comparePositions, type LogPosition } from '#libs/platform/event-store/event-store';
import { readOn } from '#libs/platform/event-store/read-on';
import type { Fact } from '#libs/platform/runtime/fact';
import { onTab, tabCatalogue } from '#libs/platform/runtime/testing/tab';
import { keyText, type AnyProjection } from './projection';
import { ReadModels, prepareReadModels } from './read-models';
import { AlreadyRebuilding, rebuild } from './rebuild';
import type { RebuildNeeds } from './replay';
import { tryLock } from './advisory-lock';
import { dueRows, openTabHouse, storedRows, trade } from './testing/tab-house';
import type { TabHouse } from './testing/tab-house';
import { tabBalance, tabDays, tabEntries, tabProjections } from './testing/tab-rows';

let house: TabHouse;
let needs: RebuildNeeds;

beforeEach(async () => {
  house = await openTabHouse();
  needs = { source: house.source, store: house.store, catalogue: tabCatalogue };
  await prepareReadModels(needs, tabProjections);
});
afterEach(() => house.close());

const live = (): ReadModels =>
  new ReadModels(house.source, house.log, tabProjections, {
    report: house.report,
    settings: { batchSize: 50, pollMs: 20 },
  });

const expectRows = async (projections: readonly AnyProjection[] = tabProjections): Promise<void> => {
  for (const projection of projections)
    expect(await storedRows(house.source, projection)).toEqual(await dueRows(house, projection));
};

const indexesOf = async (table: string): Promise<readonly string[]> => {
  const rows = await house.source.query<{ readonly indexdef: string }[]>(
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'read' AND tablename = $1 ORDER BY indexdef",
    [table],
  );
  return rows.map(({ indexdef }) => indexdef.replace(/INDEX \S+ ON/, 'INDEX ON'));
};

it('gives the same rows and indexes as the live tables had', async () => {
  const models = live();
  models.start();
  const made = await trade(house, 300);
  await house.readable(made);
  await models.caughtUp(await house.store.latest());
  await models.stop();
  const before = await Promise.all(tabProjections.map((projection) => storedRows(house.source, projection)));
  const indexes = await indexesOf('tab_balance');
  expect(indexes).toHaveLength(2);
  expect(await rebuild(needs, tabProjections)).toMatchObject({
    facts: made,
    parked: 0,
    position: await house.store.head(),
  });
  expect(await Promise.all(tabProjections.map((projection) => storedRows(house.source, projection)))).toEqual(before);
  expect(await indexesOf('tab_balance')).toEqual(indexes);
});

it('speaks up to when the last fact was recorded, by whatever clock that was', async () => {
  const movedAt = async () => {
    const rows = await house.source.query<{ readonly at: number }[]>(
      'SELECT DISTINCT (extract(epoch FROM moved_at) * 1000)::float8 AS at FROM read.checkpoints',
    );
    return rows.map(({ at }) => at);
  };
  const models = live();
  models.start();
  house.clock.moveTo(house.clock.now() + 1_001);
  await house.readable(await trade(house, 20, 2));
  await models.caughtUp(await house.store.latest());
  expect(await movedAt()).toEqual([house.clock.now()]);
  await models.stop();
  await house.source.query("UPDATE read.checkpoints SET moved_at = '2020-01-01'");
  await rebuild(needs, tabProjections);
  expect(await movedAt()).toEqual([house.clock.now()]);
});

it('mends a table that was tampered with, again and again', async () => {
  await house.readable(await trade(house, 50));
  for (let round = 0; round < 3; round += 1) {
    await house.source.query('DELETE FROM read.tab_balance');
    await rebuild(needs, [tabBalance]);
    await expectRows([tabBalance]);
  }
});

it('goes on beside live reads and writes, and no reader sees a row go back', async () => {
  const models = live();
  models.start();
  let over = false;
  let rounds = 0;
  const writing = (async () => {
    for (; !over; rounds += 1) await trade(house, 20, 100 + rounds);
  })();
  const counts: number[] = [];
  const reading = (async () => {
    while (!over) {
      const [row] = await house.source.query<{ n: number }[]>('SELECT count(*)::int AS n FROM read.tab_entry');
      counts.push(row?.n ?? -1);
    }
  })();
  for (let round = 0; round < 4 || rounds < 2; round += 1) await rebuild(needs, tabProjections);
  over = true;
  await Promise.all([writing, reading]);
  await trade(house, 5, 99);
  await house.runner.execute(onTab('z', { kind: 'put', amount: 1 }));
  while (!(await house.facts()).some(({ streamId }) => streamId === 'tab-z'));
  await models.caughtUp(await house.store.latest());
  await models.stop();
  expect(counts).toEqual([...counts].sort((left, right) => left - right));
  await expectRows();
});

it('leaves everything as it was when it cannot be finished', async () => {
  const made = await trade(house, 30);
  await house.readable(made);
  await rebuild(needs, tabProjections);
  const before = await storedRows(house.source, tabEntries);
  await house.source.query('CREATE VIEW read.watches AS SELECT * FROM read.tab_entry');
  await expect(rebuild(needs, tabProjections)).rejects.toMatchObject({ code: '2BP01' });
  expect(await storedRows(house.source, tabEntries)).toEqual(before);
  await house.source.query('DROP VIEW read.watches');
  await rebuild(needs, tabProjections);
  await expectRows();
});

it('waits for a long reader of the old table', async () => {
  await house.readable(await trade(house, 30));
  const reader = house.source.createQueryRunner();
  await reader.startTransaction();
  await reader.query('SELECT * FROM read.tab_entry');
  const rebuilding = rebuild(needs, tabProjections);
  const made = await trade(house, 10, 2);
  await new Promise((resolve) => setTimeout(resolve, 2_600));
  await reader.commitTransaction();
  await reader.release();
  expect((await rebuilding).facts).toBeGreaterThanOrEqual(made);
  await house.readable(made);
  const models = live();
  models.start();
  await models.caughtUp(await house.store.latest());
  await models.stop();
  await expectRows();
});

it('is done by one process at a time', async () => {
  const lock = await tryLock(house.source, ['rebuild:tab-balance']);
  await expect(rebuild(needs, tabProjections)).rejects.toBeInstanceOf(AlreadyRebuilding);
  await lock?.release();
  await rebuild(needs, tabProjections);
});

it('parks what a row cannot take, and forgets what was parked before', async () => {
  await house.source.query(
    "INSERT INTO read.parked (consumer, key, event_id, error) VALUES ('tab-balance', 'a', 'e', 'old')",
  );
  await house.runner.execute(onTab('a', { kind: 'put', amount: 1 }));
  await house.runner.execute(onTab('b', { kind: 'put', amount: 1 }));
  await house.readable(2);
  const poisoned: AnyProjection = {
    ...tabBalance,
    on: {
      TabPut: (row: never, fact: never, key) => {
        if (key === 'b') throw new TypeError('not b');
        return tabBalance.on.TabPut?.(row, fact, key) ?? null;
      },
    },
  };
  expect(await rebuild(needs, [poisoned])).toMatchObject({ parked: 1 });
  expect([...(await storedRows(house.source, tabBalance)).keys()]).toEqual(['a']);
  expect(await house.source.query('SELECT key, error FROM read.parked')).toEqual([{ key: 'b', error: 'not b' }]);
});

it.each([10, 1_500])(
  'parks a row that a table refuses to which rows are only added, after %d others',
  async (times) => {
    await house.runner.execute(onTab('a', { kind: 'put', amount: 1, times }));
    await house.runner.execute(onTab('a', { kind: 'put', amount: 3_000_000_000 }));
    await house.runner.execute(onTab('b', { kind: 'put', amount: 2 }));
    await house.readable(times + 2);
    for (let round = 0; round < 2; round += 1)
      expect(await rebuild(needs, tabProjections)).toMatchObject({ facts: times + 2, parked: 1 });
    expect((await storedRows(house.source, tabEntries)).size).toBe(times + 1);
  },
);

it('happens at the start for what is new or of another version, and for nothing else', async () => {
  await house.readable(await trade(house, 30));
  const progress: number[] = [];
  const told = { ...needs, onProgress: ({ facts }: { facts: number }) => progress.push(facts) };
  expect(await prepareReadModels(told, tabProjections)).toEqual([]);
  expect(progress).toEqual([]);
  expect(await prepareReadModels(told, [tabEntries, { ...tabBalance, version: 2 }])).toEqual(['tab-balance']);
  expect(progress.length).toBeGreaterThan(0);
  await expectRows([tabBalance]);
});

/** The log as long as a live projector is further than a rebuild: its last facts come into view at the very end. */
const lastSeenLate = (from: LogPosition): RebuildNeeds['store'] => {
  let looks = 0;
  const readAll: RebuildNeeds['store']['readAll'] = async (after, limit) => {
    const facts = await house.store.readAll(after, limit);
    if (looks >= 2) return facts;
    const early = facts.filter((fact) => comparePositions(fact, from) <= 0);
    if (early.length === 0) looks += 1;
    return early;
  };
  return { readAll, pages: (after, limit) => readOn((place) => readAll(place, limit), after) };
};

it.each<[string, AnyProjection, string]>([
  [
    'whose key its column cannot hold',
    {
      ...tabDays,
      keysOf: ({ streamId }: Fact) => [['all', streamId === 'tab-bad' ? '0000-01-01' : '2026-03-01']],
    },
    keyText(['all', '2026-03-01']),
  ],
  [
    'that the table refuses',
    {
      ...tabBalance,
      on: {
        TabPut: (row: never, fact: never, key: string) => {
          const put = tabBalance.on.TabPut?.(row, fact, key) ?? null;
          return put && key === 'bad' ? { ...put, balance: 0.5 } : put;
        },
      },
    } as never,
    'good',
  ],
])('parks a row %s, though it comes only while the tables are swapped', async (_, projection, kept) => {
  await house.runner.execute(onTab('good', { kind: 'put', amount: 1 }));
  await house.readable(1);
  await rebuild(needs, [projection]);
  const before = await house.store.head();
  for (const tab of ['bad', 'good']) await house.runner.execute(onTab(tab, { kind: 'put', amount: 1 }));
  await house.readable(3);
  const { xid, position } = await house.store.head();
  await house.source.query('UPDATE read.checkpoints SET xid = $1, position = $2 WHERE name = $3', [
    ...[xid, position, projection.name],
  ]);
  const rebuilt = await rebuild({ ...needs, store: lastSeenLate(before) }, [projection]);
  expect(rebuilt).toMatchObject({ facts: 3, parked: 1, position: { xid, position } });
  expect([...(await storedRows(house.source, projection)).keys()]).toEqual([kept]);
});
