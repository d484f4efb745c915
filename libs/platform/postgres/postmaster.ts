import { readFile, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { partsOf } from './cluster';
import { identify, isRunning, type ProcessIdentity } from './process-identity';

/** How long a server may take to end by each signal. */
export interface StopPatience {
  readonly orderlyMs: number;
  readonly quickMs: number;
}

const defaultPatience: StopPatience = { orderlyMs: 30_000, quickMs: 10_000 };
const pollMs = 15;

/** A folder by its one true name, whatever links lead there; by the given name where there is none. */
const trueName = (folder: string): Promise<string> => realpath(folder).catch(() => resolve(folder));

interface Noted {
  readonly server: ProcessIdentity;
  readonly isReady: boolean;
}

/** What `postmaster.pid` says, in one look: a server that starts takes the place of what a killed one has left there. */
const notedIn = async (folder: string): Promise<Noted | undefined> => {
  const { cluster, postmaster } = partsOf(folder);
  const lines = (await readFile(postmaster, 'utf8').catch(() => '')).split('\n');
  const [pidLine, folderLine] = lines;
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 1 || folderLine === undefined) return undefined;
  if ((await trueName(folderLine)) !== (await trueName(cluster))) return undefined;
  const server = identify(pid);
  if (server === undefined) return undefined;
  const noted = { server, isReady: lines[7]?.trim() === 'ready' };
  if (process.platform !== 'linux') return noted;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes(folderLine) ? noted : undefined;
};

/** The process numbered in `postmaster.pid`, if it still is a server of this very cluster. */
export const postmasterOf = async (folder: string): Promise<ProcessIdentity | undefined> =>
  (await notedIn(folder))?.server;

/** The same, if it takes connections as far as it has written so itself. */
export const readyPostmasterOf = async (folder: string): Promise<ProcessIdentity | undefined> => {
  const noted = await notedIn(folder);
  return noted?.isReady === true ? noted.server : undefined;
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended already, which is what was wanted.
  }
};

/** Sends a signal, and waits so long for the process to end. */
const endedBy = async (server: ProcessIdentity, name: NodeJS.Signals, patienceMs: number): Promise<boolean> => {
  if (isRunning(server)) signal(server.pid, name);
  for (const deadline = Date.now() + patienceMs; isRunning(server); await sleep(pollMs))
    if (Date.now() > deadline) return false;
  return true;
};

/**
 * Ends a server in order: sessions are cut, a checkpoint is written. After a while it is told to drop everything, and one
 * that hears no signal (stopped, or stuck in the kernel) is killed: PostgreSQL recovers from that at its next start.
 */
export const shutDown = async (server: ProcessIdentity, patience = defaultPatience): Promise<void> => {
  if (await endedBy(server, 'SIGINT', patience.orderlyMs)) return;
  if (await endedBy(server, 'SIGQUIT', patience.quickMs)) return;
  await endedBy(server, 'SIGKILL', Infinity);
};
