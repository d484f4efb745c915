import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseAllDocuments, parse } from 'yaml';

const root = dirname(dirname(__dirname));

/** A file of the repository as text. */
export const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');

/** A YAML file of one document, anchors and merges resolved. */
export const yamlOf = (path: string): unknown => parse(textOf(path), { merge: true });

/** Every document of a text of YAML. */
export const documentsIn = (text: string): readonly Record<string, unknown>[] =>
  parseAllDocuments(text).flatMap((document) => {
    const [fault] = document.errors;
    if (fault !== undefined) throw new Error(fault.message);
    const value = document.toJS() as Record<string, unknown> | null;
    return value === null ? [] : [value];
  });

/** The settings of an environment file; comments and empty lines left out. */
export const settingsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    text
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );

/** Puts settings in the places that a text names as `${NAME}`, `${NAME:-default}` or `$$`, as Compose does. */
export const interpolated = (text: string, settings: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$\$|\$\{(\w+)(?::-([^}]*))?\}/g, (whole, name?: string, fallback = '') => {
    if (name === undefined) return whole === '$$' ? '$' : whole;
    const value = settings[name];
    return value === undefined || value === '' ? String(fallback) : value;
  });

/** `.env.example` as somebody has filled it in. */
export const filledIn: Readonly<Record<string, string>> = {
  ...settingsIn(textOf('.env.example')),
  POSTGRES_PASSWORD: 'secret',
  REGULARS_MASTER_KEY: 'ab'.repeat(32),
  REGULARS_ADMIN_TOKEN: 'cd'.repeat(32),
};
