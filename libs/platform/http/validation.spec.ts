import { z } from 'zod';
import type { Problem } from './problem';
import { pathText, validate } from './validation';

const line = z.strictObject({ quantity: z.int().min(1), labels: z.array(z.string()).optional() });
const ticket = z.strictObject({
  storeId: z.string(),
  lines: z.array(line).min(1),
  note: z.record(z.string(), z.int()).optional(),
});

const pathsOf = (value: unknown, root?: string): readonly string[] => {
  try {
    validate(ticket, value, root);
    return [];
  } catch (error) {
    return (error as Problem).extras.errors?.map(({ path }) => path) ?? [];
  }
};

it.each<[readonly PropertyKey[], string]>([
  [[], ''],
  [['lines'], 'lines'],
  [['lines', 0, 'quantity'], 'lines[0].quantity'],
  [[0], '[0]'],
  [['a', 'b', 1, 2], 'a.b[1][2]'],
])('writes %j as %j', (path, text) => expect(pathText(path)).toBe(text));

it('gives back what the schema makes of it', () =>
  expect(validate(z.strictObject({ limit: z.coerce.number().default(5) }), {})).toEqual({ limit: 5 }));

it('names every field that is wrong, and each unknown one', () => {
  expect(pathsOf({ storeId: 'S1', lines: [{ quantity: 1 }] })).toEqual([]);
  expect(pathsOf({ lines: [{ quantity: 0, colour: 'red', size: 1 }, 7] })).toEqual([
    'storeId',
    'lines[0].quantity',
    'lines[0].colour',
    'lines[0].size',
    'lines[1]',
  ]);
  expect(pathsOf({ storeId: 'S1', lines: [{ quantity: 1 }], note: { a: 0.5 } })).toEqual(['note.a']);
});

it('puts the name of a path parameter before each path', () => expect(pathsOf([], 'storeId')).toEqual(['storeId']));

it('reports at most fifty mistakes', () =>
  expect(pathsOf({ storeId: 'S1', lines: Array.from({ length: 500 }, () => ({ quantity: 0 })) })).toHaveLength(50));

describe('a value that may have several forms', () => {
  const sold = z.union([
    z.strictObject({ purchaseId: z.string() }),
    z.strictObject({ storeId: z.string(), no: z.int() }),
  ]);
  const body = z.strictObject({ of: sold, yes: z.union([z.boolean(), z.literal('maybe')]).optional() });
  const errorsIn = (value: unknown) => {
    try {
      validate(body, value);
      return [];
    } catch (error) {
      return (error as Problem).extras.errors ?? [];
    }
  };

  it('is told what is wrong with it as the form it comes nearest to', () => {
    expect(errorsIn({ of: { purchaseID: 'x' } }).map(({ path }) => path)).toEqual(['of.purchaseId', 'of.purchaseID']);
    expect(errorsIn({ of: { storeId: 'S1', no: 0.5 } }).map(({ path }) => path)).toEqual(['of.no']);
  });

  it('is told of its type where it is of none of them', () => {
    const [error, ...more] = errorsIn({ of: 7 });
    expect([error?.path, more]).toEqual(['of', []]);
    expect(error?.message).toContain('expected object');
    expect(errorsIn({ of: { purchaseId: 'x' }, yes: 'no' }).map(({ path }) => path)).toEqual(['yes']);
  });
});
