import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AUTHENTICATOR, type Authenticator, type Caller } from './caller';
import { problem, type Problem } from './problem';
import { limit, RateLimits, type RateRule } from './rate-limit';
import { idempotencyKeyOf, tokenOf } from './request-parts';
import { rulesOf, type RouteRules } from './route-rules';

/**
 * Failed authentication per address. Only failures count, so a shop's tills never wait for a stranger's guesses; and
 * generous, since 256 random bits are safe from guessing: the limit keeps the work for strangers small.
 */
const failures: RateRule = { name: 'failed-authentication', burst: 300, perMinute: 120 };

/** Tells apart only what the caller may know: that there was no token, or that the token does not hold. */
const unauthorised = (detail: string): Problem => problem('unauthorised', 401, detail);

/** A request that a proxy on this machine passes on comes from elsewhere. */
const fromThisMachine = ({ ip, headers }: FastifyRequest): boolean =>
  /^(?:127\.|::1$|::ffff:127\.)/.test(ip) &&
  headers['x-forwarded-for'] === undefined &&
  headers.forwarded === undefined;

/** The one guard of every route: token, role, idempotency key; in this order, before the body is looked at. */
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
    this.checkKey(request, rules);
    request.caller = caller;
    return true;
  }

  private async authenticate(request: FastifyRequest): Promise<Caller> {
    const token = tokenOf(request);
    const caller = token === undefined ? undefined : await this.callerOf(token, request.ip);
    if (caller !== undefined) return caller;
    limit(this.limits, failures, request.ip);
    throw unauthorised(
      request.headers.authorization === undefined ? 'Send a bearer token.' : 'The token is not known, or it has ended.',
    );
  }

  /** What keeps us from an answer may be the token itself: it counts, too. */
  private async callerOf(token: string, address: string): Promise<Caller | undefined> {
    try {
      return await this.authenticator.authenticate(token);
    } catch (error) {
      this.limits.take(failures, address);
      throw error;
    }
  }

  private checkKey(request: FastifyRequest, rules: RouteRules): void {
    if (rules.needsKey && request.method !== 'GET' && request.method !== 'HEAD') idempotencyKeyOf(request);
  }
}
