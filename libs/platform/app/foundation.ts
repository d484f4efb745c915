import { DataSource } from 'typeorm';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { PinoLogger } from '#libs/platform/http/logger';
import type { Platform, Readiness } from '#libs/platform/http/platform.module';
import type { Database, DatabaseChoice } from '#libs/platform/postgres/database';
import { PostgresKeyVault } from '#libs/platform/postgres/key-vault';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { systemClock, VirtualClock, type Clock } from '#libs/platform/runtime/clock';
import type { Report } from '#libs/platform/runtime/report';
import type { Config } from './config';
import { loadSecrets, type Secrets } from './secrets';
import type { Undo } from './undo';

/** What every program stands on before any context is listed. */
export interface Foundation {
  readonly platform: Platform & {
    readonly store: PostgresEventStore;
    readonly runner: CachedCommandRunner;
    readonly dataSource: DataSource;
  };
  readonly secrets: Secrets;
  readonly vault: PostgresKeyVault;
  /** Connection string of the database. */
  readonly url: string;
  readonly logger: PinoLogger;
  readonly report: Report;
}

/** How a program gets to its foundation. */
export interface FoundationNeeds {
  /** A server opens its own database, a command may share a running one: `openDatabase` or `attachDatabase`. */
  readonly open: (choice: DatabaseChoice) => Promise<Database>;
  /** The read models whose tables will be asked. */
  readonly projections: readonly AnyProjection[];
}

const READY_WITHIN_MS = 2_000;
const READ_CONNECTIONS = 6;

const clockOf = ({ clock }: Config): Clock =>
  clock.kind === 'system' ? systemClock : new VirtualClock(clock.startsAt ?? Date.now());

const readinessOf = (store: PostgresEventStore): Readiness => {
  const late = (): Promise<boolean> =>
    new Promise((resolve) => setTimeout(() => resolve(false), READY_WITHIN_MS).unref());
  const answers = (): Promise<boolean> =>
    store.head().then(
      () => true,
      () => false,
    );
  return () => Promise.race([answers(), late()]);
};

/** The database that the settings choose: an outside one by its address, or the embedded one of the data folder. */
export const databaseChoiceOf = ({ databaseUrl, dataDir }: Config): DatabaseChoice =>
  databaseUrl === undefined ? { folder: dataDir } : { url: databaseUrl };

const readModelsAt = (url: string, projections: readonly AnyProjection[]): Promise<DataSource> => {
  const entities = projections.map(({ entity }) => entity);
  return new DataSource({ type: 'postgres', url, entities, poolSize: READ_CONNECTIONS }).initialize();
};

/** Opens log, vault and tables; `undo` closes them. Rejects when one of them cannot be opened. */
export const openFoundation = async (
  config: Config,
  undo: Undo,
  { open, projections }: FoundationNeeds,
): Promise<Foundation> => {
  const secrets = await loadSecrets(config);
  const { url } = undo.add(await open(databaseChoiceOf(config)), (database) => database.close());
  const store = undo.add(await PostgresEventStore.open({ url }), (opened) => opened.close());
  const vault = undo.add(await PostgresKeyVault.open({ url }), (opened) => opened.close());
  const dataSource = undo.add(await readModelsAt(url, projections), (opened) => opened.destroy());
  const clock = clockOf(config);
  const runner = new CachedCommandRunner(store, clock);
  const logger = new PinoLogger(config.logLevel);
  const report = (problem: string, details: object): void => logger.warn(`${problem} ${JSON.stringify(details)}`);
  const { masterKey } = secrets;
  const platform = { store, runner, clock, masterKey, dataSource, ready: readinessOf(store) };
  return { platform, secrets, vault, url, logger, report };
};
