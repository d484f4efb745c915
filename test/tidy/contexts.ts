import { contextsOf, isTest, type SourceTree } from './source-tree';

/** Contexts without a page about themselves, or without one of their two doors. */
export const contextProblems = (tree: SourceTree): readonly string[] =>
  contextsOf(tree).flatMap((context) =>
    ['README.md', 'src/contract.ts', 'src/module.ts']
      .map((file) => `libs/${context}/${file}`)
      .filter((path) => !tree.paths.includes(path))
      .map((path) => `${path} is missing`),
  );

const registered = /\.(controller|handler|projection|policy|timer)\.ts$/;
const declared = /^export (?:abstract )?(?:class|const) (\w+)/gm;
const importStatement = /^import\b[^;]*;/gm;

/** Controllers, handlers, projections, policies and timers that no list of their context names. */
export const registrationProblems = (tree: SourceTree): readonly string[] =>
  contextsOf(tree).flatMap((context) => {
    const product = tree.paths.filter((path) => path.startsWith(`libs/${context}/src/`) && !isTest(path));
    const used = (name: string, except: string): boolean =>
      product
        .filter((path) => path !== except)
        .some((path) => new RegExp(`\\b${name}\\b`).test(tree.read(path).replaceAll(importStatement, '')));
    return product
      .filter((path) => registered.test(path))
      .filter((path) => ![...tree.read(path).matchAll(declared)].some(([, name = '']) => used(name, path)))
      .map((path) => `${path} is not registered: nothing in the context lists what it exports`);
  });
