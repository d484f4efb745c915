import { readConfig, type Config } from './config';

const read = (env: Record<string, string | undefined>): Config => {
  const config = readConfig(env);
  if ('errors' in config) throw new Error(config.errors.join('; '));
  return config;
};

const errors = (env: Record<string, string>): readonly string[] => {
  const config = readConfig(env);
  return 'errors' in config ? config.errors : [];
};

it('needs no setting at all', () =>
  expect(read({ PATH: '/usr/bin', HOME: '/root' })).toEqual({
    host: '127.0.0.1',
    port: 3000,
    dataDir: './data',
    demo: true,
    logLevel: 'warn',
    clock: { kind: 'system' },
  }));

it('reads every setting', () => {
  const { masterKey, ...config } = read({
    HOST: '0.0.0.0',
    PORT: '8080',
    DATABASE_URL: 'postgresql://me:secret@db:5432/regulars',
    REGULARS_DATA_DIR: '/var/lib/regulars',
    REGULARS_DEMO: 'off',
    REGULARS_MASTER_KEY: 'ab'.repeat(32),
    REGULARS_ADMIN_TOKEN: 'a-token',
    REGULARS_CLOCK: 'virtual',
    REGULARS_NOW: '2026-03-01T18:20:00+11:00',
    REGULARS_CACHE_MB: '1024',
    REGULARS_LOG: 'debug',
  });
  expect(masterKey).toBeDefined();
  expect(config).toEqual({
    host: '0.0.0.0',
    port: 8080,
    databaseUrl: 'postgresql://me:secret@db:5432/regulars',
    dataDir: '/var/lib/regulars',
    demo: false,
    adminToken: 'a-token',
    clock: { kind: 'virtual', startsAt: Date.UTC(2026, 2, 1, 7, 20) },
    cacheMegabytes: 1024,
    logLevel: 'debug',
  });
});

it('reads where log, bus and traces are, and where services listen', () =>
  expect(
    read({
      KURRENTDB_URL: 'kurrentdb://admin:secret@one:2113,two:2113?tls=true',
      KAFKA_BROKERS: 'one:9092,two:9092',
      REGULARS_KAFKA_PREFIX: 'northwind',
      REGULARS_KAFKA_REPLICATION: '3',
      REGULARS_KAFKA_SESSION_SECONDS: '10',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
      REGULARS_READY_LAG_SECONDS: '60',
      REGULARS_TRUSTED_PROXIES: '10.1.0.0/16,::1,uniquelocal',
      REGULARS_TILL_API_PORT: '8001',
      REGULARS_OFFICE_API_PORT: '8002',
      REGULARS_WORKER_PORT: '8003',
      REGULARS_RELAY_PORT: '0',
    }),
  ).toMatchObject({
    kurrentUrl: 'kurrentdb://admin:secret@one:2113,two:2113?tls=true',
    kafkaBrokers: ['one:9092', 'two:9092'],
    kafkaPrefix: 'northwind',
    kafkaReplication: 3,
    kafkaSessionSeconds: 10,
    otlpEndpoint: 'http://collector:4318',
    readyLagSeconds: 60,
    trustedProxies: ['10.1.0.0/16', '::1', 'uniquelocal'],
    servicePorts: { 'till-api': 8001, 'office-api': 8002, worker: 8003, relay: 0 },
  }));

it('takes an empty value for one that is not set', () => expect(read({ PORT: '', REGULARS_NOW: '' }).port).toBe(3000));

it('takes port 0, any free one', () => expect(read({ PORT: '0' }).port).toBe(0));

it('starts a virtual clock without an instant too', () =>
  expect(read({ REGULARS_CLOCK: 'virtual' }).clock).toEqual({ kind: 'virtual' }));

it.each([
  ['PORT', '70000'],
  ['PORT', '-1'],
  ['PORT', '3000a'],
  ['DATABASE_URL', 'mysql://me:secret@db/regulars'],
  ['DATABASE_URL', 'secret'],
  ['REGULARS_DEMO', 'yes'],
  ['REGULARS_MASTER_KEY', 'secret'],
  ['REGULARS_ADMIN_TOKEN', 'two words secret'],
  ['REGULARS_CLOCK', 'sun'],
  ['REGULARS_LOG', 'loud'],
  ['KURRENTDB_URL', 'http://secret:2113'],
  ['KAFKA_BROKERS', 'secret'],
  ['KAFKA_BROKERS', 'one:9092,,two:9092'],
  ['KAFKA_BROKERS', 'one:9092,two:70000'],
  ['REGULARS_KAFKA_REPLICATION', '10'],
  ['REGULARS_KAFKA_SESSION_SECONDS', '5'],
  ['REGULARS_KAFKA_SESSION_SECONDS', '301'],
  ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
  ['REGULARS_READY_LAG_SECONDS', '0'],
  ['REGULARS_CACHE_MB', '0'],
  ['REGULARS_TRUSTED_PROXIES', 'ingress.example'],
  ['REGULARS_TRUSTED_PROXIES', '10.1.0.0/33'],
  ['REGULARS_TRUSTED_PROXIES', '0.0.0.0/0'],
  ['REGULARS_TRUSTED_PROXIES', '10.1.0.0/16/8'],
  ['REGULARS_TRUSTED_PROXIES', '10.1.0.1,,10.1.0.2'],
  ['REGULARS_RELAY_PORT', '-3'],
])('refuses %s=%s by name, without repeating the value', (name, value) => {
  const [error, ...more] = errors({ [name]: value });
  expect(more).toEqual([]);
  expect(error).toMatch(new RegExp(`^${name} `));
  expect(error).not.toContain(value);
});

it('refuses an instant that is none, or that no virtual clock would read', () => {
  expect(errors({ REGULARS_CLOCK: 'virtual', REGULARS_NOW: 'noon' })).toEqual([
    'REGULARS_NOW Must be an RFC 3339 instant such as 2026-03-01T18:20:00+11:00',
  ]);
  expect(errors({ REGULARS_NOW: '2026-03-01T18:20:00Z' })).toEqual([
    'REGULARS_NOW goes with REGULARS_CLOCK=virtual only',
  ]);
});

it('refuses names it does not know, all of them at once', () =>
  expect(errors({ REGULARS_DATADIR: 'x', REGULARS_PORT: '1', PORT: 'x' })).toEqual(
    expect.arrayContaining([
      'REGULARS_DATADIR is not a setting',
      'REGULARS_PORT is not a setting',
      'PORT must be a port number',
    ]),
  ));

it('leaves names of other programs alone', () =>
  expect(errors({ REGULARS_CDNOW_FILE: 'x', REGULARS_TEST_POSTGRES_PORT: '1', MY_REGULARS_X: '1' })).toEqual([]));
