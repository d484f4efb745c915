import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process on this machine, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own terms; the same text for as long as the process lives. */
  readonly startedAt: string;
}

/** On Linux the 22nd field of `stat` counts ticks since boot. The name in brackets before may contain anything. */
const startOnLinux = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === 'Z' || state === 'X') throw new Error('the process has ended');
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return `${boot} ${fields[18] ?? ''}`;
};

const startElsewhere = (pid: number): string =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();

/** The process with this number, or undefined when there is none (one that ended but was not collected counts as none). */
export const identify = (pid: number): ProcessIdentity | undefined => {
  try {
    return { pid, startedAt: process.platform === 'linux' ? startOnLinux(pid) : startElsewhere(pid) };
  } catch {
    return undefined;
  }
};

/** Whether exactly this process still runs. */
export const isRunning = (one: ProcessIdentity): boolean => identify(one.pid)?.startedAt === one.startedAt;
