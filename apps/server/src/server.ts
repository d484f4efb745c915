import { DataSource } from 'typeorm';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { createEdge } from '#libs/platform/http/edge';
import { PinoLogger } from '#libs/platform/http/logger';
import type { Readiness } from '#libs/platform/http/platform.module';
import { openDatabase } from '#libs/platform/postgres/database';
import { PostgresKeyVault } from '#libs/platform/postgres/key-vault';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { systemClock, VirtualClock, type Clock } from '#libs/platform/runtime/clock';
import { startBackground, type Background } from './background';
import { VirtualClockModule } from './clock.controller';
import type { Config } from './config';
import { contextModules, projections } from './contexts';
import { loadSecrets } from './secrets';
import { Undo } from './undo';

/** A server that answers. */
export interface RunningServer {
  /** `http://host:port`. */
  readonly url: string;
  /** Where head office's token is found: a path or the name of a setting, never the token. */
  readonly adminTokenPlace: string;
  /** Answers what is under way, then closes everything, its PostgreSQL included. */
  stop(): Promise<void>;
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

const databaseOf = ({ databaseUrl, dataDir }: Config) =>
  openDatabase(databaseUrl === undefined ? { folder: dataDir } : { url: databaseUrl });

const readModelsAt = (url: string): Promise<DataSource> => {
  const entities = projections.map(({ entity }) => entity);
  return new DataSource({ type: 'postgres', url, entities, poolSize: READ_CONNECTIONS }).initialize();
};

const virtualTime = (clock: Clock, { settled }: Background) =>
  clock instanceof VirtualClock
    ? [
        VirtualClockModule.forRoot({
          clock,
          moveTo: async (instant) => {
            clock.moveTo(instant);
            await settled();
          },
        }),
      ]
    : [];

const open = async (config: Config, undo: Undo): Promise<Omit<RunningServer, 'stop'>> => {
  const { masterKey, adminTokenHash, adminTokenPlace } = await loadSecrets(config);
  const { url } = undo.add(await databaseOf(config), (database) => database.close());
  const store = undo.add(await PostgresEventStore.open({ url }), (opened) => opened.close());
  const vault = undo.add(await PostgresKeyVault.open({ url }), (opened) => opened.close());
  const source = undo.add(await readModelsAt(url), (opened) => opened.destroy());
  const clock = clockOf(config);
  const runner = new CachedCommandRunner(store, clock);
  const logger = new PinoLogger(config.logLevel);
  const report = (problem: string, details: object): void => logger.warn(`${problem} ${JSON.stringify(details)}`);
  const background = undo.add(await startBackground({ store, runner, source, report }), (started) => started.stop());
  const platform = { store, runner, clock, masterKey, dataSource: source, ready: readinessOf(store) };
  const contexts = [...contextModules({ adminTokenHash, vault }), ...virtualTime(clock, background)];
  const app = undo.add(await createEdge({ platform, contexts, logger }), (opened) => opened.close());
  await app.listen(config.port, config.host);
  return { url: await app.getUrl(), adminTokenPlace };
};

/** Starts the server whole. When any part does not start, those that did are stopped again and the reason is thrown. */
export const startServer = async (config: Config): Promise<RunningServer> => {
  const undo = new Undo();
  try {
    return { ...(await open(config, undo)), stop: () => undo.all() };
  } catch (error) {
    await undo.all().catch(() => undefined);
    throw error;
  }
};
