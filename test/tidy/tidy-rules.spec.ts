import { z } from 'zod';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { balanceOf } from './balance';
import { contextProblems, registrationProblems } from './contexts';
import { historyProblems } from './history';
import { nameProblems } from './names';
import { treeOf } from './source-tree';
import { lockProblems, wordProblems } from './words';

describe('names', () => {
  it.each([
    ['libs/account/src/index.ts', 'no barrels'],
    ['libs/account/src/domain/Lots.ts', 'kebab-case'],
    ['libs/account/src/domain/my_lots.ts', 'kebab-case'],
    ['libs/account/src/http/account.decider.ts', 'a decider does not belong here'],
    ['libs/account/src/domain/overview.projection.ts', 'a projection does not belong here'],
    ['libs/account/src/domain/book-awards.policy.spec.ts', 'a policy does not belong here'],
    ['libs/account/src/policies/helpers.ts', 'policies/ holds'],
    ['libs/account/src/read/account.controller.ts', 'a controller does not belong here'],
    ['libs/account/src/http/till.journey.spec.ts', 'a journey does not belong here'],
  ])('%s: %s', (path, problem) => {
    expect(nameProblems(treeOf({ [path]: '' }))).toEqual([expect.stringContaining(problem) as string]);
  });

  it.each([
    'libs/account/src/domain/account.decider.ts',
    'libs/account/src/policies/book-awards.policy.ts',
    'libs/account/src/policies/expire.timer.spec.ts',
    'libs/account/src/read/overview.projection.ts',
    'libs/platform/http/health.controller.ts',
    'libs/platform/event-store/postgres-event-store.int.spec.ts',
    'test/journeys/first-ticket.journey.spec.ts',
    'apps/server/src/main.ts',
  ])('%s is well named', (path) => expect(nameProblems(treeOf({ [path]: '' }))).toEqual([]));
});

describe('contexts', () => {
  it('have a page and two doors', () => {
    expect(contextProblems(treeOf({ 'libs/care/src/contract.ts': '', 'libs/platform/src/x.ts': '' }))).toEqual([
      'libs/care/README.md is missing',
      'libs/care/src/module.ts is missing',
    ]);
  });

  it('register what they have', () => {
    const policy = { 'libs/care/src/policies/a.policy.ts': 'export const bookAwards = 1;\n' };
    const imported = "import { bookAwards } from './policies/a.policy';\n";
    const unregistered = [expect.stringContaining('a.policy.ts is not registered')];
    expect(registrationProblems(treeOf(policy))).toEqual(unregistered);
    expect(registrationProblems(treeOf({ ...policy, 'libs/care/src/module.ts': imported }))).toEqual(unregistered);
    expect(registrationProblems(treeOf({ ...policy, 'libs/care/src/a.spec.ts': 'use(bookAwards)' }))).toEqual(
      unregistered,
    );
    const listed = { ...policy, 'libs/care/src/module.ts': `${imported}const policies = [bookAwards];\n` };
    expect(registrationProblems(treeOf(listed))).toEqual([]);
  });
});

describe('words', () => {
  it.each([
    ['// TODO: later', 'later'],
    ['it.only(1)', 'silences'],
    ['fdescribe(1)', 'silences'],
    ['fit(1)', 'silences'],
    ['// eslint-disable-next-line', 'exception'],
    ['// @ts-ignore', 'exception'],
    ['x as any', 'untyped'],
    ['https://registry.npmjs.org/x', 'registry'],
    ["'/home/someone/x'", 'machine'],
    ['cd /work/main', 'machine'],
  ])('"%s" is %s', (line, what) =>
    expect(wordProblems(treeOf({ 'libs/a.ts': `fine\n${line}\n` }))).toEqual([
      expect.stringMatching(new RegExp(`^libs/a.ts:2: .*${what}`)) as string,
    ]),
  );

  it.each(['/v1/members', 'a/work/b', 'fits(', 'todo', '/var/lib/postgresql', '`${folder}/tmp/x`'])(
    '"%s" is fine',
    (line) => expect(wordProblems(treeOf({ 'libs/a.ts': line }))).toEqual([]),
  );

  it('a lock file names no registry', () => {
    expect(lockProblems('{"resolved": "https://somewhere/x.tgz"}')).toHaveLength(1);
    expect(lockProblems('{"integrity": "sha512"}')).toEqual([]);
  });
});

it('counts specs and everything under test/ as tests', () => {
  const tree = treeOf({ 'libs/a.ts': '1\n2\n', 'libs/a.spec.ts': '1\n2\n3\n', 'test/b.ts': '1\n', 'README.md': '1\n' });
  expect(balanceOf(tree)).toEqual({ source: 2, tests: 4 });
});

describe('history', () => {
  const catalogue = new EventCatalogue([
    eventType('Renamed', z.object({ name: z.string() }), [({ title }) => ({ name: title })]),
  ]);
  const first = { 'Renamed.1.json': { title: 'x' } };
  const second = { 'Renamed.2.json': { name: 'x' } };

  it('is complete and decodes', () => expect(historyProblems(catalogue, { ...first, ...second })).toEqual([]));

  it.each([
    ['a missing version', first, 'Renamed.2.json is missing'],
    ['a stranger', { ...first, ...second, 'Gone.1.json': {} }, 'Gone.1.json is of no known event version'],
    ['a future version', { ...first, ...second, 'Renamed.3.json': {} }, 'Renamed.3.json is of no known event version'],
    ['a changed schema', { ...first, 'Renamed.2.json': { name: 1 } }, 'Renamed.2.json no longer decodes'],
    ['a broken upcaster', { ...second, 'Renamed.1.json': {} }, 'Renamed.1.json no longer decodes'],
    ['a lost field', { ...first, 'Renamed.2.json': { name: 'x', also: 1 } }, 'Renamed.2.json loses something'],
  ])('finds %s', (_, examples, problem) =>
    expect(historyProblems(catalogue, examples)).toEqual([expect.stringContaining(problem) as string]),
  );
});
