import type { SourceTree } from './source-tree';

const text = /(\.(ts|tsx|js|cjs|mjs|json|md|yml|yaml|html|css|sh|example)|^\.npmrc|^\.ci\/run)$/;

/** These hold the words as examples of what must be found. */
const exempt = /^test\/(rules|tidy)\//;

const forbidden: readonly (readonly [RegExp, string])[] = [
  [/\b(TODO|FIXME)\b/, 'a note to do it later'],
  [/\b(it|test|describe)\.only\b|\b[fx](it|describe)\(/, 'a test that silences others'],
  [/@ts-(ignore|nocheck|expect-error)|eslint-disable/, 'an exception from a rule'],
  [/\bas any\b/, 'an untyped value'],
  [/registry\.npmjs|npmjs\.org|npm\.pkg\.github|verdaccio|artifactory|nexus\./i, 'the host of a registry'],
  [/(?<![\w.~$}])\/(work|home|root|Users|tmp)\/[\w.-]/, 'a path of one machine'],
];

/** Words that do not belong into a repository, with file and line. */
export const wordProblems = (tree: SourceTree): readonly string[] =>
  tree.paths
    .filter((path) => text.test(path) && path !== 'package-lock.json' && !exempt.test(path))
    .flatMap((path) =>
      tree
        .read(path)
        .split('\n')
        .flatMap((line, index) =>
          forbidden.filter(([word]) => word.test(line)).map(([, what]) => `${path}:${index + 1}: ${what}`),
        ),
    );

/** The lock file installs from any registry: it names none. */
export const lockProblems = (lock: string): readonly string[] =>
  /"resolved":/.test(lock)
    ? ['package-lock.json names where packages come from (omit-lockfile-registry-resolved)']
    : [];
