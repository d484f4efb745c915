import { isCode, isTest, type SourceTree } from './source-tree';

/** How much of the code is tests, in lines. */
export interface Balance {
  readonly source: number;
  readonly tests: number;
}

/** Lines of the product and of its tests: specs, their helpers, and everything under `test/`. */
export const balanceOf = (tree: SourceTree): Balance => {
  const lines = (paths: readonly string[]): number =>
    paths.reduce((sum, path) => sum + tree.read(path).split('\n').length - 1, 0);
  const code = tree.paths.filter(isCode);
  return { source: lines(code.filter((path) => !isTest(path))), tests: lines(code.filter(isTest)) };
};
