import { Controller, Get, HttpCode, Inject, Module, Post, type DynamicModule } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { TooBusy, type Outcome } from '#libs/platform/runtime/command-runner';
import { AUTHENTICATOR, requireReach, type Authenticator, type Caller } from '../caller';
import { identifier, instant, shortText } from '../fields';
import { pageOf, pageQuery, type Page } from '../page';
import { limit, RateLimits } from '../rate-limit';
import { send, type Ready } from '../reply';
import { BodyOf, CallerOf, PathOf, QueryOf, RequestOf, SubmissionOf } from '../request-parts';
import { NoIdempotencyKey, Open, OpenToLoopback, Roles } from '../route-rules';
import type { Submission } from '../submission';

const line = z.strictObject({ quantity: z.int().min(1) });
const ticket = z.strictObject({ storeId: identifier, at: instant.optional(), lines: z.array(line).optional() });
type Ticket = z.output<typeof ticket>;

const refusals = { 'in-debt': 409 } as const;

/** Outcomes of a command that a test asks for by name. */
const outcomes: Readonly<Record<string, Outcome<'in-debt'>>> = {
  answered: { kind: 'answered', status: 202, body: '{"as":"it is"}', replayed: false },
  refused: { kind: 'refused', reason: 'in-debt', detail: 'Repay first.' },
  mismatch: { kind: 'idempotency-mismatch' },
  claimed: { kind: 'claim-taken', name: 'ticket:1', streamId: 'account-M2', revision: 3 },
};

const failures: Readonly<Record<string, () => unknown>> = {
  store: () => new StoreUnavailable(new Error('secret address')),
  busy: () => new TooBusy('account-M1'),
  bug: () => new Error('secret detail'),
  text: () => 'thrown text',
};

/** Routes that show each side of the edge. */
@Roles('cashier')
@Controller('probe')
class ProbeController {
  constructor(@Inject(RateLimits) private readonly limits: RateLimits) {}

  @Post('tickets')
  take(
    @BodyOf(ticket) body: Ticket,
    @QueryOf(z.strictObject({ park: z.literal('true').optional() })) query: object,
    @SubmissionOf() { idempotency, meta, caller }: Submission,
  ): object {
    requireReach(caller, body.storeId);
    return { body, query, idempotency, meta };
  }

  @Post('stores/:storeId')
  key(@PathOf('storeId') storeId: string, @SubmissionOf() { idempotency }: Submission): object {
    return { storeId, idempotency };
  }

  @NoIdempotencyKey()
  @HttpCode(200)
  @Post('quotes')
  quote(@BodyOf(ticket) body: Ticket): object {
    return body;
  }

  @NoIdempotencyKey()
  @HttpCode(200)
  @Post('echo')
  echo(@BodyOf(z.strictObject({ storeId: shortText })) body: object): object {
    return body;
  }

  @Get('caller')
  caller(@CallerOf() caller: Caller): Caller {
    return caller;
  }

  @Roles('auditor')
  @Get('audit')
  audit(): object {
    return {};
  }

  @Get('list')
  list(@QueryOf(pageQuery) { limit }: z.output<typeof pageQuery>): Page<number> {
    return pageOf([1, 2, 3], limit, String);
  }

  @Get('outcomes/:name')
  outcome(@PathOf('name') name: string): Ready {
    return send(outcomes[name] as Outcome<'in-debt'>, refusals);
  }

  @Get('failures/:name')
  fail(@PathOf('name') name: string, @QueryOf(z.object({ phone: z.string().optional() })) _: object): object {
    throw failures[name]?.();
  }

  @OpenToLoopback()
  @Get('inside')
  inside(): object {
    return {};
  }

  @Get('limited')
  limited(@CallerOf() { credential }: Caller): object {
    limit(this.limits, { name: 'look-up', burst: 2, perMinute: 60 }, credential);
    return {};
  }

  @Open()
  @Get('address')
  address(@RequestOf() { ip }: FastifyRequest): object {
    return { ip };
  }
}

@Controller('forgotten')
class ForgottenController {
  @Get()
  nobody(): object {
    return {};
  }
}

const cashiers: Readonly<Record<string, Caller>> = {
  'token-one': { credential: 'staff:C1', roles: ['cashier'], scope: ['S1'] },
  'token-two': { credential: 'staff:C2', roles: ['cashier'], scope: 'all' },
};

/** Knows the cashiers by heart; looks for anybody else, or tries to. */
const authenticator: Authenticator = {
  authenticate: (token, beforeLookUp) => {
    const known = cashiers[token];
    if (known === undefined) beforeLookUp();
    return token === 'token-unread' ? Promise.reject(new StoreUnavailable('away')) : Promise.resolve(known);
  },
};

/** A context made only of what the edge's own tests need. */
@Module({})
export class ProbeModule {
  static forRoot(): DynamicModule {
    return {
      module: ProbeModule,
      global: true,
      controllers: [ProbeController, ForgottenController],
      providers: [{ provide: AUTHENTICATOR, useValue: authenticator }],
      exports: [AUTHENTICATOR],
    };
  }
}
