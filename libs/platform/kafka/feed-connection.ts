import type { DataSource, QueryRunner } from 'typeorm';
import { sendOver, type Send } from '#libs/platform/read-models/send';

/** Works over one connection of the pool. */
export const overConnection = async <T>(
  source: DataSource,
  work: (send: Send, connection: QueryRunner) => Promise<T>,
): Promise<T> => {
  const connection = source.createQueryRunner();
  try {
    await connection.connect();
    return await work(sendOver(connection), connection);
  } finally {
    await connection.release();
  }
};

/**
 * Works in one transaction, which is undone when the work rejects or its answer is not to be kept. It does not wait for
 * the disk: after a crash of the database the effects are gone together with the offset, and are had again.
 */
export const inTransaction = <T>(
  source: DataSource,
  work: (send: Send) => Promise<T>,
  isKept: (answer: T) => boolean,
): Promise<T> =>
  overConnection(source, async (send, connection) => {
    await connection.startTransaction();
    try {
      await connection.query(
        "SET LOCAL synchronous_commit = off; SET LOCAL idle_in_transaction_session_timeout = '30s'",
      );
      const answer = await work(send);
      if (isKept(answer)) await connection.commitTransaction();
      else await connection.rollbackTransaction();
      return answer;
    } catch (error) {
      await connection.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  });
