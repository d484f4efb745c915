import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { TooBusy } from '#libs/platform/runtime/command-runner';
import { Problem, problem } from './problem';

const WAIT_SECONDS = 1;

/** What Fastify itself refuses, by its error code. Sizes and types are 400 here, as the contract says. */
const fastifyProblems: Readonly<Record<string, () => Problem>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => problem('body-too-large', 400, 'The body is larger than 256 KiB.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () =>
    problem('unsupported-content-type', 400, 'Send the body as application/json in UTF-8.'),
  FST_ERR_CTP_EMPTY_TYPE: () => problem('unsupported-content-type', 400, 'Send the body as application/json in UTF-8.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => problem('malformed-json', 400, 'The body is not JSON.'),
};

const notThere = (): Problem => problem('route-not-found', 404, 'There is no such route.');

const broken = (): Problem => problem('internal-error', 500, 'Something went wrong on our side; it has been noted.');

const ofStatus = (status: number): Problem => {
  if (status === 404) return notThere();
  return status >= 400 && status < 500 ? problem('malformed-request', 400, 'The request cannot be read.') : broken();
};

interface CodedError {
  readonly code?: unknown;
  readonly statusCode?: unknown;
}

const statusOf = (error: unknown): number => {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as CodedError;
  return typeof statusCode === 'number' ? statusCode : 500;
};

/** The problem that stands for an error of any origin. Never repeats the error's own words, which may hold input. */
export const problemOf = (error: unknown): Problem => {
  if (error instanceof Problem) return error;
  if (error instanceof StoreUnavailable) {
    return problem('unavailable', 503, 'The store does not answer; try again.', { retryAfterSeconds: WAIT_SECONDS });
  }
  if (error instanceof TooBusy) {
    return problem('too-busy', 503, 'Too many requests for one record; try again.', {
      retryAfterSeconds: WAIT_SECONDS,
    });
  }
  if (typeof error !== 'object' || error === null) return broken();
  const { code } = error as CodedError;
  const known = typeof code === 'string' ? fastifyProblems[code] : undefined;
  if (known !== undefined) return known();
  return error instanceof SyntaxError && statusOf(error) === 400
    ? problem('malformed-json', 400, 'The body is not JSON.')
    : ofStatus(statusOf(error));
};

/** Sends a problem with the headers that belong to its status. */
const sendProblem = (reply: FastifyReply, found: Problem): void => {
  const wait = found.extras.retryAfterSeconds;
  if (wait !== undefined) reply.header('retry-after', String(wait));
  if (found.status === 401) reply.header('www-authenticate', 'Bearer');
  // As bytes, since Fastify would add a charset to text, which this media type does not have.
  reply.status(found.status).header('content-type', 'application/problem+json').send(Buffer.from(found.toText()));
};

const log = new Logger('http');

/** Names the route, never the address that was called: its query may hold a phone number. */
const report = (error: unknown, request: FastifyRequest, found: Problem): void => {
  const cause = found.status === 500 && error instanceof Error ? error.stack : undefined;
  log.error(`${found.code} ${request.method} ${request.routeOptions.url ?? 'unknown route'} ${request.id}`, cause);
};

/** Answers an error as an RFC 9457 problem and logs it when it is our own fault, without the request's content. */
export const answerProblem = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const found = problemOf(error);
  if (found.status >= 500) report(error, request, found);
  if (!reply.sent) sendProblem(reply, found);
};

/** Every error that Nest meets goes the same way as those of Fastify. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    answerProblem(error, host.getArgByIndex<FastifyRequest>(0), host.getArgByIndex<FastifyReply>(1));
  }
}
