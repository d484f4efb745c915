import { newTicket } from '#libs/account/src/module';
import type { INestApplicationContext } from '@nestjs/common';
import { operationsRoles, type Desk } from '#libs/organisation/src/contract';
import { Background } from '#libs/platform/app/background';
import { Bus } from '#libs/platform/app/bus';
import type { Config, ServiceName } from '#libs/platform/app/config';
import { openFoundation, type Foundation } from '#libs/platform/app/foundation';
import { readModelsAreBuilt } from '#libs/platform/app/readiness';
import { serve } from '#libs/platform/app/serve';
import { Undo } from '#libs/platform/app/undo';
import { AsyncApiModule } from '#libs/platform/http/async-api.controller';
import { asyncApiOf } from '#libs/platform/kafka/async-api';
import { topicsOf } from '#libs/platform/kafka/topics';
import { openDatabase } from '#libs/platform/postgres/database';
import { cacheLimitsOf, type CacheLimits } from '#libs/platform/runtime/state-cache';
import { catalogue, contextModules, projections, reactionsIn, watchedCategories } from './contexts';
import { ticketIntake } from './ingress';
import { publishing } from './publishing';

/** What a service does besides answering requests. */
export type Task = 'read-models' | 'reactions' | 'ingress' | 'relay';

/** What one service is made of: everything else is the same for all of them. */
export interface Service {
  readonly name: ServiceName;
  /** Where it listens, unless the settings say otherwise. */
  readonly port: number;
  /** Whose routes it serves. Every service tells of its health and its measurements. */
  readonly desks: readonly Desk[];
  readonly tasks: readonly Task[];
}

/** A service that answers. */
export interface RunningService {
  /** `http://host:port`. */
  readonly url: string;
  /** Comes to the end of what is under way, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Why a service cannot run with these settings; none when it can. Services share one database and one set of keys: each
 * made by itself would leave members unreadable to the others.
 */
export const faultsOf = (config: Config, { tasks }: Pick<Service, 'tasks'>): readonly string[] => [
  ...(config.databaseUrl === undefined ? ['DATABASE_URL must be set: services share one database'] : []),
  ...(config.masterKey === undefined ? ['REGULARS_MASTER_KEY must be set: services share one key'] : []),
  ...(config.adminToken === undefined ? ['REGULARS_ADMIN_TOKEN must be set: services share one token'] : []),
  ...(config.clock.kind === 'virtual'
    ? ['REGULARS_CLOCK must be system: a virtual clock is for one server alone']
    : []),
  ...(tasks.includes('relay') && config.kafkaBrokers === undefined
    ? ['KAFKA_BROKERS must be set: the relay publishes the log there']
    : []),
];

const busOf = async (config: Config, { name, tasks }: Service, foundation: Foundation): Promise<Bus | undefined> => {
  const { kafkaBrokers: brokers, kafkaPrefix: prefix = 'regulars', kafkaReplication: replication = 1 } = config;
  const { kafkaSessionSeconds: sessionSeconds, kafkaSecurity: security = {} } = config;
  if (brokers === undefined || tasks.length === 0) return undefined;
  const { platform, report } = foundation;
  const { store, dataSource: source } = platform;
  const settings = { brokers, security, prefix, replication, service: name };
  return Bus.open(sessionSeconds === undefined ? settings : { ...settings, sessionSeconds }, {
    ...{ store, source, catalogue, report },
  });
};

/** The office explains what goes over the bus, where there is one. */
const documentsOf = ({ kafkaBrokers, kafkaPrefix }: Config, desks: readonly Desk[]) =>
  kafkaBrokers === undefined || !desks.includes('office')
    ? []
    : [
        AsyncApiModule.forRoot(
          asyncApiOf({ topics: topicsOf(kafkaPrefix), catalogue, publishing, ticket: newTicket, version: '1' }),
        ),
      ];

/** The intake of tickets, with what became of them among the measurements. */
const countedIntake = (app: INestApplicationContext, { platform, metrics }: Foundation) => {
  const became = { accepted: 0, refused: 0, dead: 0 };
  metrics.count('regulars_ingress_tickets_total', 'Tickets from other systems, by what became of them.', () =>
    Object.entries(became),
  );
  return {
    ...ticketIntake(app, platform.masterKey),
    onTicket: (kind: keyof typeof became) => void (became[kind] += 1),
  };
};

/** Where nobody is served, a member's facts come by and seldom ask for the same state twice. */
const passingBy: CacheLimits = cacheLimitsOf(96 * 1024 ** 2);

const cacheOf = ({ desks }: Service): { readonly cache?: CacheLimits } =>
  desks.length > 0 ? {} : { cache: passingBy };

const open = async (config: Config, service: Service, undo: Undo): Promise<string> => {
  const { name, desks, tasks, port } = service;
  const foundation = await openFoundation(config, undo, {
    open: openDatabase,
    projections,
    service: name,
    watched: watchedCategories,
    ...cacheOf(service),
  });
  const { platform, memory, secrets, vault, report, readiness } = foundation;
  const { store, clock, dataSource: source } = platform;
  const bus = await busOf(config, service, foundation);
  const kept = tasks.includes('read-models') ? projections : [];
  const needs = { store, memory, source, report, catalogue, projections: kept };
  const background = undo.add(await Background.start(bus === undefined ? needs : { ...needs, bus }), (started) =>
    started.stop(),
  );
  const contexts = [...contextModules({ ...secrets, vault, desks }), ...documentsOf(config, desks)];
  const app = await serve(config, undo, { foundation, background, contexts, operationsRoles });
  readiness.also(readModelsAreBuilt(source, projections));
  if (tasks.includes('reactions')) await background.react(reactionsIn(app), clock);
  if (tasks.includes('ingress') && bus !== undefined)
    await background.also(bus.ingress(countedIntake(app, foundation)));
  if (tasks.includes('relay') && bus !== undefined) await background.relay(bus, publishing);
  await app.listen(config.servicePorts?.[name] ?? port, config.host);
  return app.getUrl();
};

/** Starts a service whole. When any part does not start, those that did are stopped again and the reason is thrown. */
export const startService = async (config: Config, service: Service): Promise<RunningService> => {
  const undo = new Undo();
  try {
    return { url: await open(config, service, undo), stop: () => undo.all() };
  } catch (error) {
    await undo.all().catch(() => undefined);
    throw error;
  }
};
