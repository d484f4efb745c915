import { readConfig, type Config } from './config';

/** Everything that is wrong with some settings; none when they can be used. */
const faultsOf = (env: Readonly<Record<string, string>>): readonly string[] => {
  const config = readConfig(env);
  return 'errors' in config ? config.errors : [];
};
const read = (env: Readonly<Record<string, string>>): Config => {
  const config = readConfig(env);
  if ('errors' in config) throw new Error(config.errors.join('; '));
  return config;
};

const aPort = 'must be a port number';
const someSeconds = 'must be a number of seconds';
const aToken = 'must be a bearer token: letters, digits and - . _ ~ + /';
const aDatabase = 'must be a postgres:// address';
const aLog =
  'must be a kurrentdb:// or esdb:// address, with / ? # and % in a user or password written as %2F %3F %23 %25';
const someBrokers = 'must be host:port, or several with commas between';
const aPrefix = 'must be letters, digits and . _ -';
const aKey = 'must be 32 bytes as 64 hexadecimal digits or in base64';
const aWebAddress = 'must be an http:// address';

describe('a setting that cannot be used is refused in words that say what it must be', () => {
  it.each([
    ...[
      'PORT',
      'REGULARS_TILL_API_PORT',
      'REGULARS_OFFICE_API_PORT',
      'REGULARS_WORKER_PORT',
      'REGULARS_RELAY_PORT',
    ].map((name) => [name, ['65536', '-1', '80.5', ' 80', '0x50', '1e3', '123456'], aPort] as const),
    ['DATABASE_URL', ['db:5432', 'http://db/x', 'postgres', '//db'], aDatabase],
    ['KURRENTDB_URL', ['https://db:2113', 'kurrentdb:', 'kurrentdb:// db', 'db:2113', 'kurrentdb+srv://db'], aLog],
    ['KURRENTDB_URL', ['/', '?', '#', '%zz'].map((odd) => `kurrentdb://admin:s3cr3t${odd}pw@db:2113`), aLog],
    ['KURRENTDB_URL', ['kurrentdb://db:port', 'kurrentdb://a@db', 'kdb://a:b@db/x', 'kdb://db,', 'kdb://db?a#b'], aLog],
    ['KAFKA_BROKERS', ['one', 'one:', ':9092', 'one:9092,', 'one:9092, two:9092', 'one:9092;two:9092'], someBrokers],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', ['collector', 'grpc://collector:4317', 'file:///spans'], aWebAddress],
    ['REGULARS_KAFKA_PREFIX', ['two words', 'a/b', 'é', 'x'.repeat(101)], aPrefix],
    ['REGULARS_KAFKA_REPLICATION', ['0', '10', 'three', '1.5', '-1'], 'must be a number from 1 to 9'],
    ['REGULARS_KAFKA_SESSION_SECONDS', ['1', '5', '301'], 'must be from 6 to 300'],
    ['REGULARS_KAFKA_SESSION_SECONDS', ['soon', '10s'], someSeconds],
    ['REGULARS_READY_LAG_SECONDS', ['0', '-1', '1.5', '1e3', '1234567'], someSeconds],
    ['REGULARS_DEMO', ['ON', 'true', '1'], 'must be on or off'],
    ['REGULARS_CLOCK', ['real', 'Virtual'], 'must be system or virtual'],
    ['REGULARS_LOG', ['trace', 'WARN'], 'must be silent, error, warn, info or debug'],
    ['REGULARS_ADMIN_TOKEN', ['two words', '=x', 'a"b', 'é'], aToken],
    ['REGULARS_METRICS_TOKEN', ['a b', 'a,b'], aToken],
    ['REGULARS_MASTER_KEY', ['ab'.repeat(31), 'xy'.repeat(32), 'c2hvcnQ='], aKey],
  ] as const)('%s', (name, values, words) => {
    for (const value of values) expect([value, faultsOf({ [name]: value })]).toEqual([value, [`${name} ${words}`]]);
  });
});

describe('a setting at the edge of what can be used is taken', () => {
  it.each([
    ['PORT', '65535', { port: 65_535 }],
    ['DATABASE_URL', 'postgres:///regulars?host=/sockets', { databaseUrl: 'postgres:///regulars?host=/sockets' }],
    ['KURRENTDB_URL', 'esdb+discover://a:b@db', { kurrentUrl: 'esdb+discover://a:b@db' }],
    ['KURRENTDB_URL', 'kdb://a:b%23@c@db:1/?tls=false', { kurrentUrl: 'kdb://a:b%23@c@db:1/?tls=false' }],
    ['KURRENTDB_URL', 'kdb://db:2113', { kurrentUrl: 'kdb://db:2113' }],
    ['KAFKA_BROKERS', 'broker-1.example:9092', { kafkaBrokers: ['broker-1.example:9092'] }],
    ['REGULARS_KAFKA_PREFIX', `${'x'.repeat(97)}.-_`, { kafkaPrefix: `${'x'.repeat(97)}.-_` }],
    ['REGULARS_KAFKA_REPLICATION', '9', { kafkaReplication: 9 }],
    ['REGULARS_KAFKA_SESSION_SECONDS', '6', { kafkaSessionSeconds: 6 }],
    ['REGULARS_KAFKA_SESSION_SECONDS', '300', { kafkaSessionSeconds: 300 }],
    ['REGULARS_READY_LAG_SECONDS', '999999', { readyLagSeconds: 999_999 }],
    ['REGULARS_METRICS_TOKEN', 'a-._~+/1==', { metricsToken: 'a-._~+/1==' }],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'https://collector/', { otlpEndpoint: 'https://collector/' }],
    ['REGULARS_WORKER_PORT', '0', { servicePorts: { worker: 0 } }],
    ['REGULARS_LOG', 'silent', { logLevel: 'silent' }],
  ])('%s=%s', (name, value, expected) => expect(read({ [name]: value })).toMatchObject(expected));

  it.each(['0f'.repeat(32), '0F'.repeat(32), Buffer.alloc(32, 7).toString('base64')])('REGULARS_MASTER_KEY=%s', (key) =>
    expect(read({ REGULARS_MASTER_KEY: key }).masterKey).toBeDefined(),
  );
});

it('says everything that is wrong at once, in the order of the settings', () =>
  expect(faultsOf({ REGULARS_LOG: 'loud', PORT: 'x', REGULARS_DEMO: 'yes', KAFKA_BROKERS: 'one' })).toEqual([
    `PORT ${aPort}`,
    `KAFKA_BROKERS ${someBrokers}`,
    'REGULARS_DEMO must be on or off',
    'REGULARS_LOG must be silent, error, warn, info or debug',
  ]));

it('repeats neither secret when another setting is wrong', () => {
  const secrets = {
    DATABASE_URL: 'postgres://me:hunter2@db/regulars',
    REGULARS_ADMIN_TOKEN: 'hunter2',
    REGULARS_METRICS_TOKEN: 'hunter2',
    REGULARS_MASTER_KEY: 'hunter2',
  };
  const faults = faultsOf({ ...secrets, PORT: 'x', REGULARS_HUNTER: 'hunter2' });
  expect(faults).toHaveLength(3);
  expect(faults.join()).not.toContain('hunter2');
});

describe('how the brokers are spoken to', () => {
  const bus = { KAFKA_BROKERS: 'one:9093' };
  const whole = {
    ...bus,
    ...{ REGULARS_KAFKA_TLS: 'on', REGULARS_KAFKA_CA_FILE: '/etc/kafka/ca.pem', REGULARS_KAFKA_SASL: 'scram-sha-512' },
    ...{ REGULARS_KAFKA_USER: 'regulars', REGULARS_KAFKA_PASSWORD: 'hunter2 #?%' },
  };

  it('is in the open and as nobody unless it is said', () => {
    expect(read(bus).kafkaSecurity).toEqual({});
    expect(read({ ...bus, REGULARS_KAFKA_TLS: 'off' }).kafkaSecurity).toEqual({});
  });

  it('is by TLS, as somebody, or both', () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'regulars', password: 'hunter2 #?%' };
    expect(read(whole).kafkaSecurity).toEqual({ tls: { caFile: '/etc/kafka/ca.pem' }, sasl });
    expect(read({ ...bus, REGULARS_KAFKA_TLS: 'on' }).kafkaSecurity).toEqual({ tls: {} });
    const { REGULARS_KAFKA_TLS: _, REGULARS_KAFKA_CA_FILE: _file, ...inTheOpen } = whole;
    expect(read(inTheOpen).kafkaSecurity).toEqual({ sasl });
  });

  it.each([
    [{ REGULARS_KAFKA_TLS: 'yes' }, 'REGULARS_KAFKA_TLS must be on or off'],
    [{ REGULARS_KAFKA_CA_FILE: 'ca.pem' }, 'REGULARS_KAFKA_CA_FILE must be the whole path of a file'],
    [{ REGULARS_KAFKA_TLS: 'off' }, 'REGULARS_KAFKA_CA_FILE goes with REGULARS_KAFKA_TLS=on only'],
    [{ REGULARS_KAFKA_SASL: 'gssapi' }, 'REGULARS_KAFKA_SASL must be plain, scram-sha-256 or scram-sha-512'],
    [{ KAFKA_BROKERS: '' }, 'REGULARS_KAFKA_TLS goes with KAFKA_BROKERS only'],
    ...['SASL', 'USER', 'PASSWORD'].map(
      (part) =>
        [
          { [`REGULARS_KAFKA_${part}`]: '' },
          `REGULARS_KAFKA_${part} must be set: REGULARS_KAFKA_SASL, _USER and _PASSWORD go together`,
        ] as const,
    ),
  ] as const)('refuses %j', (part, fault) => expect(faultsOf({ ...whole, ...part })).toEqual([fault]));
});

it('does not set what is not given: a program tells by that what it is to do', () => {
  const optional = ['databaseUrl', 'masterKey', 'adminToken', 'metricsToken', 'kurrentUrl', 'kafkaBrokers'] as const;
  const config = read({ REGULARS_WORKER_PORT: '' });
  for (const name of [...optional, 'servicePorts', 'readyLagSeconds'] as const) expect(config).not.toHaveProperty(name);
});

it('knows nothing of settings that are written otherwise, and leaves those of others alone', () => {
  expect(faultsOf({ regulars_port: 'x', port: 'x', OTEL_SERVICE_NAME: 'x', KAFKA_HEAP_OPTS: 'x' })).toEqual([]);
  expect(faultsOf({ REGULARS_TEST_port: 'x' })).toEqual(['REGULARS_TEST_port is not a setting']);
  expect(faultsOf({ REGULARS_CDNOW_FILES: 'x' })).toEqual(['REGULARS_CDNOW_FILES is not a setting']);
});
