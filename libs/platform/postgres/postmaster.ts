import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { partsOf } from './cluster';
import { identify, isRunning, type ProcessIdentity } from './process-identity';

const stopTimeoutMs = 30_000;
const pollMs = 15;

/** The process numbered in `postmaster.pid`, if it still is a server of this very cluster. */
export const postmasterOf = async (folder: string): Promise<ProcessIdentity | undefined> => {
  const { cluster, postmaster } = partsOf(folder);
  const [pidLine, folderLine] = (await readFile(postmaster, 'utf8').catch(() => '')).split('\n');
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 1 || folderLine === undefined || resolve(folderLine) !== resolve(cluster)) {
    return undefined;
  }
  const found = identify(pid);
  if (found === undefined || process.platform !== 'linux') return found;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes(cluster) ? found : undefined;
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already, which is what was wanted.
  }
};

/** Ends a server in order: sessions are cut, a checkpoint is written. After a while it is told to drop everything. */
export const shutDown = async (server: ProcessIdentity): Promise<void> => {
  if (isRunning(server)) signal(server.pid, 'SIGINT');
  const patience = Date.now() + stopTimeoutMs;
  while (isRunning(server)) {
    if (Date.now() > patience) signal(server.pid, 'SIGQUIT');
    await sleep(pollMs);
  }
};

/** Whether the server of a data folder takes connections, as far as it has written so. */
export const isReady = async (folder: string): Promise<boolean> => {
  const lines = (await readFile(partsOf(folder).postmaster, 'utf8').catch(() => '')).split('\n');
  return lines[7]?.trim() === 'ready';
};
