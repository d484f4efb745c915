import { randomBytes } from 'node:crypto';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import type { Config } from '#libs/platform/app/config';
import { brokerFiles } from '#libs/platform/kafka/broker-files';
import { LocalBroker } from '#libs/platform/kafka/local-broker';
import { EmbeddedPostgres } from '#libs/platform/postgres/embedded-postgres';
import { inThrowAwayFolder } from '../throw-away';

/** What services are started from: the same environment for each. */
export type Environment = Readonly<Record<string, string>>;

/** A database and brokers for a chain that is thrown away afterwards. */
export interface ChainGround {
  readonly env: Environment;
  readonly databaseUrl: string;
}

/** Why a chain cannot be measured here, in words. */
export interface NoGround {
  readonly missing: string;
}

/** The database notes when each transaction was committed: the moment from which a row can be read. */
const notingCommits = async (folder: string): Promise<EmbeddedPostgres> => {
  const first = await EmbeddedPostgres.start({ folder });
  const client = new Client({ connectionString: first.url });
  await client.connect();
  await client.query('ALTER SYSTEM SET track_commit_timestamp = on');
  await client.end();
  await first.stop();
  return EmbeddedPostgres.start({ folder });
};

const withBrokers = async <T>(
  { kafkaBrokers }: Pick<Config, 'kafkaBrokers'>,
  folder: string,
  work: (brokers: string) => Promise<T>,
): Promise<T | NoGround> => {
  if (kafkaBrokers !== undefined) return work(kafkaBrokers.join(','));
  const files = brokerFiles(resolve('.cache'));
  if ('missing' in files) return { missing: `${files.missing}, and KAFKA_BROKERS is not set.` };
  const broker = await LocalBroker.start({ files, folder: join(folder, 'kafka') });
  try {
    return await work(broker.address);
  } finally {
    await broker.stop();
  }
};

/** Works on a PostgreSQL of its own, as durable as ever, and on the brokers of `KAFKA_BROKERS` or one of its own. */
export const withChainGround = <T>(
  config: Pick<Config, 'kafkaBrokers'>,
  work: (ground: ChainGround) => Promise<T>,
): Promise<T | NoGround> =>
  inThrowAwayFolder((folder) =>
    withBrokers(config, folder, async (brokers) => {
      const server = await notingCommits(folder);
      try {
        const env = {
          DATABASE_URL: server.url,
          KAFKA_BROKERS: brokers,
          REGULARS_KAFKA_PREFIX: `bench-${randomBytes(4).toString('hex')}`,
          REGULARS_DATA_DIR: folder,
          REGULARS_MASTER_KEY: randomBytes(32).toString('hex'),
          REGULARS_ADMIN_TOKEN: randomBytes(24).toString('hex'),
          REGULARS_WORKER_PORT: '0',
          REGULARS_RELAY_PORT: '0',
        };
        return await work({ env, databaseUrl: server.url });
      } finally {
        await server.stop();
      }
    }),
  );
