import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { readConfig, type Config } from '#libs/platform/app/config';
import type { Foundation } from '#libs/platform/app/foundation';
import { readAccess } from '#libs/platform/postgres/cluster';
import { inLanes } from '#libs/platform/runtime/dispatch';
import { serverFlags } from '#libs/platform/runtime/node-flags';
import { builtProgram } from '../built-program';
import { ImportDesk } from '../import/desk';
import { withFoundation, withWorkplace, type Workplace } from '../workplace';
import type { MillTill, TicketMill } from './ticket-mill';
import { WrongResult } from './wrong-result';

/** A till with its token. */
export interface SignedTill extends MillTill {
  readonly token: string;
}

/** The server as a process of its own on its own PostgreSQL. */
export interface BenchServer {
  readonly url: string;
  readonly pid: number;
  /** Connection string of its PostgreSQL, for another database of the same server too. */
  databaseUrl(name?: string): string;
  readonly adminToken: string;
}

const stores = ['S1', 'S2', 'S3', 'S4'];
const tillId = 'T0';
const atOnce = 256;

const settings = (folder: string): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  HOME: process.env['HOME'],
  PORT: '0',
  REGULARS_DATA_DIR: folder,
  REGULARS_DEMO: 'off',
});

const configIn = (folder: string): Config => {
  const config = readConfig(settings(folder));
  if ('errors' in config) throw new Error(config.errors.join(' '));
  return config;
};

/** Opens a data folder as a command does that has just been started, with nothing in memory and nothing under way. */
export const reopened = <T>(
  folder: string,
  signal: AbortSignal,
  work: (foundation: Foundation) => Promise<T>,
): Promise<T> => withFoundation({ config: configIn(folder), signal }, work);

/** A club that was just founded, with what works on it. */
export interface FoundedClub {
  readonly desk: ImportDesk;
  readonly workplace: Workplace;
}

/** Fills an empty data folder: stores, the auto club's programme, so many members, and what policies make of them. */
export const withClub = async <T>(
  folder: string,
  members: readonly string[],
  { signal, onProgress = () => undefined }: { signal: AbortSignal; onProgress?: (enrolled: number) => void },
  work: (club: FoundedClub) => Promise<T>,
): Promise<T> => {
  return withWorkplace({ config: configIn(folder), signal }, async (workplace) => {
    const desk = new ImportDesk(workplace);
    const chain = { timeZone: 'Australia/Melbourne', currency: 'AUD', preset: 'auto-club' } as const;
    await desk.prepare(
      { ...chain, storeIds: stores, tills: stores.map((storeId) => ({ storeId, tillId })) },
      Date.now(),
    );
    const occurredAt = new Date(Date.now() - 86_400_000).toISOString();
    let enrolled = 0;
    await inLanes(
      members,
      (memberId) => memberId,
      atOnce,
      async (memberId) => {
        const refused = await desk.enrol({ memberId, storeId: 'S1', occurredAt });
        if (refused !== undefined) throw new Error(`${memberId} could not be enrolled.`);
        onProgress((enrolled += 1));
      },
    );
    await workplace.reacted();
    return work({ desk, workplace });
  });
};

/** Books tickets of a mill in this process, many at once. */
export const bookTickets = (
  desk: ImportDesk,
  mill: TicketMill,
  tickets: number,
  onProgress: (booked: number) => void,
): Promise<void> => {
  const made = Array.from({ length: tickets }, (_, index) =>
    mill.next({ storeId: stores[index % stores.length] ?? 'S1', tillId }, new Date()),
  );
  let booked = 0;
  return inLanes(
    made,
    ({ memberId }) => memberId,
    atOnce,
    async (ticket) => {
      const { kind } = await desk.book(ticket);
      if (kind !== 'booked') throw new WrongResult(`a ticket was ${kind}.`);
      onProgress((booked += 1));
    },
  );
};

/** Runs the server on a folder for as long as the work takes. */
export const withBenchServer = async <T>(folder: string, work: (server: BenchServer) => Promise<T>): Promise<T> => {
  const child = spawn(process.execPath, [...serverFlags, builtProgram('server')], {
    env: settings(folder),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const found = /serves at (\S+)/.exec(said)?.[1];
        if (found !== undefined) resolve(found);
      });
      child.once('exit', () => reject(new Error(`The server did not start. ${said}`)));
    });
    const access = await readAccess(folder);
    if (access === undefined || child.pid === undefined) throw new Error('The server has no PostgreSQL of its own.');
    const databaseUrl = (name = 'regulars'): string =>
      `postgres://${access.user}:${access.password}@127.0.0.1:${access.port}/${name}`;
    const adminToken = (await readFile(join(folder, 'admin-token'), 'utf8')).trim();
    return await work({ url, pid: child.pid, databaseUrl, adminToken });
  } finally {
    child.kill('SIGTERM');
    await exited;
  }
};

/** Registers so many tills, spread over the stores. */
export const registerTills = async ({ url, adminToken }: BenchServer, count: number): Promise<readonly SignedTill[]> =>
  Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const storeId = stores[index % stores.length] ?? 'S1';
      const tillId = `T${index + 1}`;
      const reply = await fetch(`${url}/v1/stores/${storeId}/tills`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${adminToken}`,
          'content-type': 'application/json',
          'idempotency-key': `till-${index}`,
        },
        body: JSON.stringify({ tillId }),
      });
      const { token } = (await reply.json()) as { token?: string };
      if (token === undefined) throw new Error(`Till ${tillId} could not be registered: ${reply.status}.`);
      return { storeId, tillId, token };
    }),
  );

/** Memory that a process holds, bytes; NaN where the system does not tell. */
export const memoryOf = async (pid: number): Promise<number> => {
  const text = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? NaN) * 1024;
};

/** Waits until every read model holds the whole log; answers how long that took, seconds. */
export const catchUp = async (pool: Pool): Promise<number> => {
  const startedAt = performance.now();
  for (;;) {
    const { rows } = await pool.query<{ readonly behind: boolean }>(
      `SELECT EXISTS (
         SELECT FROM read.checkpoints c, (SELECT xid, position FROM log.events ORDER BY xid DESC, position DESC LIMIT 1) h
         WHERE c.name NOT LIKE 'policy:%' AND (c.xid, c.position) < (h.xid::text::bigint, h.position)) AS behind`,
    );
    if (rows[0]?.behind !== true) return (performance.now() - startedAt) / 1000;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};
