import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { freshDatabase } from './postgres';

const ask = async (url: string, query: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(query)).rows;
  } finally {
    await client.end();
  }
};

it('lets go who is leaving before it removes the database, and cuts nobody', async () => {
  const database = await freshDatabase();
  const leaving = new Client({ connectionString: database.url });
  const failures: Error[] = [];
  leaving.on('error', (error) => failures.push(error));
  await leaving.connect();
  const left = sleep(100).then(() => leaving.end());
  await database.drop();
  await left;
  expect(failures).toEqual([]);
});

it('gives every suite an empty database of its own, and removes it', async () => {
  const [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  expect(one.url).not.toBe(other.url);
  await ask(one.url, 'CREATE TABLE kept (n int)');
  expect(await ask(other.url, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
  const left = new Client({ connectionString: one.url });
  left.on('error', () => undefined);
  await left.connect();
  await one.drop();
  await other.drop();
  await expect(ask(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
});
