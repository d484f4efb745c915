import { isCode, type SourceTree } from './source-tree';

const wellNamed = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.tsx?$/;

/** Where files of a role belong. */
const homes: Readonly<Record<string, RegExp>> = {
  decider: /^libs\/[^/]+\/src\/domain\//,
  commands: /^libs\/[^/]+\/src\/domain\//,
  events: /^libs\/[^/]+\/src\/domain\//,
  policy: /^libs\/[^/]+\/src\/policies\//,
  timer: /^libs\/[^/]+\/src\/policies\//,
  projection: /^libs\/[^/]+\/src\/read\//,
  entity: /^libs\/[^/]+\/src\/read\//,
  controller: /^(libs\/([^/]+\/src|platform)\/http|apps\/[^/]+\/src)\//,
  journey: /^test\/journeys\//,
};

/** File names that say something else than their folder, or are no names of ours. */
export const nameProblems = (tree: SourceTree): readonly string[] =>
  tree.paths.filter(isCode).flatMap((path) => {
    const name = path.slice(path.lastIndexOf('/') + 1);
    if (name.startsWith('index.')) return [`${path}: no barrels`];
    if (!wellNamed.test(name)) return [`${path}: names are kebab-case with a role as suffix`];
    return [...misplaced(path, name), ...strangers(path, name)];
  });

const misplaced = (path: string, name: string): readonly string[] =>
  name
    .split('.')
    .slice(1, -1)
    .filter((role) => homes[role]?.test(path) === false)
    .map((role) => `${path}: a ${role} does not belong here`);

const strangers = (path: string, name: string): readonly string[] =>
  /^libs\/[^/]+\/src\/policies\//.test(path) && !/\.(policy|timer|spec)\.ts$/.test(name) && !path.includes('/testing/')
    ? [`${path}: policies/ holds *.policy.ts and *.timer.ts`]
    : [];
