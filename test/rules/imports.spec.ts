import { SampleRepository } from './sample-repository';

const account = 'libs/account/src';
const from = (path: string): string => `import { it as that } from '${path}';\nexport const use = that;`;

/** [the rule that must say so, the file, its code]. */
const violations: readonly (readonly [string, string, string])[] = [
  ['river-account', `${account}/http/downstream.ts`, from('#libs/care/src/contract')],
  ['river-account', `${account}/http/side-door.ts`, from('#libs/programme/src/domain/thing')],
  [
    'river-account',
    `${account}/http/types-too.ts`,
    "import type { It } from '#libs/care/src/contract';\nexport type T = It;",
  ],
  ['river-organisation', 'libs/organisation/src/http/up.ts', from('#libs/members/src/contract')],
  ['river-account-tests', `${account}/http/reach.spec.ts`, from('#libs/care/src/contract')],
  ['pure-core-account', `${account}/domain/own-shell.ts`, from('../http/fine')],
  [
    'pure-core-account',
    `${account}/domain/framework.ts`,
    "import { Injectable } from '@nestjs/common';\nexport const use = Injectable;",
  ],
  [
    'pure-core-account',
    `${account}/domain/node.ts`,
    "import { readFileSync } from 'node:fs';\nexport const use = readFileSync;",
  ],
  ['pure-core-account', `${account}/policies/shell.ts`, from('#libs/platform/runtime/command-runner')],
  ['pure-core-reaches-no-framework', `${account}/domain/own-shell.ts`, from('../http/fine')],
  ['domain-before-policies-account', `${account}/domain/backwards.ts`, from('../policies/ok')],
  ['no-circular', `${account}/http/round-too.ts`, from('./round')],
  ['no-unresolvable', `${account}/http/nowhere.ts`, from('#libs/account/src/http/no-such-file')],
  ['two-doors', 'apps/server/src/window.ts', from('#libs/programme/src/domain/thing')],
  ['two-doors', 'test/journeys/window.ts', from('#libs/programme/src/domain/thing')],
  ['module-only-for-apps', `${account}/http/module.ts`, from('#libs/account/src/module')],
  ['two-doors', 'libs/composition/window.ts', from('#libs/programme/src/domain/thing')],
  ['composition-is-for-apps', `${account}/http/all.ts`, from('#libs/composition/all')],
  ['contract-stays-light', `${account}/contract.ts`, from('./http/fine')],
  [
    'kernel-is-pure',
    'libs/platform/kernel/heavy.ts',
    "import { readFileSync } from 'node:fs';\nexport const use = readFileSync;",
  ],
  ['platform-knows-no-business', 'libs/platform/runtime/business.ts', from('#libs/programme/src/contract')],
  ['read-never-writes', `${account}/read/writes.ts`, from('#libs/platform/runtime/command-runner')],
  ['drivers-in-adapters', `${account}/http/driver.ts`, "import { Pool } from 'pg';\nexport const use = Pool;"],
  [
    'typeorm-for-read-models',
    `${account}/http/orm.ts`,
    "import { Entity } from 'typeorm';\nexport const use = Entity;",
  ],
  ['libs-know-no-app', `${account}/http/app.ts`, from('../../../../apps/server/src/main')],
  ['apps-stand-alone', 'apps/cli/src/neighbour.ts', from('../../server/src/main')],
  ['no-tests-in-the-product', `${account}/http/tested.ts`, from('./helper.spec')],
  [
    'no-dev-dependencies-in-the-product',
    `${account}/http/dev.ts`,
    "import fc from 'fast-check';\nexport const use = fc;",
  ],
  ['declared-dependencies', `${account}/http/stray.ts`, "import { v4 } from 'uuid';\nexport const use = v4;"],
  ['has-a-spec', `${account}/domain/lonely.decider.ts`, 'export const it = 1;'],
  ['has-a-spec', `${account}/read/lonely.projection.ts`, 'export const it = 1;'],
  ['has-a-spec', `${account}/policies/lonely.policy.ts`, 'export const it = 1;'],
  ['has-a-spec', `${account}/policies/lonely.timer.ts`, 'export const it = 1;'],
];

/** Files that the ones above and below lead to, and imports that are fine. */
const fine: readonly (readonly [string, string])[] = [
  ['libs/platform/kernel/pure.ts', "import { z } from 'zod';\nexport const it = z;"],
  ['libs/platform/runtime/command-runner.ts', from('#libs/platform/kernel/pure')],
  ['libs/platform/postgres/pool.ts', "import { Pool } from 'pg';\nexport const it = Pool;"],
  ['libs/programme/src/domain/thing.ts', from('#libs/platform/kernel/pure')],
  ['libs/programme/src/contract.ts', "export { use as it } from './domain/thing';"],
  ['libs/members/src/contract.ts', 'export const it = 1;'],
  ['libs/care/src/contract.ts', 'export const it = 1;\nexport type It = 1;'],
  [`${account}/domain/tested.decider.ts`, from('#libs/programme/src/contract')],
  [`${account}/domain/tested.spec.ts`, from('./tested.decider')],
  [`${account}/policies/ok.ts`, from('../domain/tested.decider')],
  [`${account}/http/fine.ts`, "import { Injectable } from '@nestjs/common';\nexport const it = Injectable;"],
  [`${account}/http/round.ts`, "import { use } from './round-too';\nexport const it = use;"],
  [`${account}/http/helper.spec.ts`, 'export const it = 1;'],
  [`${account}/module.ts`, from('./http/fine')],
  ['libs/composition/all.ts', "import { use } from '#libs/account/src/module';\nexport const it = use;"],
  ['apps/server/src/main.ts', "import { use } from '#libs/account/src/module';\nexport const it = use;"],
];

interface Report {
  readonly summary: {
    readonly violations: readonly { readonly from: string; readonly rule: { readonly name: string } }[];
  };
}

let repository: SampleRepository;
let found: readonly string[];

beforeAll(() => {
  repository = new SampleRepository(['.dependency-cruiser.cjs']);
  for (const [path, code] of fine) repository.write(path, code);
  for (const [, path, code] of violations) repository.write(path, code);
  const text = repository.run('depcruise', 'apps', 'libs', 'test', '--output-type', 'json');
  found = (JSON.parse(text) as Report).summary.violations.map(({ rule, from: file }) => `${rule.name} ${file}`);
}, 240_000);
afterAll(() => repository.remove());

it.each(violations)('%s finds %s', (rule, path) => expect(found).toContain(`${rule} ${path}`));

it('finds nothing wrong with the rest', () => {
  const blameless = fine.map(([path]) => path);
  expect(found.filter((violation) => blameless.some((path) => violation.endsWith(` ${path}`)))).toEqual([]);
});
