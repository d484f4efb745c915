import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Config, ServiceName } from '#libs/platform/app/config';
import { databaseChoiceOf } from '#libs/platform/app/foundation';
import { loadSecrets } from '#libs/platform/app/secrets';
import { Undo } from '#libs/platform/app/undo';
import { brokerFiles } from '#libs/platform/kafka/broker-files';
import { LocalBroker } from '#libs/platform/kafka/local-broker';
import { openDatabase } from '#libs/platform/postgres/database';
import { PostgresKeyVault } from '#libs/platform/postgres/key-vault';
import { Supervised } from './supervised';

/** What a chain's services are started from. */
export interface Circumstances {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  /** Takes lines for people to read. */
  readonly say: (line: string) => void;
  /** How many workers share the work. */
  readonly workers?: number;
}

/** Every service of a chain, on this machine. */
export interface Distributed {
  readonly services: ReadonlyMap<string, Supervised>;
  /** Addresses by service. */
  readonly urls: ReadonlyMap<string, string>;
  /** The brokers, or why there are none. */
  readonly bus: { readonly brokers: string } | { readonly missing: string };
  /** Ends everything, the services first. */
  stop(): Promise<void>;
}

const programOf = (name: ServiceName): string => join(__dirname, '..', '..', name, 'src', 'main.js');

/** The keys that all services share: those of the settings, or of the data folder, as one server has them. */
const secretsOf = async ({ config, env }: Circumstances, url: string): Promise<NodeJS.ProcessEnv> => {
  const vault = await PostgresKeyVault.open({ url });
  await loadSecrets(config, vault).finally(() => vault.close());
  const fromFile = async (...path: readonly string[]): Promise<string> =>
    (await readFile(join(config.dataDir, ...path), 'utf8')).trim();
  return {
    REGULARS_MASTER_KEY: env['REGULARS_MASTER_KEY'] ?? (await fromFile('keys', 'master')),
    REGULARS_ADMIN_TOKEN: env['REGULARS_ADMIN_TOKEN'] ?? (await fromFile('admin-token')),
  };
};

const busOf = async ({ kafkaBrokers, dataDir }: Config, undo: Undo): Promise<Distributed['bus']> => {
  if (kafkaBrokers !== undefined) return { brokers: kafkaBrokers.join(',') };
  const files = brokerFiles(resolve('.cache'));
  if ('missing' in files) return files;
  const folder = resolve(dataDir, 'kafka');
  const broker = undo.add(await LocalBroker.start({ files, folder }), (started) => started.stop());
  return { brokers: broker.address };
};

const namesOf = (workers: number, withRelay: boolean): readonly (readonly [label: string, name: ServiceName])[] => [
  ...Array.from({ length: workers }, (_, index) => [`worker-${index + 1}`, 'worker'] as const),
  ...(withRelay ? [['relay', 'relay'] as const] : []),
  ['till-api', 'till-api'],
  ['office-api', 'office-api'],
];

const open = async (circumstances: Circumstances, undo: Undo): Promise<Omit<Distributed, 'stop'>> => {
  const { config, env, say, workers = 1 } = circumstances;
  const { url } = undo.add(await openDatabase(databaseChoiceOf(config)), (database) => database.close());
  const secrets = await secretsOf(circumstances, url);
  const bus = await busOf(config, undo);
  const shared = { ...env, ...secrets, DATABASE_URL: url };
  const withBus = 'brokers' in bus ? { ...shared, KAFKA_BROKERS: bus.brokers } : shared;
  const services = new Map<string, Supervised>();
  for (const [label, name] of namesOf(workers, 'brokers' in bus)) {
    // Only the first of several can have the port that the settings name.
    const port = label === 'worker-1' || name !== 'worker' ? {} : { REGULARS_WORKER_PORT: '0' };
    const supervision = { label: label.padEnd(10), program: programOf(name), env: { ...withBus, ...port }, say };
    services.set(
      label,
      undo.add(new Supervised(supervision), (service) => service.stop()),
    );
  }
  const urls = new Map<string, string>();
  for (const [label, service] of services) urls.set(label, await service.serves);
  return { services, urls, bus };
};

/** Starts database, broker and every service. When one does not start, the others are stopped again. */
export const startDistributed = async (circumstances: Circumstances): Promise<Distributed> => {
  const undo = new Undo();
  try {
    return { ...(await open(circumstances, undo)), stop: () => undo.all() };
  } catch (error) {
    await undo.all().catch(() => undefined);
    throw error;
  }
};
