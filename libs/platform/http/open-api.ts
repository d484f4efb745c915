import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { documented } from './route-rules';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']> & Record<string, unknown>;

const reads = ['get', 'head'] as const;
const writes = ['post', 'put', 'patch', 'delete'] as const;

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'Binds this request to its first accepted answer; 1 to 255 ASCII characters.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details.',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', example: 'urn:regulars:problem:validation' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message'],
        properties: { path: { type: 'string', example: 'lines[0].quantity' }, message: { type: 'string' } },
      },
    },
  },
};

const problemReply = {
  description: 'Anything else is a problem.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** Says in the document's own words what the route's rules are. */
const withRules = (operation: Operation, isWrite: boolean): void => {
  if (operation[documented.open] === true) operation.security = [];
  if (isWrite && operation[documented.keyless] !== true) {
    operation.parameters = [...(operation.parameters ?? []), idempotencyKey];
  }
  delete operation[documented.open];
  delete operation[documented.keyless];
  operation.responses = { ...operation.responses, default: problemReply };
};

/** The OpenAPI 3.1 document of every route, from the schemas that validate the requests. */
export const openApiOf = (app: NestFastifyApplication): OpenAPIObject => {
  const head = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Regulars')
    .setDescription('An event-sourced loyalty and membership platform.')
    .setVersion('1')
    .addBearerAuth({ type: 'http', scheme: 'bearer' }, 'bearer')
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, head);
  for (const path of Object.values(document.paths)) {
    for (const method of reads) if (path[method] !== undefined) withRules(path[method] as Operation, false);
    for (const method of writes) if (path[method] !== undefined) withRules(path[method] as Operation, true);
  }
  const schemas = { ...document.components?.schemas, Problem: problemSchema };
  return { ...document, components: { ...document.components, schemas } };
};

/** Serves the document at `/docs/openapi.json` and as a page at `/docs`. Built on the first visit, not at start. */
export const serveOpenApi = (app: NestFastifyApplication): void => {
  SwaggerModule.setup('docs', app, () => openApiOf(app), { jsonDocumentUrl: 'docs/openapi.json', raw: ['json'] });
};
