import type { DataSource, QueryRunner } from 'typeorm';
import type { Wakeable } from '#libs/platform/runtime/wakeable';
import type { Sql } from './table-plan';

const askAgainMs = 250;

/** A connection that holds named locks for as long as it lives: what is done over it, one process at a time does. */
export interface LockedConnection {
  readonly connection: QueryRunner;
  release(): Promise<void>;
}

/** Gives the connection back as it was: neither locks nor settings may follow it into the pool. */
const giveBack = async (connection: QueryRunner): Promise<void> => {
  await connection.query('SELECT pg_advisory_unlock_all()').catch(() => undefined);
  await connection.query('RESET ALL').catch(() => undefined);
  await connection.release();
};

/** Takes all these locks on a connection of its own; `undefined` when somebody has one of them. */
export const tryLock = async (source: DataSource, names: readonly string[]): Promise<LockedConnection | undefined> => {
  const connection = source.createQueryRunner();
  try {
    await connection.connect();
    for (const name of [...names].sort()) {
      const text = 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken';
      const [row] = (await connection.query(text, [`regulars:${name}`])) as { readonly taken: boolean }[];
      if (row?.taken === true) continue;
      await giveBack(connection);
      return undefined;
    }
    return { connection, release: () => giveBack(connection) };
  } catch (error) {
    await giveBack(connection);
    throw error;
  }
};

/**
 * Takes a named lock until the end of the transaction, after whoever asked before. Any number may have it shared; one
 * that has it exclusively has it alone.
 */
export const transactionLock = (name: string, mode: 'shared' | 'exclusive'): Sql => ({
  text: `SELECT pg_advisory_xact_lock${mode === 'shared' ? '_shared' : ''}(hashtextextended($1, 0))`,
  values: [`regulars:${name}`],
});

/** Held by whoever puts a table in another's place, and shared by those who write tables from several processes. */
export const swapLock = 'swap';

/** Waits for a lock until the wait is ended from outside; then `undefined`. */
export const waitForLock = async (
  source: DataSource,
  name: string,
  wait: Wakeable,
): Promise<LockedConnection | undefined> => {
  while (!wait.ended) {
    const lock = await tryLock(source, [name]);
    if (lock !== undefined) return lock;
    await wait.pause(askAgainMs);
  }
  return undefined;
};
