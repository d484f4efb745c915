import { EmbeddedPostgres } from '#libs/platform/postgres/embedded-postgres';
import type { Config } from './config';

/** The PostgreSQL that holds log and read models. */
export interface Database {
  readonly url: string;
  /** For people to read; holds no password. */
  readonly described: string;
  stop(): Promise<void>;
}

/** The outside server of the settings, or else the embedded one of the data folder, started. */
export const openDatabase = async (config: Config): Promise<Database> => {
  if (config.databaseUrl !== undefined) {
    const { host, pathname } = new URL(config.databaseUrl);
    return { url: config.databaseUrl, described: `${host}${pathname}`, stop: () => Promise.resolve() };
  }
  const embedded = await EmbeddedPostgres.start({ folder: config.dataDir });
  return { url: embedded.url, described: `embedded, in ${config.dataDir}`, stop: () => embedded.stop() };
};
