import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a repository by their paths from its root, with `/` between folders. */
export interface SourceTree {
  readonly paths: readonly string[];
  /** The text of one of them. */
  read(path: string): string;
}

const notOurs = new Set([
  'node_modules',
  'dist',
  'dist.next',
  'data',
  'coverage',
  '.cache',
  '.git',
  '.idea',
  '.vscode',
]);

/** What lies in a folder, without what is installed, built or kept by tools. */
export const treeAt = (root: string): SourceTree => {
  const below = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      if (notOurs.has(entry.name)) return [];
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      return entry.isDirectory() ? below(path) : [path];
    });
  return { paths: below('').sort(), read: (path) => readFileSync(join(root, path), 'utf8') };
};

/** A tree made of texts. */
export const treeOf = (files: Readonly<Record<string, string>>): SourceTree => ({
  paths: Object.keys(files),
  read: (path) => files[path] ?? '',
});

/** TypeScript of the product and its tests. */
export const isCode = (path: string): boolean => /^(apps|libs|test)\/.*\.tsx?$/.test(path);

/** Specs, what only specs use (`testing/`, never built into the product), and everything under `test/`. */
export const isTest = (path: string): boolean =>
  /\.spec\.tsx?$/.test(path) || path.includes('/testing/') || path.startsWith('test/');

/** The contexts with a folder under `libs/`. */
export const contextsOf = (tree: SourceTree): readonly string[] => {
  const folders = tree.paths.flatMap((path) => /^libs\/([^/]+)\/src\//.exec(path)?.[1] ?? []);
  return [...new Set(folders)].filter((folder) => folder !== 'platform');
};
