import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AUTHENTICATOR, type Authenticator, type Caller } from './caller';
import { problem, type Problem } from './problem';
import { attempt, RateLimits, type RateRule } from './rate-limit';
import { idempotencyKeyOf, refuseQuery, tokenOf } from './request-parts';
import { rulesOf, type RouteRules } from './route-rules';

const nobody = Promise.resolve(undefined);

/**
 * Failed authentication per address. Only failures count, and tokens that memory knows never wait, so neither does a
 * shop's till for a stranger's guesses; and generous, since 256 random bits are safe from guessing: the limit keeps the
 * work for strangers small, who are looked for nowhere while it is reached.
 */
const failures: RateRule = { name: 'failed-authentication', burst: 300, perMinute: 120 };

/** Tells apart only what the caller may know: that there was no token, or that the token does not hold. */
const unauthorised = (detail: string): Problem => problem('unauthorised', 401, detail);

/** A request that a proxy on this machine passes on comes from elsewhere. */
const fromThisMachine = ({ ip, headers }: FastifyRequest): boolean =>
  /^(?:127\.|::1$|::ffff:127\.)/.test(ip) &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined;

/** The one guard of every route: token, role, no query where none is taken, idempotency key; in this order, before the body is looked at. */
@Injectable()
export class EdgeGuard implements CanActivate {
  constructor(
    @Inject(AUTHENTICATOR) private readonly authenticator: Authenticator,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.getArgByIndex<FastifyRequest>(0);
    const rules = rulesOf(context.getHandler(), context.getClass());
    if (!rules.open && !(rules.openToLoopback && fromThisMachine(request))) return this.admit(request, rules);
    this.checkKey(request, rules);
    return true;
  }

  private async admit(request: FastifyRequest, rules: RouteRules): Promise<boolean> {
    const caller = await this.authenticate(request);
    if (!rules.roles.some((role) => caller.roles.includes(role))) {
      throw problem('forbidden', 403, 'This token may not call this route.');
    }
    if (!rules.takesQuery) refuseQuery(request);
    this.checkKey(request, rules);
    request.caller = caller;
    return true;
  }

  private async authenticate(request: FastifyRequest): Promise<Caller> {
    const token = tokenOf(request);
    const caller = await attempt(this.limits, [failures, request.ip], (beforeLookUp) =>
      token === undefined ? nobody : this.authenticator.authenticate(token, beforeLookUp),
    );
    if (caller !== undefined) return caller;
    throw unauthorised(
      request.headers.authorization === undefined ? 'Send a bearer token.' : 'The token is not known, or it has ended.',
    );
  }

  private checkKey(request: FastifyRequest, rules: RouteRules): void {
    if (rules.needsKey && request.method !== 'GET' && request.method !== 'HEAD') idempotencyKeyOf(request);
  }
}
