import { Controller, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { limitFailures, RateLimits, type RateRule } from '#libs/platform/http/rate-limit';
import { ready, send, type Ready } from '#libs/platform/http/reply';
import { BodyOf, RequestOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { NoIdempotencyKey, Open, Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import { toText } from '#libs/platform/kernel/instant';
import { managerRoles } from '../contract';
import { SignIn } from '../sign-in.handler';
import { StaffRequest } from '../staff.handler';
import { newSession, newStaff, type NewSessionBody, type NewStaffBody } from './organisation.schemas';

const refusals = {
  'store-not-found': 404,
  'role-not-held': 403,
  'store-not-held': 403,
  'staff-differs': 409,
  'invalid-credentials': 401,
} as const;

/** Failed sign-ins from one address. */
const fromOneAddress: RateRule = { name: 'sign-in', burst: 120, perMinute: 60 };

/** Failed sign-ins under one name from one address: enough for a slip of the finger, too few for guessing. */
const underOneName: RateRule = { name: 'sign-in-name', burst: 20, perMinute: 10 };

/** Who works where. */
@ApiTags('Organisation')
@Controller('v1/staff')
export class StaffController {
  constructor(private readonly commands: CommandBus) {}

  @ApiOperation({ summary: 'Engage someone with roles and stores the caller holds' })
  @Roles(...managerRoles)
  @Post()
  async engage(@BodyOf(newStaff) staff: NewStaffBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    return send(await this.commands.execute(new StaffRequest(staff, submission)), refusals);
  }
}

/** Signing in, at tills as in offices. */
@ApiTags('Organisation')
@Controller('v1/sessions')
export class SessionsController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  @ApiOperation({ summary: 'Sign in' })
  @Open()
  @NoIdempotencyKey()
  @Post()
  async signIn(@BodyOf(newSession) body: NewSessionBody, @RequestOf() request: FastifyRequest): Promise<Ready> {
    const { staffId, password } = body;
    const { outcome, token, expiresAt } = await limitFailures(
      this.limits,
      [
        [underOneName, `${request.ip} ${staffId}`],
        [fromOneAddress, request.ip],
      ],
      (signIn) => signIn.outcome.kind === 'refused',
      () => this.commands.execute(new SignIn(staffId, password)),
    );
    const { status } = send(outcome, refusals);
    return ready({ status, body: { token, expiresAt: toText(expiresAt) } });
  }
}
