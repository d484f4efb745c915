import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';

const root = dirname(dirname(__dirname));
const program = join(root, 'dist', 'apps', 'cli', 'src', 'main.js');

/** Runs `regulars …` with the settings of a server or of a chain's services; answers the exit code and what was printed. */
export const regulars = (
  { environment }: { readonly environment: NodeJS.ProcessEnv },
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly text: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [program, ...args],
      { cwd: root, env: environment, encoding: 'utf8', timeout: 300_000 },
      (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code ?? -1), text: stdout + stderr }),
    );
  });
