import { z } from 'zod';
import { catalogue } from './contexts';
import { publishing } from './publishing';

/** Fields by whose names secrets and sealed texts go. */
const secret = /^(profile|birthday|number|evidence|details|tokenHash|passwordHash)$/;
const notes = /^note$/;

const fieldsOf = (schema: z.ZodType): readonly string[] =>
  schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];

const published = catalogue.all().flatMap(({ type, schema }) =>
  fieldsOf(schema)
    .filter((field) => publishing.withheld[type]?.includes(field) !== true)
    .map((field) => [type, field] as const),
);

it('looks at every type of fact', () => {
  expect(catalogue.all().length).toBeGreaterThan(40);
  expect(published.length).toBeGreaterThan(100);
});

it('keeps everything sealed and every hash in the log', () =>
  expect(published.filter(([, field]) => secret.test(field))).toEqual([]));

it('publishes no remark but the programme’s own', () =>
  expect(published.filter(([, field]) => notes.test(field))).toEqual([['ProgrammePublished', 'note']]));

it('publishes no name of a person', () =>
  expect(published.filter(([type, field]) => field === 'name' && type !== 'StoreOpened')).toEqual([]));

it('withholds only what there is', () => {
  for (const [type, fields] of Object.entries(publishing.withheld)) {
    const known = catalogue.all().find((each) => each.type === type);
    expect(fieldsOf(known!.schema)).toEqual(expect.arrayContaining([...fields]));
  }
});

it('keeps all that is said of a member in one order', () => {
  expect(publishing.keyOf('account-M1')).toBe('M1');
  expect(publishing.keyOf('member-M1')).toBe('M1');
});
