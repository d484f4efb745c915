import fc from 'fast-check';
import { Client } from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/platform/testing/postgres';
import { byteaArray, int2Array, int4Array, int8Array, textArray, uuidArray } from './binary-array';

let database: FreshDatabase;
let client: Client;

beforeAll(async () => {
  database = await freshDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** The elements as PostgreSQL understands them, each as text. */
const understood = async (type: string, parameter: Buffer | string): Promise<(string | null)[]> => {
  const { rows } = await client.query<{ element: string | null }>(
    `SELECT element::text FROM unnest($1::${type}[]) WITH ORDINALITY AS u(element, n) ORDER BY n`,
    [parameter],
  );
  return rows.map((row) => row.element);
};

const text = fc.string({ unit: 'binary' }).filter((value) => !value.includes('\u0000'));
const runs = { numRuns: 40 };

it('carries texts of every script, and their absence', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.option(text, { nil: undefined })), async (values) => {
      expect(await understood('text', textArray(values))).toEqual(values.map((value) => value ?? null));
    }),
    runs,
  ));

it('carries what needs quotes elsewhere', async () => {
  const values = ['', ' ', '"', '\\', '{}', ',', 'NULL', '会员', '🎉', '{"a":"b\\"c"}'];
  expect(await understood('text', textArray(values))).toEqual(values);
});

it.each([
  ['int2', int2Array, -32_768, 32_767],
  ['int4', int4Array, -2_147_483_648, 2_147_483_647],
  ['int8', int8Array, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
] as const)('carries %s over its whole range', (type, encode, min, max) =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min, max })), async (drawn) => {
      const values = [...drawn, min, max, 0, -1];
      expect(await understood(type, encode(values))).toEqual(values.map(String));
    }),
    runs,
  ),
);

it('carries integers that are absent', async () => {
  expect(await understood('int4', int4Array([1, undefined, -1]))).toEqual(['1', null, '-1']);
});

it('carries bytes', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 64 })), async (drawn) => {
      const values = drawn.map((bytes) => Buffer.from(bytes).toString('hex'));
      expect(await understood('bytea', byteaArray(values))).toEqual(values.map((value) => `\\x${value}`));
    }),
    runs,
  ));

it('carries UUIDs', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.uuid()), async (values) => {
      expect(await understood('uuid', uuidArray(values))).toEqual(values);
    }),
    runs,
  ));
