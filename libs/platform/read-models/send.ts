import type { Sql } from './table-plan';

/** Sends one statement and answers its rows. */
export type Send = (sql: Sql) => Promise<readonly object[]>;

/** Sends statements over a connection of TypeORM. */
export const sendOver =
  (connection: { query(text: string, values?: unknown[]): Promise<unknown> }): Send =>
  async ({ text, values }) =>
    (await connection.query(text, values)) as readonly object[];
