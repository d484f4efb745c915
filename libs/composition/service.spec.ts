import { MasterKey } from '#libs/platform/crypto/master-key';
import type { Config } from '#libs/platform/app/config';
import { faultsOf } from './service';

const config: Config = {
  host: '127.0.0.1',
  port: 3000,
  dataDir: './data',
  databaseUrl: 'postgres://db/regulars',
  demo: false,
  masterKey: new MasterKey(new Uint8Array(32)),
  adminToken: 'token',
  clock: { kind: 'system' },
  logLevel: 'warn',
};

it('runs with what all services share', () =>
  expect(faultsOf(config, { tasks: ['read-models', 'reactions'] })).toEqual([]));

it('names everything that is missing', () => {
  const { databaseUrl: _, masterKey: _key, adminToken: _token, ...rest } = config;
  const faults = faultsOf({ ...rest, clock: { kind: 'virtual' } }, { tasks: ['relay'] });
  expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
    'DATABASE_URL',
    'REGULARS_MASTER_KEY',
    'REGULARS_ADMIN_TOKEN',
    'REGULARS_CLOCK',
    'KAFKA_BROKERS',
  ]);
});

it('lets a relay run that knows its brokers', () =>
  expect(faultsOf({ ...config, kafkaBrokers: ['one:9092'] }, { tasks: ['relay'] })).toEqual([]));
