import { KurrentDbArchive } from '#libs/platform/event-store/kurrentdb/kurrentdb-archive';
import type { LogArchive } from '#libs/platform/event-store/log-archive';
import { PostgresArchive } from '#libs/platform/event-store/postgres-archive';
import type { Config } from './config';

/** The log that the settings choose, to be moved. `url` is the database's. */
export const openArchive = ({ kurrentUrl }: Pick<Config, 'kurrentUrl'>, url: string): Promise<LogArchive> =>
  kurrentUrl === undefined ? PostgresArchive.open(url) : KurrentDbArchive.open({ url: kurrentUrl });
