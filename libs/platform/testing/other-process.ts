import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Lets a bare Node load our TypeScript files as they are. Only relative imports and packages resolve there. */
const loadTypeScript = `
const { transformFileSync } = require('@swc/core');
require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file).code, file);
`;

/** Another process of ours, to be killed as processes are. */
export interface OtherProcess {
  readonly process: ChildProcess;
  /** The first line that it says; rejects with its errors when it ends without a word. */
  readonly said: Promise<string>;
  /** Ends it without giving it a chance to tidy up. */
  kill(): Promise<void>;
}

/** Runs a script in a Node of its own; `require` starts at the repository's root. */
export const otherProcess = (script: string): OtherProcess => {
  const child = spawn(process.execPath, ['-e', loadTypeScript + script], { stdio: ['ignore', 'pipe', 'pipe'] });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const ended = once(child, 'exit');
  const said = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    ended.then(
      () => reject(new Error(errors)),
      (error: unknown) => reject(error as Error),
    );
  });
  said.catch(() => undefined);
  return {
    process: child,
    said,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
};
