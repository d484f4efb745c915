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

type Issues = readonly z.core.$ZodIssue[];

/** How far a value is from one of several forms: by far, where it is not even of its type. */
const distanceOf = (issues: Issues): number =>
  issues.length + (issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0) ? 1_000 : 0);

/** Where a value may have several forms: what is wrong with it as the form that it comes nearest to. */
const nearestOf = (forms: readonly Issues[]): Issues =>
  [...forms].sort((one, other) => distanceOf(one) - distanceOf(other))[0] ?? [];

const errorsOf = (issue: z.core.$ZodIssue, root: string): readonly FieldError[] => {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: pathText([...issue.path, key], root), message: 'Unknown field' }));
  const path = pathText(issue.path, root);
  const nearest = issue.code === 'invalid_union' ? nearestOf(issue.errors) : [];
  return nearest.length === 0 ? [{ path, message: issue.message }] : nearest.flatMap((each) => errorsOf(each, path));
};

/** Every issue of a failed validation as field errors, unknown fields one by one. `root` goes before each path. */
export const fieldErrors = (error: z.core.$ZodError, root = ''): readonly FieldError[] =>
  error.issues.flatMap((issue) => errorsOf(issue, root)).slice(0, MOST_ERRORS);

/** The value as the schema gives it back. Throws the 400 `validation` problem with every path that is wrong. */
export const validate = <Schema extends z.ZodType>(schema: Schema, value: unknown, root = ''): z.output<Schema> => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(fieldErrors(result.error, root));
};
