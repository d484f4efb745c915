import { SampleRepository } from './sample-repository';

let repository: SampleRepository;
let all: string;
let production: string;

beforeAll(() => {
  repository = new SampleRepository(['knip.json', '.prettierrc.json']);
  const parts = "import { z } from 'zod';\nexport const used = z;\nexport const tested = 1;\nexport const dead = 1;\n";
  repository.write('libs/care/src/parts.ts', parts);
  repository.write('libs/care/src/parts.spec.ts', "import { tested } from './parts';\nit('is', () => tested);\n");
  repository.write('libs/care/src/forgotten.ts', 'export const forgotten = 1;\n');
  repository.write('libs/care/src/testing/helper.ts', 'export const helper = 1;\n');
  repository.write(
    'libs/care/src/helped.spec.ts',
    "import { helper } from './testing/helper';\nit('is', () => helper);\n",
  );
  repository.write('libs/care/src/contract.ts', 'export type Offered = 1;\n');
  repository.write('apps/server/src/main.ts', "import { used } from '#libs/care/src/parts';\nused.string();\n");
  repository.write('jest.config.cjs', "module.exports = { testRegex: '\\\\.spec\\\\.ts$' };\n");
  all = repository.run('knip', '--no-config-hints', '--reporter', 'compact');
  production = repository.run(
    'knip',
    '--production',
    '--no-config-hints',
    '--include',
    'files,exports,types',
    '--reporter',
    'compact',
  );
}, 240_000);
afterAll(() => repository.remove());

it('finds a file that nobody imports', () => expect(all).toContain('libs/care/src/forgotten.ts'));

it('finds an export that nobody imports', () => expect(all).toMatch(/parts\.ts: .*\bdead\b/));

it('finds a dependency that nobody imports', () => expect(all).toMatch(/package\.json: .*\btypeorm\b/));

it('finds what only tests import', () => {
  expect(all).not.toMatch(/parts\.ts: .*\btested\b/);
  expect(production).toMatch(/parts\.ts: .*\btested\b/);
});

it('leaves alone what is used, what a contract offers, and helpers of tests', () => {
  for (const report of [all, production]) {
    expect(report).not.toMatch(/\bused\b|contract\.ts/);
    expect(report).not.toContain('testing/helper.ts');
  }
});

it('the types of values from lists and maps are checked strictly', () => {
  repository.write('libs/care/src/loose.ts', 'export const first = (list: readonly string[]): string => list[0];\n');
  expect(repository.run('tsc', '-p', 'tsconfig.json', '--noEmit')).toMatch(/libs\/care\/src\/loose\.ts.*TS2322/);
});

it('the format of files is checked', () => {
  repository.write('libs/care/src/ugly.ts', 'export const ugly = "double"\n');
  expect(repository.run('prettier', '--list-different', 'libs')).toContain('libs/care/src/ugly.ts');
});
