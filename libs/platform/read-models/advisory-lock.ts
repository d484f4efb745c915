import type { DataSource, QueryRunner } from 'typeorm';
import type { Wakeable } from '#libs/platform/runtime/wakeable';

const askAgainMs = 250;

/** A connection that holds a named lock for as long as it lives: what is done over it, one process at a time does. */
export interface LockedConnection {
  readonly connection: QueryRunner;
  release(): Promise<void>;
}

const keyOf = (name: string): string => `regulars:${name}`;

/** Settings made on the connection must not follow it back into the pool. */
const releaseOf = (connection: QueryRunner, name: string) => async (): Promise<void> => {
  await connection.query('SELECT pg_advisory_unlock(hashtextextended($1, 0))', [keyOf(name)]).catch(() => undefined);
  await connection.release();
};

/** Takes a lock on a connection of its own if nobody has it; `undefined` when somebody does. */
export const tryLock = async (source: DataSource, name: string): Promise<LockedConnection | undefined> => {
  const connection = source.createQueryRunner();
  try {
    await connection.connect();
    const [row] = (await connection.query('SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [
      keyOf(name),
    ])) as { readonly taken: boolean }[];
    if (row?.taken === true) return { connection, release: releaseOf(connection, name) };
  } catch (error) {
    await connection.release();
    throw error;
  }
  await connection.release();
  return undefined;
};

/** Waits for a lock until the wait is ended from outside; then `undefined`. */
export const waitForLock = async (
  source: DataSource,
  name: string,
  wait: Wakeable,
): Promise<LockedConnection | undefined> => {
  while (!wait.ended) {
    const lock = await tryLock(source, name);
    if (lock !== undefined) return lock;
    await wait.pause(askAgainMs);
  }
  return undefined;
};
