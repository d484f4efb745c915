import { SampleRepository } from './sample-repository';

const core = 'libs/account/src/domain';
const shell = 'libs/account/src/http';
const lines = (count: number, text = '// a line\n'): string => text.repeat(count);
const arms = (count: number): string =>
  Array.from({ length: count }, (_, index) => `  if (n === ${index}) return ${index};\n`).join('');

/** [what is wrong, the rule that must say so, where, the code]. */
const violations: readonly (readonly [string, string, string, string])[] = [
  ['a default export', 'no-restricted-syntax', shell, 'export default 1;'],
  ['a barrel', 'no-restricted-syntax', shell, "export * from './clean';"],
  ['a file of 251 lines', 'max-lines', shell, `${lines(250)}export const one = 1;\n`],
  ['a function of 61 lines', 'max-lines-per-function', shell, `export const f = () => {\n${lines(60)}};\n`],
  ['11 branches', 'complexity', shell, `export const f = (n: number) => {\n${arms(11)}  return -1;\n};`],
  ['5 parameters', 'max-params', shell, 'export const f = (a: 1, b: 2, c: 3, d: 4, e: 5) => [a, b, c, d, e];'],
  ['any', '@typescript-eslint/no-explicit-any', shell, 'export const f = (x: unknown) => x as any;'],
  [
    'an assertion that something is there',
    '@typescript-eslint/no-non-null-assertion',
    shell,
    'export const f = (x?: 1) => x!;',
  ],
  [
    'a promise nobody waits for',
    '@typescript-eslint/no-floating-promises',
    shell,
    'export const f = () => { Promise.resolve(); };',
  ],
  [
    'a forgotten case',
    '@typescript-eslint/switch-exhaustiveness-check',
    shell,
    "export const f = (x: 'a' | 'b') => { switch (x) { case 'a': return 1; } return 2; };",
  ],
  [
    'a fold with a default',
    'no-restricted-syntax',
    core,
    "export const evolve = (s: number, e: 'a' | 'b') => { switch (e) { case 'a': return s + 1; default: return s; } };",
  ],
  [
    'a type imported as a value',
    '@typescript-eslint/consistent-type-imports',
    shell,
    "import { Readable } from 'node:stream';\nexport const f = (x: Readable) => x;",
  ],
  [
    'an excuse in a comment',
    'max-params',
    shell,
    '/* eslint-disable */\nexport const f = (a: 1, b: 2, c: 3, d: 4, e: 5) => [a, b, c, d, e];',
  ],
  [
    'facts on an in-memory bus',
    'no-restricted-imports',
    shell,
    "import { EventBus } from '@nestjs/cqrs';\nexport const f = EventBus;",
  ],
  [
    'a read model with a command bus',
    'no-restricted-imports',
    'libs/account/src/read',
    "import { CommandBus } from '@nestjs/cqrs';\nexport const f = CommandBus;",
  ],
  ['async in the core', 'no-restricted-syntax', core, 'export const f = async () => { await Promise.resolve(1); };'],
  ['a throw in the core', 'no-restricted-syntax', core, "export const f = () => { throw new Error('no'); };"],
  ['an enum in the core', 'no-restricted-syntax', core, 'export enum Colour { Red }'],
  ['new Date() in the core', 'no-restricted-syntax', core, 'export const f = () => new Date();'],
  ['Date() in the core', 'no-restricted-syntax', core, 'export const f = () => Date();'],
  ['Date.now in the core', 'no-restricted-properties', core, 'export const f = () => Date.now();'],
  ['Math.random in the core', 'no-restricted-properties', core, 'export const f = () => Math.random();'],
  ['the environment in the core', 'no-restricted-globals', core, 'export const f = () => process.pid;'],
  ['a timer in the core', 'no-restricted-globals', core, 'export const f = () => setTimeout(() => 1, 1);'],
  [
    'a throw in a policy',
    'no-restricted-syntax',
    'libs/account/src/policies',
    "export const f = () => { throw new Error('no'); };",
  ],
];

/** [what is fine, where, the code]. */
const fine: readonly (readonly [string, string, string])[] = [
  [
    'a table over a closed union',
    shell,
    `export const f = (x: ${'abcdefghijkl'
      .split('')
      .map((c) => `'${c}'`)
      .join('|')}) => {\n  switch (x) {\n${'abcdefghijkl'
      .split('')
      .map((c) => `    case '${c}': return 1;\n`)
      .join('')}  }\n};`,
  ],
  [
    'a default where most cases are alike',
    core,
    "export const f = (x: 'a' | 'b' | 'c') => { switch (x) { case 'a': return 1; default: return 0; } };",
  ],
  [
    'a date made of a number in the core',
    core,
    'export const f = (instant: number) => new Date(instant).toISOString();',
  ],
  [
    'async, throw and now in the shell',
    shell,
    "export const f = async () => { await Promise.resolve(Date.now()); throw new Error('no'); };",
  ],
  [
    'a class that Nest injects, imported as a value',
    shell,
    "import { Injectable } from '@nestjs/common';\nimport { Readable } from 'node:stream';\n@Injectable()\nexport class A { constructor(readonly from: Readable) {} }",
  ],
];

interface LintedFile {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

let repository: SampleRepository;
let linted: readonly LintedFile[];
const fileOf = (folder: string, kind: string, index: number): string => `${folder}/${kind}-${index}.ts`;
const rulesAt = (path: string): readonly (string | null)[] =>
  linted.find(({ filePath }) => filePath.endsWith(path))?.messages.map(({ ruleId }) => ruleId) ?? ['not linted'];

beforeAll(() => {
  repository = new SampleRepository(['eslint.config.mjs']);
  violations.forEach(([, , folder, code], index) => repository.write(fileOf(folder, 'bad', index), code));
  fine.forEach(([, folder, code], index) => repository.write(fileOf(folder, 'fine', index), code));
  repository.write(`${shell}/clean.ts`, 'export const clean = 1;');
  linted = JSON.parse(repository.run('eslint', '--format', 'json', 'libs')) as LintedFile[];
}, 240_000);
afterAll(() => repository.remove());

it.each(violations.map(([what, rule, folder], index) => [what, rule, fileOf(folder, 'bad', index)] as const))(
  '%s is refused by %s',
  (_, rule, path) => expect(rulesAt(path)).toContain(rule),
);

it.each(fine.map(([what, folder], index) => [what, fileOf(folder, 'fine', index)] as const))(
  '%s is allowed',
  (_, path) => expect(rulesAt(path)).toEqual([]),
);
