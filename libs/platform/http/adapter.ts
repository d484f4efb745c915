import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify';
import { answerUnread } from './client-errors';
import { correlationIdOf, setHeaders } from './headers';
import { jsonBody } from './json-body';
import { answerProblem } from './problem.filter';
import { Ready } from './reply';
import type { RequestHash } from '#libs/platform/crypto/request-hash';

/** Largest body in bytes; the largest honest one is a ticket of a few hundred lines. */
export const BODY_LIMIT = 256 * 1024;

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 72_000;

/** Fastify as the edge needs it: limits, time-outs, JSON only, and replies whose JSON text is ready. */
export class EdgeAdapter extends FastifyAdapter {
  /** Of the proxies in front only trusted ones are asked where a request comes from: anybody can write the header. */
  constructor(requestHash: RequestHash, trustedProxies: readonly string[] = []) {
    super({
      trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
      bodyLimit: BODY_LIMIT,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      logController: new LogController({ disableRequestLogging: true }),
      genReqId: correlationIdOf,
      skipMiddie: true,
      multipart: false,
      clientErrorHandler: answerUnread,
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
        setHeaders(request, reply, () => answerProblem(error, request, reply)),
    });
    const instance = this.getInstance();
    instance.removeAllContentTypeParsers();
    instance.addContentTypeParser('application/json', { parseAs: 'buffer' }, jsonBody(instance));
    instance.decorateRequest('caller', undefined);
    instance.decorate('requestHash', requestHash);
    instance.addHook('onRequest', setHeaders);
  }

  /** Nest's own handler would turn Fastify's errors into exceptions without their codes. */
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance().setErrorHandler(answerProblem);
  }

  override reply(
    ...[response, body, status]: Parameters<FastifyAdapter['reply']>
  ): ReturnType<FastifyAdapter['reply']> {
    if (!(body instanceof Ready) || !('sent' in response)) return super.reply(response, body, status);
    return response.status(body.status).header('content-type', 'application/json; charset=utf-8').send(body.text);
  }
}
