import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fc from 'fast-check';
import { openApiOf } from '#libs/platform/http/open-api';

/** The part of JSON Schema that the document uses. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Operation {
  readonly requestBody?: { readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> };
}

/** A request made up from the document, as it goes over the wire. */
export interface FuzzedRequest {
  readonly method: Method;
  readonly url: string;
  readonly payload?: string;
}

const methods: Readonly<Record<string, Method>> = {
  get: 'GET',
  post: 'POST',
  put: 'PUT',
  patch: 'PATCH',
  delete: 'DELETE',
};

/** Values that have broken servers before. */
const nasty = fc.constantFrom<unknown>(
  null,
  '',
  '\u0000',
  '\ud800',
  '__proto__',
  'x'.repeat(5_000),
  -0,
  -1,
  0.1,
  1e308,
  Number.MAX_SAFE_INTEGER + 1,
  [],
  {},
  [[]],
  '2026-02-30T00:00:00Z',
  '+275760-09-13T00:00:00Z',
);

/** Values of a schema, one field in ten wrong in some way. */
class Values {
  constructor(private readonly components: Readonly<Record<string, Schema>>) {}

  of(schema: Schema): fc.Arbitrary<unknown> {
    return fc.oneof({ weight: 9, arbitrary: this.right(schema) }, { weight: 1, arbitrary: nasty });
  }

  private right(schema: Schema): fc.Arbitrary<unknown> {
    const { $ref, enum: choices, anyOf, items } = schema;
    if ($ref !== undefined) return this.right(this.components[$ref.split('/').at(-1) ?? ''] ?? {});
    if (choices !== undefined) return fc.constantFrom(...choices);
    if (anyOf !== undefined) return fc.oneof(...anyOf.map((each) => this.right(each)));
    if (schema.type === 'array') return fc.array(this.of(items ?? {}), { maxLength: 4 });
    if (schema.type === 'object') return this.object(schema);
    return this.scalar(schema.type);
  }

  private object({ properties = {}, required = [] }: Schema): fc.Arbitrary<unknown> {
    const fields = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, this.of(each)]));
    return fc.oneof(
      { weight: 8, arbitrary: fc.record(fields, { requiredKeys: required.filter((name) => name in fields) }) },
      { weight: 1, arbitrary: fc.record(fields, { requiredKeys: [] }) },
      { weight: 1, arbitrary: fc.record({ ...fields, unknown: fc.jsonValue() }) },
    );
  }

  private scalar(type: string | undefined): fc.Arbitrary<unknown> {
    if (type === 'integer') return fc.integer({ min: 0, max: 1_000 });
    if (type === 'number') return fc.double({ noNaN: true });
    if (type === 'boolean') return fc.boolean();
    const words = fc.constantFrom('S1', 'T1', 'C1', 'UTC', 'AUD', 'correct horse', '2026-03-01T18:20:00+11:00');
    return type === 'string' ? fc.oneof(words, fc.string({ unit: 'binary' })) : fc.jsonValue();
  }
}

const segment = fc.oneof(fc.constantFrom('S1', 'T1', '%2F', '..', 'é'), fc.string({ minLength: 1, maxLength: 80 }));

const pathOf = (template: string): fc.Arbitrary<string> =>
  fc
    .array(segment, { minLength: 4, maxLength: 4 })
    .map((values) => template.replace(/\{\w+\}/g, () => encodeURIComponent(values.pop() ?? 'x')));

const query = fc.oneof(
  fc.constant(''),
  fc.constantFrom('?limit=2', '?limit=-1', '?cursor=%FF', '?asOf=x', '?a[]=1&a[]=2'),
);

/** Requests to every route of an app that its own document describes, right and wrong. */
export const fuzzedRequests = (app: NestFastifyApplication): fc.Arbitrary<FuzzedRequest> => {
  const document = openApiOf(app);
  const values = new Values((document.components?.schemas ?? {}) as Readonly<Record<string, Schema>>);
  const requests = Object.entries(document.paths).flatMap(([template, path]) =>
    Object.entries(path as Readonly<Record<string, Operation>>).flatMap(([name, operation]) => {
      const method = methods[name];
      if (method === undefined) return [];
      const url = fc.tuple(pathOf(template), query).map((parts) => parts.join(''));
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      if (schema === undefined) return [fc.record({ method: fc.constant(method), url })];
      const text = fc.oneof(
        { weight: 20, arbitrary: values.of(schema).map((value) => JSON.stringify(value)) },
        { weight: 1, arbitrary: fc.string() },
      );
      return [fc.record({ method: fc.constant(method), url, payload: text })];
    }),
  );
  return fc.oneof(...requests);
};

/** What must hold of an answer to any request whatsoever: never our own fault, and a problem whenever it is not 2xx. */
export const answersAsPromised = async (
  app: NestFastifyApplication,
  { payload, ...request }: FuzzedRequest,
  headers: Readonly<Record<string, string>>,
): Promise<void> => {
  const body = payload === undefined ? {} : { payload, headers: { ...headers, 'content-type': 'application/json' } };
  const reply = await app.inject({ ...request, headers, ...body });
  const { statusCode } = reply;
  if (statusCode < 300) return;
  const { type, status } = reply.json<{ type?: unknown; status?: unknown }>();
  const promised = statusCode < 500 && status === statusCode && String(type).startsWith('urn:regulars:problem:');
  if (!promised) throw new Error(`${request.method} ${request.url} answered ${statusCode} ${reply.body}`);
};
