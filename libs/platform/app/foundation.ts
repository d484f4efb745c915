import { getHeapStatistics } from 'node:v8';
import { DataSource } from 'typeorm';
import type { EventStore } from '#libs/platform/event-store/event-store';
import { KurrentDbEventStore } from '#libs/platform/event-store/kurrentdb/kurrentdb-event-store';
import { needsXidRestore } from '#libs/platform/event-store/log-schema';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { PinoLogger } from '#libs/platform/http/logger';
import type { Platform } from '#libs/platform/http/platform.module';
import { Metrics } from '#libs/platform/observability/metrics';
import { ObservedEventStore } from '#libs/platform/observability/observed-event-store';
import type { Database, DatabaseChoice } from '#libs/platform/postgres/database';
import { PostgresKeyVault } from '#libs/platform/postgres/key-vault';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { CachedCommandRunner, defaultRunnerSettings } from '#libs/platform/runtime/cached-command-runner';
import { systemClock, VirtualClock, type Clock } from '#libs/platform/runtime/clock';
import type { Report } from '#libs/platform/runtime/report';
import { SharedCommandRunner } from '#libs/platform/runtime/shared-command-runner';
import { cacheBytesFor, cacheLimitsOf, type CacheLimits } from '#libs/platform/runtime/state-cache';
import type { Config } from './config';
import { assertAtHome, homeOf } from './log-home';
import { ReadyWhen } from './readiness';
import { loadSecrets, type Secrets } from './secrets';
import type { Undo } from './undo';

/** What every program stands on before any context is listed. */
export interface Foundation {
  readonly platform: Platform & { readonly dataSource: DataSource };
  /** The runner behind the platform's: the states in memory, and how much is under way. */
  readonly memory: CachedCommandRunner;
  readonly metrics: Metrics;
  readonly readiness: ReadyWhen;
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
  /** The program's name in its logs and measurements. */
  readonly service: string;
  /** Categories of streams that must be read as other processes left them; see {@link SharedCommandRunner}. */
  readonly watched?: ReadonlySet<string>;
  /** How much of the states of streams to keep in memory; what the settings say if left out. */
  readonly cache?: CacheLimits;
  /** The program moves the log into the store that the settings choose: it need not be there yet. */
  readonly movesLog?: boolean;
}

const READ_CONNECTIONS = 6;

const clockOf = ({ clock }: Config): Clock =>
  clock.kind === 'system' ? systemClock : new VirtualClock(clock.startsAt ?? Date.now());

/** The database that the settings choose: an outside one by its address, or the embedded one of the data folder. */
export const databaseChoiceOf = ({ databaseUrl, dataDir }: Config): DatabaseChoice =>
  databaseUrl === undefined ? { folder: dataDir } : { url: databaseUrl };

const readModelsAt = (url: string, projections: readonly AnyProjection[]): Promise<DataSource> => {
  const entities = projections.map(({ entity }) => entity);
  return new DataSource({ type: 'postgres', url, entities, poolSize: READ_CONNECTIONS }).initialize();
};

const openLog = async ({ kurrentUrl }: Config, url: string, metrics: Metrics): Promise<EventStore> => {
  if (kurrentUrl !== undefined) return KurrentDbEventStore.open({ url: kurrentUrl });
  const store = await PostgresEventStore.open({ url, batched: (appends) => metrics.batchSize.observe(appends) });
  if (await needsXidRestore(url)) {
    await store.close();
    throw new Error('The log was restored from another PostgreSQL: run "npx regulars restore-xids" once, then start.');
  }
  metrics.watch('regulars_append_queue', 'Appends that wait to be written.', () => store.waiting);
  return store;
};

const cacheOf = ({ cacheMegabytes }: Config): CacheLimits =>
  cacheLimitsOf(
    cacheMegabytes === undefined ? cacheBytesFor(getHeapStatistics().heap_size_limit) : cacheMegabytes * 1024 ** 2,
  );

/** Opens log, vault and tables; `undo` closes them. Rejects when one of them cannot be opened, or with the wrong key. */
export const openFoundation = async (
  config: Config,
  undo: Undo,
  { open, projections, service, watched, cache = cacheOf(config), movesLog = false }: FoundationNeeds,
): Promise<Foundation> => {
  const metrics = new Metrics(service);
  const { url } = undo.add(await open(databaseChoiceOf(config)), (database) => database.close());
  const log = undo.add(await openLog(config, url, metrics), (opened) => opened.close());
  const store = new ObservedEventStore(log, metrics);
  const vault = undo.add(await PostgresKeyVault.open({ url }), (opened) => opened.close());
  const secrets = await loadSecrets(config, vault);
  const dataSource = undo.add(await readModelsAt(url, projections), (opened) => opened.destroy());
  if (!movesLog) await assertAtHome(dataSource, homeOf(config));
  const clock = clockOf(config);
  const memory = new CachedCommandRunner(store, clock, { ...defaultRunnerSettings, cache });
  const runner = watched === undefined ? memory : new SharedCommandRunner(memory, store, watched);
  const logger = new PinoLogger(config.logLevel, undefined, service);
  const report: Report = (problem, details) => logger.report(problem, details);
  const readiness = new ReadyWhen(store);
  const { masterKey } = secrets;
  const platform = { store, runner, clock, masterKey, dataSource, ready: () => readiness.holds() };
  return { platform, memory, metrics, readiness, secrets, vault, url, logger, report };
};
