import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What is built of each program. */
const partsOf = (app: string): string => join('apps', app, 'src', 'main.js');

/**
 * The built program of an app: beside this one where this one is built, else in the repository's `dist`. Throws where
 * nothing is built.
 */
export const builtProgram = (app: 'server' | 'cli' | 'relay' | 'worker', from = __dirname): string => {
  for (const folder of [from, join(from, 'dist')]) {
    const program = join(folder, partsOf(app));
    if (existsSync(program)) return program;
  }
  if (dirname(from) === from) throw new Error(`The program ${app} is not built: run "npm run build" first.`);
  return builtProgram(app, dirname(from));
};
