import { execFile, type SpawnOptions } from 'node:child_process';
import { chown, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const accountName = 'postgres';

/** How to start a program of PostgreSQL: by whom, and through which command. */
export interface PostgresAccount {
  /** The command line that runs `program` with `args`, and the options to spawn it with. */
  command(program: string, args: readonly string[]): { file: string; args: string[]; options: SpawnOptions };
  /** Gives a file or folder to the account that PostgreSQL runs as. */
  own(path: string): Promise<void>;
}

const ourselves: PostgresAccount = {
  command: (program, args) => ({ file: program, args: [...args], options: {} }),
  own: async () => undefined,
};

const idOf = async (flag: '-u' | '-g'): Promise<number> => Number((await run('id', [flag, accountName])).stdout);

const accountIds = async (): Promise<{ uid: number; gid: number }> => {
  try {
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  } catch {
    await run('groupadd', ['--system', '--force', accountName]);
    await run('useradd', ['--system', '--gid', accountName, '--no-create-home', '--shell', '/bin/false', accountName]);
    return { uid: await idOf('-u'), gid: await idOf('-g') };
  }
};

/** Whether any account may pass through every folder above a path. */
const reachable = async (path: string): Promise<boolean> => {
  const parent = dirname(path);
  if (((await stat(parent)).mode & 0o001) === 0) return false;
  return parent === dirname(parent) ? true : reachable(parent);
};

/**
 * The account to run PostgreSQL as, which refuses to be root: ourselves, or, for root, the system account `postgres`,
 * made when there is none. Where that account cannot pass the folders above `paths` (root's home, for example), it is
 * lent the capability to; nothing is copied and no permission changes.
 */
export const postgresAccount = async (paths: readonly string[]): Promise<PostgresAccount> => {
  if (process.getuid?.() !== 0) return ourselves;
  const { uid, gid } = await accountIds();
  const own = (path: string): Promise<void> => chown(path, uid, gid);
  const open = await Promise.all(paths.map(reachable));
  if (!open.includes(false)) {
    return { command: (program, args) => ({ file: program, args: [...args], options: { uid, gid } }), own };
  }
  const as = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const lent = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return {
    command: (program, args) => ({ file: 'setpriv', args: [...as, ...lent, '--', program, ...args], options: {} }),
    own,
  };
};
