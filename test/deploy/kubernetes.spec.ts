import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { topicsOf } from '#libs/platform/kafka/topics';
import { faultsOf, type Task } from '#libs/composition/service';
import { readConfig } from '#libs/platform/app/config';
import { documentsIn, filledIn, textOf, yamlOf } from '../support/deploy-files';
import { faultsIn, isKnown, type Manifest } from '../support/kubernetes-schemas';

const root = dirname(dirname(__dirname));
const folder = 'deploy/kubernetes';
const base = `${folder}/base`;
const production = `${folder}/overlays/production`;

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly { readonly literals: readonly string[] }[];
}

const kustomization = (path: string): Kustomization => yamlOf(`${path}/kustomization.yaml`) as Kustomization;
const filesOf = (path: string): readonly string[] =>
  kustomization(path).resources.filter((resource) => resource.endsWith('.yaml'));
const manifestsOf = (path: string): readonly Manifest[] =>
  filesOf(path).flatMap((file) => documentsIn(textOf(`${path}/${file}`)) as readonly Manifest[]);

const manifests = [...manifestsOf(base), ...manifestsOf(production)];
const named = manifests.map((each) => [`${each.kind} ${each.metadata.name}`, each] as const);
const ofKind = (kind: string): readonly Manifest[] => manifests.filter((each) => each.kind === kind);

/** A value somewhere in a manifest. */
const at = <T>(manifest: object | undefined, path: string): T =>
  path
    .split('.')
    .reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], manifest) as T;

const container = (deployment: Manifest): object => at<object[]>(deployment, 'spec.template.spec.containers')[0] ?? {};
const portOf = (deployment: Manifest): number =>
  at<{ containerPort: number }[]>(container(deployment), 'ports')[0]?.containerPort ?? 0;

describe('schemas', () => {
  const custom = ['ScaledObject', 'PodMonitor'];

  it.each(named.filter(([, { kind }]) => !custom.includes(kind)))('%s is what Kubernetes takes', (_, manifest) =>
    expect(faultsIn(manifest)).toEqual([]),
  );

  it('are there for everything but what is installed into a cluster', () =>
    expect(manifests.filter((each) => !isKnown(each)).map(({ kind }) => kind)).toEqual(custom));

  it('find a wrong type, a missing field and a misspelt one', () => {
    const [deployment] = ofKind('Deployment');
    const text = JSON.stringify(deployment);
    const altered = (from: string, to: string): readonly string[] =>
      faultsIn(JSON.parse(text.replace(from, to)) as Manifest);
    expect(altered('"periodSeconds":10', '"periodSeconds":"10s"')).not.toEqual([]);
    expect(altered('"selector":', '"selektor":')).not.toEqual([]);
    expect(altered('"readinessProbe":', '"readynessProbe":')).toEqual([expect.stringContaining('readynessProbe')]);
    expect(altered('"runAsNonRoot":', '"runAsNonroot":')).toEqual([expect.stringContaining('runAsNonroot')]);
  });
});

describe.each([base, production])('%s', (path) => {
  it('lists what there is, all of it', () => {
    const there = readdirSync(join(root, path)).filter((file) => file !== 'kustomization.yaml');
    expect([...filesOf(path)].sort()).toEqual(there.sort());
  });
});

const tasks: Readonly<Record<string, readonly Task[]>> = {
  'till-api': [],
  'office-api': [],
  worker: ['read-models', 'reactions'],
  relay: ['relay'],
};

const deployments = ofKind('Deployment');
const services = deployments.filter(({ metadata }) => metadata.name !== 'cli');

it('has every service', () =>
  expect(services.map(({ metadata }) => metadata.name).sort()).toEqual(Object.keys(tasks).sort()));

describe.each(deployments.map((each) => [each.metadata.name, each] as const))('%s, a deployment,', (_, deployment) => {
  const inside = container(deployment);

  it('can do nothing but its work', () => {
    expect(at(deployment, 'spec.template.spec.securityContext')).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(at(inside, 'securityContext')).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(at(deployment, 'spec.template.spec.automountServiceAccountToken')).toBe(false);
  });

  it('is given its settings by the file and the secret, and none by the services beside it', () => {
    expect(at(inside, 'envFrom')).toEqual([
      { configMapRef: { name: 'regulars' } },
      { secretRef: { name: 'regulars' } },
    ]);
    expect(at(deployment, 'spec.template.spec.enableServiceLinks')).toBe(false);
    expect(readConfig({ REGULARS_SERVICE_HOST: '10.0.0.1' })).toHaveProperty('errors');
  });

  it('is limited', () => {
    for (const part of ['requests', 'limits'])
      expect(at(inside, `resources.${part}`)).toEqual({ cpu: expect.any(String), memory: expect.any(String) });
  });
});

it('has a place for the command line, which does nothing until it is wanted', () => {
  const [cli] = deployments.filter((each) => !services.includes(each));
  expect(at(cli, 'spec.replicas')).toBe(0);
  expect(at(container(cli!), 'command')).toEqual(['sleep', 'infinity']);
});

describe.each(services.map((each) => [each.metadata.name, each] as const))('%s', (name, deployment) => {
  const inside = container(deployment);

  it('runs its own program, on the port that its program has', () => {
    expect(at(inside, 'args')).toEqual([`dist/apps/${name}/src/main.js`]);
    expect(textOf(`apps/${name}/src/main.ts`)).toContain(`port: ${portOf(deployment)},`);
  });

  it('can run with the settings of the file and the secret', () => {
    const literals = kustomization(base).configMapGenerator[0]?.literals ?? [];
    const settings = Object.fromEntries(literals.map((each) => each.split(/=(.*)/s).slice(0, 2) as [string, string]));
    const secret = {
      DATABASE_URL: 'postgres://regulars:secret@postgres:5432/regulars',
      REGULARS_MASTER_KEY: filledIn['REGULARS_MASTER_KEY'],
      REGULARS_ADMIN_TOKEN: filledIn['REGULARS_ADMIN_TOKEN'],
    };
    const config = readConfig({ ...settings, ...secret });
    if ('errors' in config) throw new Error(config.errors.join('; '));
    expect(faultsOf(config, { tasks: tasks[name] ?? [] })).toEqual([]);
  });

  it('is probed', () => {
    expect(at(inside, 'livenessProbe.httpGet.path')).toBe('/health/live');
    expect(at(inside, 'readinessProbe.httpGet.path')).toBe('/health/ready');
    expect(at(inside, 'startupProbe.httpGet.path')).toBe('/health/live');
  });

  it('is found by its service, and some of it stays when nodes are drained', () => {
    const labels = at<object>(deployment, 'spec.template.metadata.labels');
    for (const kind of ['Service', 'PodDisruptionBudget']) {
      const other = ofKind(kind).find(({ metadata }) => metadata.name === name);
      const selector = at<object>(other, kind === 'Service' ? 'spec.selector' : 'spec.selector.matchLabels');
      expect(labels).toMatchObject(selector);
    }
  });
});

it('knows its ingress: whoever is behind it is told apart by the limits', () => {
  expect(ofKind('Ingress')).toHaveLength(1);
  const literals = kustomization(production).configMapGenerator[0]?.literals ?? [];
  const [, proxies] = literals.find((each) => each.startsWith('REGULARS_TRUSTED_PROXIES='))?.split('=') ?? [];
  expect(readConfig({ REGULARS_TRUSTED_PROXIES: proxies })).toMatchObject({ trustedProxies: ['uniquelocal'] });
});

describe('monitoring', () => {
  const [monitor] = ofKind('PodMonitor');
  const [endpoint] = at<{ port: string; path: string; authorization: object }[]>(monitor, 'spec.podMetricsEndpoints');

  it('brings the token that /metrics asks for, from the secret that is said to hold it', () => {
    expect(at(endpoint, 'authorization.credentials')).toEqual({ name: 'regulars', key: 'REGULARS_METRICS_TOKEN' });
    expect(readConfig({ REGULARS_METRICS_TOKEN: 'token' })).toMatchObject({ metricsToken: 'token' });
    expect(textOf(`${base}/kustomization.yaml`)).toContain('REGULARS_METRICS_TOKEN');
  });

  it.each(services.map((each) => [each.metadata.name, each] as const))('finds %s, and only so', (_, deployment) => {
    expect(at<object>(deployment, 'metadata.labels')).toMatchObject(at<object>(monitor, 'spec.selector.matchLabels'));
    expect(at<{ name: string }[]>(container(deployment), 'ports').map(({ name }) => name)).toEqual([endpoint?.port]);
    expect(JSON.stringify(deployment)).not.toContain('prometheus.io/');
  });

  it('and every other caller are told how to be let in', () => {
    const [policy] = ofKind('NetworkPolicy');
    expect(JSON.stringify(policy)).toContain('"regulars/may-call":"true"');
    for (const file of ['docs/operations.md', `${production}/kustomization.yaml`])
      expect(textOf(file)).toMatch(/kubectl label namespace .*regulars\/may-call=true/);
  });
});

describe('scaling', () => {
  it('follows the processor at the two interfaces', () =>
    expect(
      ofKind('HorizontalPodAutoscaler')
        .map((each) => at<string>(each, 'spec.scaleTargetRef.name'))
        .sort(),
    ).toEqual(['office-api', 'till-api']));

  it('follows the bus at the workers: their groups and topics, and no more workers than partitions', () => {
    const [scaled] = ofKind('ScaledObject');
    const { facts, tickets } = topicsOf();
    const triggers = at<{ type: string; metadata: Record<string, string> }[]>(scaled, 'spec.triggers');
    expect(at(scaled, 'spec.scaleTargetRef')).toEqual({ name: 'worker' });
    expect(at(scaled, 'spec.maxReplicaCount')).toBe(facts.partitions);
    expect(triggers.map(({ metadata }) => [metadata['consumerGroup'], metadata['topic']])).toEqual([
      ['regulars.read-models', facts.name],
      ['regulars.policies', facts.name],
      ['regulars.ingress', tickets.name],
    ]);
    for (const { type, metadata } of triggers) {
      expect(type).toBe('kafka');
      for (const value of Object.values(metadata)) expect(typeof value).toBe('string');
    }
  });
});

const kubectl = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8' });
const whereKubectlIs = kubectl.status === 0 ? describe : describe.skip;

whereKubectlIs(`kustomize${kubectl.status === 0 ? '' : ' (skipped: kubectl is not installed)'}`, () => {
  const built = (path: string): readonly Manifest[] => {
    const { stdout, stderr, status } = spawnSync('kubectl', ['kustomize', join(root, path)], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return documentsIn(stdout) as readonly Manifest[];
  };

  it.each([base, production])('builds %s, and what it builds is what Kubernetes takes', (path) => {
    const objects = built(path);
    expect(objects.length).toBeGreaterThan(12);
    for (const each of objects.filter(isKnown)) expect(faultsIn(each)).toEqual([]);
  });

  it('names settings by their content, so that a change rolls the services', () => {
    const [deployment] = built(production).filter(({ kind }) => kind === 'Deployment');
    const [settings] = built(production).filter(({ kind }) => kind === 'ConfigMap');
    expect(settings?.metadata).toMatchObject({
      namespace: 'regulars',
      name: expect.stringMatching(/^regulars-\w{10}$/),
    });
    expect(at<object[]>(container(deployment!), 'envFrom')[0]).toEqual({
      configMapRef: { name: settings?.metadata.name },
    });
  });

  it('leaves the number of replicas to whoever scales', () => {
    for (const deployment of built(production).filter(({ kind }) => kind === 'Deployment'))
      expect(at(deployment, 'spec.replicas') === undefined).toBe(!['relay', 'cli'].includes(deployment.metadata.name));
  });
});

it('knows only programs that there are', () => {
  for (const name of Object.keys(tasks)) expect(existsSync(join(root, 'apps', name, 'src', 'main.ts'))).toBe(true);
});
