import type { z } from 'zod';
import { invalid, type FieldError } from './problem';

/** Errors reported at most; a body of a thousand broken lines does not get an answer of a thousand errors. */
const MOST_ERRORS = 50;

/** `['lines', 0, 'quantity']` → `lines[0].quantity`. */
export const pathText = (path: readonly PropertyKey[], root = ''): string =>
  path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, root);

const errorsOf = (issue: z.core.$ZodIssue, root: string): readonly FieldError[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((key) => ({ path: pathText([...issue.path, key], root), message: 'Unknown field' }))
    : [{ path: pathText(issue.path, root), message: issue.message }];

/** Every issue of a failed validation as field errors, unknown fields one by one. `root` goes before each path. */
export const fieldErrors = (error: z.core.$ZodError, root = ''): readonly FieldError[] =>
  error.issues.flatMap((issue) => errorsOf(issue, root)).slice(0, MOST_ERRORS);

/** The value as the schema gives it back. Throws the 400 `validation` problem with every path that is wrong. */
export const validate = <Schema extends z.ZodType>(schema: Schema, value: unknown, root = ''): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(fieldErrors(result.error, root));
};
