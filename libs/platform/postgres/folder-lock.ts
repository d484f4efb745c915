import { randomUUID } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identify, isRunning, type ProcessIdentity } from './process-identity';

const lockName = /^lock\.(\d+)$/;

/** What a released lock names. Its file stays until the next one supersedes it, so that numbers never start again. */
const nobody: ProcessIdentity = { pid: 0, startedAt: '' };

/** Another process uses the data folder. */
export class FolderInUse extends Error {
  constructor(
    readonly folder: string,
    readonly pid: number,
  ) {
    super(`The data folder ${folder} is in use by process ${pid}. Stop that server first, or choose another folder.`);
    this.name = 'FolderInUse';
  }
}

/** A data folder that this process alone may use. */
export interface FolderLock {
  release(): Promise<void>;
}

const generationsIn = async (folder: string): Promise<number[]> =>
  (await readdir(folder))
    .map((name) => Number(lockName.exec(name)?.[1] ?? NaN))
    .filter((generation) => !Number.isNaN(generation))
    .sort((a, b) => a - b);

const holderOf = async (file: string): Promise<ProcessIdentity | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
};

const tryLink = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );

/** One attempt: the number of the lock taken, or undefined when somebody else moved at the same time. */
const attempt = async (folder: string, claim: string): Promise<number | undefined> => {
  const highest = (await generationsIn(folder)).at(-1) ?? 0;
  const holder = highest === 0 ? undefined : await holderOf(join(folder, `lock.${highest}`));
  if (holder !== undefined && holder.pid !== nobody.pid && isRunning(holder)) throw new FolderInUse(folder, holder.pid);
  const mine = highest + 1;
  if (!(await tryLink(claim, join(folder, `lock.${mine}`)))) return undefined;
  const present = await generationsIn(folder);
  if (present.some((generation) => generation > mine)) {
    await rm(join(folder, `lock.${mine}`), { force: true });
    return undefined;
  }
  await Promise.all(
    present.filter((each) => each < mine).map((each) => rm(join(folder, `lock.${each}`), { force: true })),
  );
  return mine;
};

/**
 * Takes a data folder for this process, or throws {@link FolderInUse}. The lock is a file that names a process and its
 * start, so that it means nothing once that process has ended, however it ended. A left-over lock is never removed to
 * make room, since two starters could then remove each other's: the next one is created beside it, under the next
 * number and only if that number is free, and the highest number counts.
 */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  await mkdir(folder, { recursive: true });
  const self = identify(process.pid) ?? { pid: process.pid, startedAt: '' };
  const claim = join(folder, `lock-claim.${randomUUID()}`);
  await writeFile(claim, JSON.stringify(self), { mode: 0o644 });
  try {
    let taken = await attempt(folder, claim);
    while (taken === undefined) taken = await attempt(folder, claim);
    const held = join(folder, `lock.${taken}`);
    return { release: () => writeFile(held, JSON.stringify(nobody)) };
  } finally {
    await rm(claim, { force: true });
  }
};
