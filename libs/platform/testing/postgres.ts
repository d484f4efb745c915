import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';

/** A database that only one suite uses. */
export interface FreshDatabase {
  /** Connection string, for pg and TypeORM alike. */
  readonly url: string;
  /** Cuts every session that is still open and removes the database. */
  drop(): Promise<void>;
}

/** Asks the run's set-up (`test/setup/postgres.setup.cjs`) for its server, which starts with the first question. */
const askForServer = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    connect(port, '127.0.0.1')
      .setEncoding('utf8')
      .on('data', (text: string) => (answer += text))
      .on('error', reject)
      .on('end', () => {
        const { url, error } = JSON.parse(answer) as { url?: string; error?: string };
        if (url === undefined) reject(new Error(error));
        else resolve(url);
      });
  });

/**
 * The PostgreSQL that tests run against: `DATABASE_URL`, or else the run's own throw-away server (no fsync). Its user
 * must be allowed to create databases.
 */
export const testServerUrl = async (): Promise<string> => {
  const given = process.env['DATABASE_URL'];
  if (given !== undefined) return given;
  const port = process.env['REGULARS_TEST_POSTGRES_PORT'];
  if (port === undefined) throw new Error('No test server: run this through jest, or set DATABASE_URL.');
  return askForServer(Number(port));
};

const connected = async <T>(url: string, work: (client: Client) => Promise<T>): Promise<T> => {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
};

const patienceMs = 1_000;

/**
 * Sessions that have said goodbye are let go: a pool has ended before the server knows, and one that is cut then fails
 * somebody else's test. Who stays is cut.
 */
const drop = (server: string, name: string): Promise<void> =>
  connected(server, async (client) => {
    const sessions = `SELECT FROM pg_stat_activity WHERE datname = '${name}' AND backend_type = 'client backend'`;
    for (const until = Date.now() + patienceMs; Date.now() < until; await sleep(5))
      if ((await client.query(sessions)).rows.length === 0) break;
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  });

/** An empty database under a name of its own. */
export const freshDatabase = async (): Promise<FreshDatabase> => {
  const server = await testServerUrl();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await connected(server, (client) => client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8'`));
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => drop(server, name) };
};
