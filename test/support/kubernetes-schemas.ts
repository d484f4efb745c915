import * as apps from 'kubernetes-models/apps/v1';
import * as autoscaling from 'kubernetes-models/autoscaling/v2';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';

/** An object of a cluster, as a manifest describes it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

interface Model {
  validate(): void;
}

const groups: Readonly<Record<string, object>> = {
  v1: core,
  'apps/v1': apps,
  'autoscaling/v2': autoscaling,
  'networking.k8s.io/v1': networking,
  'policy/v1': policy,
};

const modelOf = ({ apiVersion, kind }: Manifest): (new (data: object) => Model) | undefined =>
  (groups[apiVersion] as Record<string, new (data: object) => Model> | undefined)?.[kind];

/** Whether there is a schema for a kind of object. */
export const isKnown = (manifest: Manifest): boolean => modelOf(manifest) !== undefined;

type Tree = Record<string, unknown>;

/** A look-alike that notes which fields are read of it, at every depth. */
const watched = (value: unknown, path: string, read: Set<string>): unknown => {
  if (Array.isArray(value)) return value.map((each, index) => watched(each, `${path}/${index}`, read));
  if (typeof value !== 'object' || value === null) return value;
  const children = new Map<string, unknown>();
  return new Proxy(value as Tree, {
    get(target, field) {
      if (typeof field !== 'string' || !(field in target)) return undefined;
      read.add(`${path}/${field}`);
      if (!children.has(field)) children.set(field, watched(target[field], `${path}/${field}`, read));
      return children.get(field);
    },
  });
};

const fieldsOf = (value: unknown, path = ''): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((each, index) => fieldsOf(each, `${path}/${index}`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([field, each]) => [`${path}/${field}`, ...fieldsOf(each, `${path}/${field}`)]);
};

/** Settings and names of free choice: a schema says nothing of what is in them. */
const free = /\/(labels|annotations|matchLabels|podSelector|nodeSelector|data|limits|requests)(\/|$)/;

/**
 * What is wrong with a manifest by the schemas of Kubernetes. These allow any field beyond those they know, as the
 * server does unless it is asked to be strict; here, a field that a schema never looks at is a mistake too.
 */
export const faultsIn = (manifest: Manifest): readonly string[] => {
  const model = modelOf(manifest);
  if (model === undefined) return [`There is no schema for ${manifest.apiVersion} ${manifest.kind}`];
  const read = new Set<string>();
  try {
    // Models copy what they are made with: ours must stay the one that is looked at.
    Object.assign(new model({}), watched(manifest, '', read)).validate();
  } catch (error) {
    return [String(error instanceof Error ? error.message : error)];
  }
  const top = new Set(Object.keys(manifest).map((field) => `/${field}`));
  const seen = (path: string): boolean => read.has(path) || top.has(path) || /\/\d+$/.test(path);
  return fieldsOf(manifest)
    .filter((path) => !seen(path) && seen(path.slice(0, path.lastIndexOf('/'))) && !free.test(path))
    .map((path) => `${manifest.kind} ${manifest.metadata.name} has no field ${path}`);
};
