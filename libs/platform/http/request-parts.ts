import { Body, Param, Query, createParamDecorator, type ExecutionContext, type PipeTransform } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { RequestHash } from '#libs/platform/crypto/request-hash';
import { traceOnward } from '#libs/platform/observability/tracing';
import type { Idempotency } from '#libs/platform/runtime/command-runner';
import type { Caller } from './caller';
import { identifier } from './fields';
import { invalid, problem } from './problem';
import { TakesQuery } from './route-rules';
import type { Submission } from './submission';
import { validate } from './validation';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the guard on every route that is not open. */
    caller: Caller | undefined;
  }
  interface FastifyInstance {
    requestHash: RequestHash;
  }
}

const requestOf = (context: ExecutionContext): FastifyRequest => context.getArgByIndex<FastifyRequest>(0);

const bearer = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** The request's bearer token, if it has one. */
export const tokenOf = ({ headers: { authorization } }: FastifyRequest): string | undefined =>
  authorization === undefined ? undefined : bearer.exec(authorization)?.[1];

/** 1 to 255 printable ASCII characters, spaces included. */
const keyShape = /^[\x20-\x7e]{1,255}$/;

/** The request's `Idempotency-Key`. Throws 400 `idempotency-key-required` when it is missing or malformed. */
export const idempotencyKeyOf = (request: FastifyRequest): string => {
  const key = request.headers['idempotency-key'];
  if (typeof key === 'string' && keyShape.test(key)) return key;
  throw problem('idempotency-key-required', 400, 'Send an Idempotency-Key header of 1 to 255 ASCII characters.');
};

const callerOf = (request: FastifyRequest): Caller => {
  if (request.caller === undefined) throw problem('unauthorised', 401, 'Send a bearer token.');
  return request.caller;
};

/** JSON text can nest deeper than any writer of it; nothing we accept does. */
const hashOf = ({ server, method, url, body }: FastifyRequest): string => {
  try {
    return server.requestHash(method, url, body);
  } catch (error) {
    if (error instanceof RangeError) throw problem('body-too-deep', 400, 'The body is nested too deeply.');
    throw error;
  }
};

const idempotencyOf = (request: FastifyRequest): Idempotency => ({
  credential: callerOf(request).credential,
  key: idempotencyKeyOf(request),
  requestHash: hashOf(request),
});

const submissionOf = (request: FastifyRequest): Submission => {
  const caller = callerOf(request);
  return {
    caller,
    idempotency: idempotencyOf(request),
    meta: { correlationId: request.id, actor: caller.credential, ...traceOnward() },
  };
};

/** The authenticated caller. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext) => callerOf(requestOf(context)));

/** Caller, idempotency and event metadata in one: what a write hands to its command. */
export const SubmissionOf = createParamDecorator((_: unknown, context: ExecutionContext) =>
  submissionOf(requestOf(context)),
);

/** The request itself, for the few routes that need its address. */
export const RequestOf = createParamDecorator((_: unknown, context: ExecutionContext) => requestOf(context));

interface SchemaHolder {
  readonly schema?: unknown;
}

/** Validates against the schema of the parameter it stands at. Synchronous, unlike Nest's own pipe. */
const validation: PipeTransform = {
  transform: (value: unknown, { schema }: SchemaHolder) =>
    validate(schema as z.ZodType, value === undefined ? {} : value),
};

const pathValidation: PipeTransform = {
  transform: (value: unknown, { schema, data }: SchemaHolder & { readonly data?: string | undefined }) =>
    validate(schema as z.ZodType, value, data),
};

/** The body, validated by a strict zod schema (which also documents it). */
export const BodyOf = (schema: z.ZodType): ParameterDecorator => Body({ schema, pipes: [validation] });

/** The query string, validated by a strict zod object. Values arrive as text: coerce in the schema. */
export const QueryOf =
  (schema: z.ZodType): ParameterDecorator =>
  (target, method, index) => {
    Query({ schema, pipes: [validation] })(target, method, index);
    const handler = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method);
    if (method !== undefined && handler !== undefined) TakesQuery()(target, method, handler);
  };

/** Throws 400 `validation` for a query sent to a route that takes none: a typo is never silently ignored. */
export const refuseQuery = ({ url, query }: FastifyRequest): void => {
  if (!url.includes('?')) return;
  const errors = Object.keys(query as object).map((path) => ({ path, message: 'Unknown field' }));
  if (errors.length > 0) throw invalid(errors);
};

/** A path parameter; an identifier unless another schema is given. */
export const PathOf = (name: string, schema: z.ZodType = identifier): ParameterDecorator =>
  Param(name, { schema, pipes: [pathValidation] });
