import { dirname, join } from 'node:path';
import { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { balanceOf } from './tidy/balance';
import { contextProblems, registrationProblems } from './tidy/contexts';
import { historyProblems, type StoredExamples } from './tidy/history';
import { nameProblems } from './tidy/names';
import { treeAt } from './tidy/source-tree';
import { lockProblems, wordProblems } from './tidy/words';

const root = dirname(__dirname);
const tree = treeAt(root);

/** `libs/account/src/domain/account.events.ts` with its catalogue `accountEvents`, where a file exports one. */
const catalogues = tree.paths
  .filter((path) => /^libs\/[^/]+\/src\/domain\/.*\.events\.ts$/.test(path))
  .flatMap((path) => {
    const exported = Object.values(jest.requireActual<Record<string, unknown>>(join(root, path)));
    return exported.filter((value) => value instanceof EventCatalogue).map((catalogue) => [path, catalogue] as const);
  });

const examplesBeside = (events: string): StoredExamples => {
  const folder = events.replace(/\.events\.ts$/, '.history/');
  const files = tree.paths.filter((path) => path.startsWith(folder));
  return Object.fromEntries(
    files.map((path) => [path.slice(folder.length), JSON.parse(tree.read(path)) as Record<string, unknown>]),
  );
};

it('names match their folders, and there are no barrels', () => expect(nameProblems(tree)).toEqual([]));

it('each context has its page and its two doors', () => expect(contextProblems(tree)).toEqual([]));

it('everything that must be registered is', () => expect(registrationProblems(tree)).toEqual([]));

it('nothing stands in it that does not belong', () => {
  expect(wordProblems(tree)).toEqual([]);
  expect(lockProblems(tree.read('package-lock.json'))).toEqual([]);
});

it('there are catalogues of events', () => expect(catalogues.length).toBeGreaterThan(0));

it.each(catalogues)('every version of every event in %s is kept and decodes', (path, catalogue) =>
  expect(historyProblems(catalogue, examplesBeside(path))).toEqual([]),
);

it('tests have at least as many lines as what they test', () => {
  const { source, tests } = balanceOf(tree);
  process.stdout.write(`Lines: source ${source}, tests ${tests}.\n`);
  expect(tests).toBeGreaterThanOrEqual(source);
});
