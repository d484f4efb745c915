import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OrganisationModule } from '#libs/organisation/src/module';
import { ProgrammeModule } from '#libs/programme/src/module';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { createEdge } from '#libs/platform/http/edge';
import { PinoLogger } from '#libs/platform/http/logger';
import type { Platform, Readiness } from '#libs/platform/http/platform.module';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { systemClock, VirtualClock, type Clock } from '#libs/platform/runtime/clock';
import { VirtualClockModule } from './clock.controller';
import type { Config } from './config';
import { openDatabase } from './database';
import { loadSecrets, type Secrets } from './secrets';
import { Undo } from './undo';

/** A server that answers. */
export interface RunningServer {
  /** `http://host:port`. */
  readonly url: string;
  readonly database: string;
  readonly adminTokenPlace: string;
  /** Answers what is under way, then closes everything, its PostgreSQL included. */
  stop(): Promise<void>;
}

const READY_WITHIN_MS = 2_000;

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

/** The contexts this server lists, top of the river first. */
const contextsOf = ({ clock }: Platform, { adminTokenHash }: Secrets): readonly DynamicModule[] => [
  OrganisationModule.forRoot({ adminTokenHash }),
  ProgrammeModule.forRoot(),
  ...(clock instanceof VirtualClock ? [VirtualClockModule.forRoot(timeMachine(clock))] : []),
];

const timeMachine = (clock: VirtualClock) => ({
  clock,
  moveTo: async (instant: number): Promise<void> => clock.moveTo(instant),
});

const open = async (config: Config, undo: Undo): Promise<Omit<RunningServer, 'stop'>> => {
  const secrets = await loadSecrets(config);
  const database = undo.add(await openDatabase(config), (opened) => opened.stop());
  const store = undo.add(await PostgresEventStore.open({ url: database.url }), (opened) => opened.close());
  const dataSource = undo.add(
    await new DataSource({ type: 'postgres', url: database.url, poolSize: 4 }).initialize(),
    (opened) => opened.destroy(),
  );
  const clock = clockOf(config);
  const { masterKey, adminTokenPlace } = secrets;
  const runner = new CachedCommandRunner(store, clock);
  const platform = { store, runner, clock, masterKey, dataSource, ready: readinessOf(store) };
  const logger = new PinoLogger(config.logLevel);
  const app = undo.add(await createEdge({ platform, contexts: contextsOf(platform, secrets), logger }), (opened) =>
    opened.close(),
  );
  await app.listen(config.port, config.host);
  return { url: await app.getUrl(), database: database.described, adminTokenPlace };
};

/** Starts the server whole. When any part does not start, those that did are stopped again and the reason is thrown. */
export const startServer = async (config: Config): Promise<RunningServer> => {
  const undo = new Undo();
  try {
    return { ...(await open(config, undo)), stop: () => undo.all() };
  } catch (error) {
    await undo.all();
    throw error;
  }
};
