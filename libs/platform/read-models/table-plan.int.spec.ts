import fc from 'fast-check';
import type { DataSource } from 'typeorm';
import { freshDatabase } from '#libs/platform/testing/postgres';
import type { FreshDatabase } from '#libs/platform/testing/postgres';
import { keyText } from './projection';
import { ensureReadSchema } from './read-schema';
import { sendOver } from './send';
import type { Send } from './send';
import { TablePlan, quoted } from './table-plan';
import { EverythingRow, OnlyKeyRow, connectEverything } from './testing/everything';

let database: FreshDatabase;
let source: DataSource;
let plan: TablePlan;
let send: Send;

beforeAll(async () => {
  database = await freshDatabase();
  source = await connectEverything(database.url);
  await Promise.all([ensureReadSchema(source), ensureReadSchema(source), ensureReadSchema(source)]);
  plan = new TablePlan(source, source.getMetadata(EverythingRow));
  send = sendOver(source);
});
afterAll(async () => {
  await source.destroy();
  await database.drop();
});
beforeEach(async () => {
  await source.query(`DROP TABLE IF EXISTS ${plan.live}`);
  await source.query(plan.create(plan.live));
  await source.query(plan.primaryKey(plan.live));
});

const stored = async (): Promise<readonly object[]> => (await send(plan.all(plan.live))).map((row) => ({ ...row }));

const row = (parts: Partial<EverythingRow> = {}): EverythingRow => ({
  storeId: 'S1',
  day: '2026-03-01',
  line: 1,
  amount: 5,
  at: 1,
  until: null,
  open: true,
  label: null,
  parts: null,
  share: 0.5,
  ...parts,
});

/** Text as PostgreSQL takes it: anything but NUL and halves of surrogate pairs. */
const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((each) => each.replaceAll('\0', ''));
const instant = fc.integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 });
/** As it comes out of a fact: JSON knows no negative zero. */
const json = fc
  .jsonValue({ noUnicodeString: true })
  .map((value) => JSON.stringify(value))
  .filter((text) => !text.includes('\\u0000'))
  .map((text) => JSON.parse(text) as unknown);

const rows: fc.Arbitrary<readonly EverythingRow[]> = fc.uniqueArray(
  fc.record({
    storeId: text,
    day: fc
      .date({ min: new Date('1990-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((day) => day.toISOString().slice(0, 10)),
    line: fc.integer({ min: -2_147_483_648, max: 2_147_483_647 }),
    amount: fc.maxSafeInteger(),
    at: instant,
    until: fc.option(instant),
    open: fc.boolean(),
    label: fc.constant(null),
    parts: json,
    share: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  }),
  { selector: ({ storeId, day, line }) => keyText([storeId, day, line]), maxLength: 30 },
);

it('rows come back as they were written', () =>
  fc.assert(
    fc.asyncProperty(rows, async (made) => {
      await source.query(`TRUNCATE ${plan.live}`);
      if (made.length > 0) await send(plan.upsert(plan.live, made));
      const byKey = new Map((await stored()).map((each) => [plan.keyOf(each), each]));
      expect(byKey).toEqual(new Map(made.map((each) => [plan.keyOf(each), each])));
    }),
    { numRuns: 60 },
  ));

it('rows are found and removed by their key', async () => {
  const made = [row(), row({ line: 2 }), row({ day: '2026-03-02' }), row({ storeId: 'S2' })];
  await send(plan.insert(plan.live, made));
  const keys = [
    ['S1', '2026-03-01', 2],
    ['S2', '2026-03-01', 1],
    ['S3', '2026-03-01', 1],
  ];
  const found = (await send(plan.load(plan.live, keys))).map((each) => ({ ...each }));
  expect(found).toHaveLength(2);
  expect(found).toEqual(expect.arrayContaining([made[1], made[3]]));
  await send(plan.remove(plan.live, keys));
  expect(await stored()).toEqual([made[0], made[2]]);
  expect(plan.keyOf(row())).toBe(keyText(['S1', '2026-03-01', 1]));
});

it('a row written again takes the place of the old one; one that must be new does not', async () => {
  await send(plan.upsert(plan.live, [row({ label: 'old', until: 5 })]));
  await send(plan.upsert(plan.live, [row({ amount: 6 })]));
  expect(await stored()).toEqual([row({ amount: 6 })]);
  await expect(send(plan.insert(plan.live, [row()]))).rejects.toMatchObject({ code: '23505' });
});

it('TypeORM reads the same table', async () => {
  await send(plan.upsert(plan.live, [row({ amount: 7, parts: [1] })]));
  expect(await source.getRepository(EverythingRow).findBy({ storeId: 'S1' })).toMatchObject([
    { amount: '7', parts: [1], day: '2026-03-01' },
  ]);
});

it('indexes are those of the entity, on whichever table, with names of their own', async () => {
  await source.query(`DROP TABLE IF EXISTS ${plan.building}`);
  await source.query(plan.create(plan.building));
  for (const table of [plan.live, plan.building]) for (const index of plan.indexes(table)) await source.query(index);
  const definitions = await source.query<{ indexdef: string }[]>(
    "SELECT indexdef FROM pg_indexes WHERE schemaname = 'read' AND tablename = 'everything__building' ORDER BY 1",
  );
  expect(definitions.map(({ indexdef }) => indexdef.replace(/^.* USING/, ''))).toEqual([
    ' btree (amount, at)',
    ' btree (label) WHERE (label IS NOT NULL)',
  ]);
  await send(plan.insert(plan.live, [row({ label: 'one' })]));
  await expect(send(plan.upsert(plan.live, [row({ line: 2, label: 'one' })]))).rejects.toMatchObject({ code: '23505' });
  await source.query(`DROP TABLE ${plan.building}`);
});

it('loaded tables are made to survive a crash', async () => {
  const kind = async () =>
    (
      await source.query<{ relpersistence: string }[]>(
        "SELECT relpersistence FROM pg_class WHERE oid = 'read.everything'::regclass",
      )
    )[0]?.relpersistence;
  expect(await kind()).toBe('u');
  await source.query(plan.secure(plan.live));
  expect(await kind()).toBe('p');
});

it('a table may be nothing but a key', async () => {
  const bare = new TablePlan(source, source.getMetadata(OnlyKeyRow));
  await source.query(bare.create(bare.live));
  await source.query(bare.primaryKey(bare.live));
  for (let n = 0; n < 2; n += 1) await send(bare.upsert(bare.live, [{ id: 'a' }, { id: 'b' }]));
  expect((await send(bare.load(bare.live, ['a', 'c']))).map((each) => ({ ...each }))).toEqual([{ id: 'a' }]);
  await send(bare.remove(bare.live, ['a']));
  expect((await send(bare.all(bare.live))).map((each) => ({ ...each }))).toEqual([{ id: 'b' }]);
});

it('identifiers are quoted', () => expect(quoted('say "so"')).toBe('"say ""so"""'));
