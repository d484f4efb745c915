import { isIP } from 'node:net';
import { z } from 'zod';
import { masterKeyOf, type MasterKey } from '#libs/platform/crypto/master-key';
import { instant } from '#libs/platform/http/fields';
import type { LogLevel } from '#libs/platform/http/logger';
import type { Instant } from '#libs/platform/kernel/instant';
import {
  brokers,
  kafkaSecurityFault,
  kafkaSecurityFields,
  kafkaSecurityOf,
  type KafkaSecurity,
} from './kafka-settings';

/** How the server runs, from its environment. */
export interface Config {
  readonly host: string;
  readonly port: number;
  /** Folder of everything embedded. */
  readonly dataDir: string;
  /** An outside PostgreSQL; without it the embedded one is started. */
  readonly databaseUrl?: string;
  /** Whether an empty data folder is filled with the demo chain. */
  readonly demo: boolean;
  /** Presets the key-encryption key; else it is kept in the data folder. */
  readonly masterKey?: MasterKey;
  /** Presets head office's token; else it is kept in the data folder. */
  readonly adminToken?: string;
  /** A token with which monitoring may read measurements from another machine, and nothing else. */
  readonly metricsToken?: string;
  /** Proxies whose word on where a request comes from is taken: addresses, ranges, or names of ranges. */
  readonly trustedProxies?: readonly string[];
  readonly clock: { readonly kind: 'system' } | { readonly kind: 'virtual'; readonly startsAt?: Instant };
  readonly logLevel: LogLevel;
  /** The log on KurrentDB; without it the log is in the database. */
  readonly kurrentUrl?: string;
  /** Brokers of the bus, `host:port` each; without it whoever follows the log reads it directly. */
  readonly kafkaBrokers?: readonly string[];
  /** How the brokers are spoken to. */
  readonly kafkaSecurity?: KafkaSecurity;
  /** Before the names of topics and consumer groups; `regulars` unless told. */
  readonly kafkaPrefix?: string;
  /** Copies of every message on the bus; 1 unless told. */
  readonly kafkaReplication?: number;
  /** How soon others take over from a process that died without a word, seconds; 30 unless told. */
  readonly kafkaSessionSeconds?: number;
  /** Account and member states that a process which serves people keeps in memory, megabytes; 256 unless told. */
  readonly cacheMegabytes?: number;
  /** How old what is not yet taken in may be before the process says it is not ready, seconds. */
  readonly readyLagSeconds?: number;
  /** Where traces are sent, a collector's address; without it nothing is traced. */
  readonly otlpEndpoint?: string;
  /** Ports of the services, where a name's own is not to be used. */
  readonly servicePorts?: Readonly<Partial<Record<ServiceName, number>>>;
}

/** The programs that one chain can be run as, instead of the one server. */
export type ServiceName = 'till-api' | 'office-api' | 'worker' | 'relay';

/** The settings are not usable; each text names one setting and what is wrong with it. Never repeats a value. */
export interface ConfigErrors {
  readonly errors: readonly string[];
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'must be a port number')
  .transform(Number)
  .refine((n) => n <= 65_535, 'must be a port number');

const databaseUrl = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  return ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
}, 'must be a postgres:// address');

const web = z
  .string()
  .refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), 'must be an http:// address');

/** What the client's own reading takes: it would repeat the rest in its complaint, with the password in it. */
const kurrentAddress =
  /^(?:kurrentdb|kurrent|kdb|esdb)(?:\+discover)?:\/\/(?:[^\s/?#:@]+:[^\s/?#]+@)?[\w.-]+(?::\d{1,5})?(?:,[\w.-]+(?::\d{1,5})?)*\/?(?:\?[^\s#]*)?$/;
const escaped = /^(?:[^%]|%[\da-f]{2})*$/i;

const kurrentUrl = z
  .string()
  .refine(
    (text) => kurrentAddress.test(text) && escaped.test(text),
    'must be a kurrentdb:// or esdb:// address, with / ? # and % in a user or password written as %2F %3F %23 %25',
  );

const namedRanges = ['loopback', 'linklocal', 'uniquelocal'];

/** An address, or a range of them such as `10.0.0.0/8`; never all of them, which would let anybody be anyone. */
const isRange = (text: string): boolean => {
  const [address = '', bits, ...more] = text.split('/');
  const most = { 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return more.length === 0 && (bits === undefined ? most > 0 : /^[1-9]\d{0,2}$/.test(bits) && Number(bits) <= most);
};

const proxies = z
  .string()
  .transform((text) => text.split(','))
  .refine(
    (each) => each.every((proxy) => namedRanges.includes(proxy) || isRange(proxy)),
    `must be addresses, ranges such as 10.0.0.0/8, or ${namedRanges.join(', ')}, with commas between`,
  );

const megabytes = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be a number of megabytes')
  .transform(Number);

const seconds = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, 'must be a number of seconds')
  .transform(Number);

const token = z.string().regex(/^[A-Za-z0-9\-._~+/]+=*$/, 'must be a bearer token: letters, digits and - . _ ~ + /');

const masterKey = z.string().transform((text, context): MasterKey => {
  const key = masterKeyOf(text);
  if (key !== undefined) return key;
  context.addIssue('must be 32 bytes as 64 hexadecimal digits or in base64');
  return z.NEVER;
});

const environment = z
  .strictObject({
    HOST: z.string().min(1, 'must not be empty').default('127.0.0.1'),
    PORT: port.default(3000),
    DATABASE_URL: databaseUrl.optional(),
    KURRENTDB_URL: kurrentUrl.optional(),
    KAFKA_BROKERS: brokers.optional(),
    OTEL_EXPORTER_OTLP_ENDPOINT: web.optional(),
    REGULARS_KAFKA_PREFIX: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,100}$/, 'must be letters, digits and . _ -')
      .optional(),
    REGULARS_KAFKA_REPLICATION: z
      .string()
      .regex(/^[1-9]$/, 'must be a number from 1 to 9')
      .transform(Number)
      .optional(),
    REGULARS_KAFKA_SESSION_SECONDS: seconds.refine((n) => n >= 6 && n <= 300, 'must be from 6 to 300').optional(),
    ...kafkaSecurityFields,
    REGULARS_READY_LAG_SECONDS: seconds.optional(),
    REGULARS_CACHE_MB: megabytes.optional(),
    REGULARS_TILL_API_PORT: port.optional(),
    REGULARS_OFFICE_API_PORT: port.optional(),
    REGULARS_WORKER_PORT: port.optional(),
    REGULARS_RELAY_PORT: port.optional(),
    REGULARS_DATA_DIR: z.string().min(1, 'must not be empty').default('./data'),
    REGULARS_DEMO: z.enum(['on', 'off'], 'must be on or off').default('on'),
    REGULARS_MASTER_KEY: masterKey.optional(),
    REGULARS_ADMIN_TOKEN: token.optional(),
    REGULARS_METRICS_TOKEN: token.optional(),
    REGULARS_TRUSTED_PROXIES: proxies.optional(),
    REGULARS_CLOCK: z.enum(['system', 'virtual'], 'must be system or virtual').default('system'),
    REGULARS_NOW: instant.optional(),
    REGULARS_LOG: z
      .enum(['silent', 'error', 'warn', 'info', 'debug'], 'must be silent, error, warn, info or debug')
      .default('warn'),
  })
  .refine((set) => set.REGULARS_NOW === undefined || set.REGULARS_CLOCK === 'virtual', {
    path: ['REGULARS_NOW'],
    error: 'goes with REGULARS_CLOCK=virtual only',
  })
  .superRefine((set, context) => {
    const fault = kafkaSecurityFault(set);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: [fault[0]], message: fault[1] });
  });

/** Names that other programs of this repository read; the server knows them and lets them be. */
const elsewhere = /^REGULARS_(?:CDNOW_FILE|TEST_[A-Z_]+)$/;

const names = new Set(Object.keys(environment.shape));

const isOurs = (name: string): boolean => (names.has(name) || name.startsWith('REGULARS_')) && !elsewhere.test(name);

const sentences = (issue: z.core.$ZodIssue): readonly string[] =>
  issue.code === 'unrecognized_keys'
    ? issue.keys.map((name) => `${name} is not a setting`)
    : [`${String(issue.path[0])} ${issue.message}`];

/** Reads and checks the settings whole. Empty values count as not set, since shells write them so. */
export const readConfig = (env: Readonly<Record<string, string | undefined>>): Config | ConfigErrors => {
  const set = Object.entries(env).filter(([name, value]) => isOurs(name) && value !== undefined && value !== '');
  const read = environment.safeParse(Object.fromEntries(set));
  if (!read.success) return { errors: read.error.issues.flatMap(sentences) };
  const given = read.data;
  return {
    host: given.HOST,
    port: given.PORT,
    dataDir: given.REGULARS_DATA_DIR,
    demo: given.REGULARS_DEMO === 'on',
    logLevel: given.REGULARS_LOG,
    clock: clockOf(given),
    ...servicesOf(given),
    ...(given.DATABASE_URL === undefined ? {} : { databaseUrl: given.DATABASE_URL }),
    ...(given.REGULARS_MASTER_KEY === undefined ? {} : { masterKey: given.REGULARS_MASTER_KEY }),
    ...(given.REGULARS_ADMIN_TOKEN === undefined ? {} : { adminToken: given.REGULARS_ADMIN_TOKEN }),
  };
};

type Given = z.output<typeof environment>;

const servicesOf = (given: Given): Partial<Config> => {
  const { REGULARS_CACHE_MB: cacheMegabytes } = given;
  const ports = {
    ...(given.REGULARS_TILL_API_PORT === undefined ? {} : { 'till-api': given.REGULARS_TILL_API_PORT }),
    ...(given.REGULARS_OFFICE_API_PORT === undefined ? {} : { 'office-api': given.REGULARS_OFFICE_API_PORT }),
    ...(given.REGULARS_WORKER_PORT === undefined ? {} : { worker: given.REGULARS_WORKER_PORT }),
    ...(given.REGULARS_RELAY_PORT === undefined ? {} : { relay: given.REGULARS_RELAY_PORT }),
  };
  return {
    ...(Object.keys(ports).length === 0 ? {} : { servicePorts: ports }),
    ...(cacheMegabytes === undefined ? {} : { cacheMegabytes }),
    ...outsideOf(given),
  };
};

const outsideOf = (given: Given): Partial<Config> => ({
  ...(given.REGULARS_METRICS_TOKEN === undefined ? {} : { metricsToken: given.REGULARS_METRICS_TOKEN }),
  ...(given.REGULARS_TRUSTED_PROXIES === undefined ? {} : { trustedProxies: given.REGULARS_TRUSTED_PROXIES }),
  ...(given.KURRENTDB_URL === undefined ? {} : { kurrentUrl: given.KURRENTDB_URL }),
  ...(given.KAFKA_BROKERS === undefined
    ? {}
    : { kafkaBrokers: given.KAFKA_BROKERS, kafkaSecurity: kafkaSecurityOf(given) }),
  ...(given.REGULARS_KAFKA_PREFIX === undefined ? {} : { kafkaPrefix: given.REGULARS_KAFKA_PREFIX }),
  ...(given.REGULARS_KAFKA_REPLICATION === undefined ? {} : { kafkaReplication: given.REGULARS_KAFKA_REPLICATION }),
  ...(given.REGULARS_KAFKA_SESSION_SECONDS === undefined
    ? {}
    : { kafkaSessionSeconds: given.REGULARS_KAFKA_SESSION_SECONDS }),
  ...(given.REGULARS_READY_LAG_SECONDS === undefined ? {} : { readyLagSeconds: given.REGULARS_READY_LAG_SECONDS }),
  ...(given.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? {} : { otlpEndpoint: given.OTEL_EXPORTER_OTLP_ENDPOINT }),
});

const clockOf = ({ REGULARS_CLOCK, REGULARS_NOW }: Given): Config['clock'] => {
  if (REGULARS_CLOCK === 'system') return { kind: 'system' };
  return REGULARS_NOW === undefined ? { kind: 'virtual' } : { kind: 'virtual', startsAt: REGULARS_NOW };
};
