import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { factOf } from '#libs/platform/runtime/testing/facts';
import type { TabEvent } from '#libs/platform/runtime/testing/tab';
import type { Fact } from '#libs/platform/runtime/fact';
import { freshDatabase } from '#libs/platform/testing/postgres';
import type { FreshDatabase } from '#libs/platform/testing/postgres';
import { Building, WriteLine } from './building';
import { ensureReadSchema } from './read-schema';
import { RowStage } from './row-stage';
import { sendOver } from './send';
import type { Send } from './send';
import { TablePlan } from './table-plan';
import type { Sql } from './table-plan';
import { rowsAfter } from './testing/rows-after';
import { connectTabs, tabBalance, tabDays, tabEntries, tabProjections } from './testing/tab-rows';
import { writeChanges } from './write-changes';

let database: FreshDatabase;
let source: DataSource;

beforeAll(async () => {
  database = await freshDatabase();
  source = await connectTabs(database.url);
  await ensureReadSchema(source);
  for (const { entity } of tabProjections) {
    const plan = new TablePlan(source, source.getMetadata(entity));
    await source.query(plan.create(plan.live));
    await source.query(plan.primaryKey(plan.live));
  }
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});
beforeEach(() => source.query('TRUNCATE read.tab_balance, read.tab_entry, read.tab_day'));

const planOf = (entity: new () => object): TablePlan => new TablePlan(source, source.getMetadata(entity));

const histories: fc.Arbitrary<readonly Fact<TabEvent>[]> = fc
  .array(
    fc.record({
      tab: fc.constantFrom('a1', 'a2', 'b1', 'b2', 'c1'),
      pays: fc.boolean(),
      amount: fc.integer({ min: 1, max: 3 }),
      day: fc.nat(3),
    }),
    { maxLength: 60 },
  )
  .map((made) =>
    made.map(({ tab, pays, amount, day }, index) =>
      factOf<TabEvent>(
        `tab-${tab}`,
        { type: pays ? 'TabPaid' : 'TabPut', at: day * 86_400_000, data: { amount } },
        index + 1,
      ),
    ),
  );

/** A history cut into batches of these sizes, the last of which repeats. */
const batches = (
  facts: readonly Fact<TabEvent>[],
  sizes: readonly number[],
): readonly (readonly Fact<TabEvent>[])[] => {
  const cut: (readonly Fact<TabEvent>[])[] = [];
  for (let from = 0, n = 0; from < facts.length; n += 1) {
    const size = sizes[Math.min(n, sizes.length - 1)] ?? 1;
    cut.push(facts.slice(from, from + size));
    from += size;
  }
  return cut;
};

const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 6 });

const storedRows = async (plan: TablePlan, table: string): Promise<ReadonlyMap<string, object>> =>
  new Map((await source.query<object[]>(plan.all(table).text)).map((row) => [plan.keyOf(row), { ...row }]));

it.each(tabProjections.map((projection) => [projection.name, projection] as const))(
  'however facts are batched and however few rows stay in memory, %s is the fold of the history',
  (_, projection) =>
    fc.assert(
      fc.asyncProperty(histories, sizes, fc.integer({ min: 1, max: 4 }), async (facts, cut, rows) => {
        const plan = planOf(projection.entity);
        await source.query(`TRUNCATE ${plan.live}`);
        const send = sendOver(source);
        const stage = new RowStage(projection, plan, plan.live, { rows, parkedKeys: [] });
        for (const batch of batches(facts, cut)) await writeChanges(stage, await stage.fold(batch, send), send);
        expect(await storedRows(plan, plan.live)).toEqual(rowsAfter(projection as never, facts));
      }),
      { numRuns: 40 },
    ),
);

it.each([
  ['all rows stay in memory', 1_000],
  ['hardly any row stays in memory', 2],
])('a table that is being built is the fold of the history when %s', (_, rows) =>
  fc.assert(
    fc.asyncProperty(histories, sizes, fc.nat(10), async (facts, cut, drainAt) => {
      const connection = source.createQueryRunner();
      const line = new WriteLine(connection);
      const buildings = tabProjections.map(
        (projection) => new Building(line, projection, planOf(projection.entity), rows),
      );
      for (const building of buildings) await building.create();
      for (const [index, batch] of batches(facts, cut).entries()) {
        for (const building of buildings) await building.take(batch as never);
        if (index === drainAt) for (const building of buildings) await building.drain();
      }
      for (const building of buildings) {
        await building.complete();
        const { plan, projection } = building.stage;
        expect(await storedRows(plan, plan.building)).toEqual(rowsAfter(projection as never, facts));
        await building.abandon();
      }
      await connection.release();
    }),
    { numRuns: 25 },
  ),
);

describe('reading rows back', () => {
  const counting = (): { send: Send; asked: string[] } => {
    const asked: string[] = [];
    const send = (sql: Sql) => {
      asked.push(sql.text.split(' ')[0] ?? '');
      return sendOver(source)(sql);
    };
    return { send, asked };
  };
  const put = (tab: string, place: number): Fact<TabEvent> =>
    factOf(`tab-${tab}`, { type: 'TabPut', at: 0, data: { amount: 1 } }, place);

  it('takes one query for all rows that are not in memory, and none for those that are', async () => {
    const { send, asked } = counting();
    const stage = new RowStage(tabBalance, planOf(tabBalance.entity), planOf(tabBalance.entity).live, {
      rows: 10,
      parkedKeys: [],
    });
    await stage.fold([put('a', 1), put('b', 2), put('a', 3)], send);
    await stage.fold([put('a', 4), put('b', 5)], send);
    expect(asked).toEqual(['SELECT']);
    await stage.fold([put('c', 6)], send);
    stage.forget();
    await stage.fold([put('a', 7)], send);
    expect(asked).toEqual(['SELECT', 'SELECT', 'SELECT']);
  });

  it('takes none at all where rows are only added, or where the table began empty', async () => {
    const { send, asked } = counting();
    const entries = new RowStage(tabEntries, planOf(tabEntries.entity), planOf(tabEntries.entity).live, {
      rows: 10,
      parkedKeys: [],
    });
    await entries.fold([put('a', 1)], send);
    const days = new RowStage(tabDays, planOf(tabDays.entity), planOf(tabDays.entity).live, {
      rows: 10,
      parkedKeys: [],
      emptyTable: true,
    });
    await days.fold([put('a', 1), put('b', 2)], send);
    expect(asked).toEqual([]);
    for (let place = 3; place < 20; place += 1) await days.fold([put(String.fromCharCode(97 + place), place)], send);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('an unchanged row is not written', async () => {
    const { send } = counting();
    const untouched = { ...tabBalance, on: { TabPut: (row: object | undefined) => row ?? null } };
    const stage = new RowStage(untouched, planOf(tabBalance.entity), planOf(tabBalance.entity).live, {
      rows: 10,
      parkedKeys: [],
    });
    const { upserts, removals } = await stage.fold([put('a', 1)], send);
    expect([upserts.size, removals.size]).toEqual([0, 0]);
  });

  it('a row under another key than its own is parked', async () => {
    const { send } = counting();
    const astray = { ...tabBalance, keysOf: () => ['elsewhere'] };
    const stage = new RowStage(astray, planOf(tabBalance.entity), planOf(tabBalance.entity).live, {
      rows: 10,
      parkedKeys: [],
    });
    const { upserts, parked } = await stage.fold([put('a', 1), put('b', 2)], send);
    expect([upserts.size, parked]).toEqual([
      0,
      [{ key: 'elsewhere', eventId: put('a', 1).eventId, error: 'The row has another key than its own.' }],
    ]);
  });

  it('a row whose key is no value of its column is parked by itself', async () => {
    const { send } = counting();
    const dated = {
      ...tabDays,
      keysOf: ({ streamId }: Fact) => [['all', streamId === 'tab-b' ? '0000-01-01' : '2026-03-01']],
    };
    const stage = new RowStage(dated, planOf(tabDays.entity), planOf(tabDays.entity).live, {
      rows: 10,
      parkedKeys: [],
    });
    const facts = [put('a', 1), put('b', 2), put('c', 3)];
    const { upserts, parked } = await stage.fold(facts, send);
    expect([...upserts.values()].map(({ row }) => row)).toEqual([{ scope: 'all', day: '2026-03-01', facts: 2 }]);
    expect(parked.map(({ eventId }) => eventId)).toEqual([put('b', 2).eventId]);
    expect((await stage.fold([put('b', 4)], send)).upserts.size).toBe(0);
  });

  it('a fact whose keys cannot be told is parked by itself', async () => {
    const { send } = counting();
    const keyless = {
      ...tabBalance,
      keysOf: ({ streamId }: Fact) => (streamId === 'tab-b' ? (undefined as never) : ['a']),
    };
    const stage = new RowStage(keyless, planOf(tabBalance.entity), planOf(tabBalance.entity).live, {
      rows: 10,
      parkedKeys: [],
    });
    const { upserts, parked } = await stage.fold([put('b', 1), put('a', 2)], send);
    expect([[...upserts.keys()], parked.map(({ key }) => key)]).toEqual([['a'], [`event ${put('b', 1).eventId}`]]);
  });
});

it.each([
  ['a row that facts make anew is written over what is there, unread', true, 0],
  ['where rows are not written over, it is read first', false, 1],
])('%s', async (_, replaces, reads) => {
  const plan = planOf(tabEntries.entity);
  const projection = { ...tabEntries, appendOnly: false, makes: ['TabPut'] as const };
  const sent: Sql[] = [];
  const send: Send = (sql) => {
    sent.push(sql);
    return sendOver(source)(sql);
  };
  const put = (amount: number): Fact => factOf<TabEvent>('tab-a', { type: 'TabPut', at: 0, data: { amount } }, 1);
  for (const amount of [1, 2]) {
    const stage = new RowStage(projection, plan, plan.live, { rows: 10, parkedKeys: [], replaces });
    await writeChanges(stage, await stage.fold([put(amount)], send), send);
  }
  expect(sent.filter(({ text }) => text.startsWith('SELECT'))).toHaveLength(2 * reads);
  expect([...(await storedRows(plan, plan.live)).values()]).toMatchObject([{ tab: 'a', amount: 2 }]);
});
