import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { tokenHash } from '#libs/platform/crypto/tokens';
import type { Caller } from '#libs/platform/http/caller';
import { nothing } from '#libs/platform/http/fields';
import { invalidField, problem } from '#libs/platform/http/problem';
import { limitFailures, RateLimits, type RateRule } from '#libs/platform/http/rate-limit';
import { ready, send, type Ready } from '#libs/platform/http/reply';
import { BodyOf, CallerOf, PathOf, RequestOf, SubmissionOf, tokenOf } from '#libs/platform/http/request-parts';
import { Answers } from '#libs/platform/http/route-answers';
import { NoIdempotencyKey, Open, Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import { toText } from '#libs/platform/kernel/instant';
import { managerRoles } from '../contract';
import { Dismissal } from '../dismissal.handler';
import { staffRoles } from '../domain/roles';
import { PasswordRequest } from '../password.handler';
import { SignIn } from '../sign-in.handler';
import { SignOut } from '../sign-out.handler';
import { StaffRequest } from '../staff.handler';
import {
  dismissal,
  newPassword,
  newSession,
  newStaff,
  type DismissalBody,
  type NewPasswordBody,
  type NewSessionBody,
  type NewStaffBody,
} from './organisation.schemas';

const refusals = {
  'store-not-found': 404,
  'role-not-held': 403,
  'store-not-held': 403,
  'office-everywhere': 400,
  'staff-differs': 409,
  'staff-not-found': 404,
  'wrong-password': 403,
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
  @Answers({ 200: 'Engaged already, with all the same.', 201: 'Engaged.' })
  @Roles(...managerRoles)
  @Post()
  async engage(@BodyOf(newStaff) staff: NewStaffBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    const outcome = await this.commands.execute(new StaffRequest(staff, submission));
    if (outcome.kind === 'refused' && outcome.reason === 'office-everywhere')
      throw invalidField('storeIds', outcome.detail ?? outcome.reason);
    return send(outcome, refusals);
  }

  @ApiOperation({ summary: 'Dismiss someone the caller may engage; their sessions end, they can be engaged again' })
  @Roles(...managerRoles)
  @HttpCode(200)
  @Post(':staffId/dismiss')
  async dismiss(
    @PathOf('staffId') staffId: string,
    @BodyOf(dismissal) body: DismissalBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return send(await this.commands.execute(new Dismissal({ staffId, ...body }, submission)), refusals);
  }
}

/** Passwords, changed wherever people sign in. */
@ApiTags('Organisation')
@Controller('v1/staff')
export class PasswordsController {
  constructor(
    private readonly commands: CommandBus,
    @Inject(RateLimits) private readonly limits: RateLimits,
  ) {}

  @ApiOperation({
    summary: 'Change your own password, or set that of someone you may engage; all their sessions end',
  })
  @Roles(...staffRoles)
  @HttpCode(200)
  @Post(':staffId/password')
  async change(
    @PathOf('staffId') staffId: string,
    @BodyOf(newPassword) body: NewPasswordBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const { credential, staffId: own } = submission.caller;
    const missing = body.currentPassword === undefined;
    if ((own === staffId) === missing)
      throw invalidField('currentPassword', missing ? 'Needed for your own password' : 'Only for your own password');
    const outcome = await limitFailures(
      this.limits,
      [[underOneName, credential]],
      (change) => change.kind === 'refused' && change.reason === 'wrong-password',
      () => this.commands.execute(new PasswordRequest(staffId, body, submission)),
    );
    return send(outcome, refusals);
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
  @ApiOperation({ summary: 'Sign out: ends the session whose token this is' })
  @Roles(...staffRoles)
  @NoIdempotencyKey()
  @HttpCode(200)
  @Post('close')
  async signOut(
    @BodyOf(nothing) _: object,
    @CallerOf() { staffId }: Caller,
    @RequestOf() request: FastifyRequest,
  ): Promise<Ready> {
    const token = tokenOf(request);
    if (staffId === undefined || token === undefined)
      throw problem('no-session', 409, 'This token is of no session: it stays.');
    return send(await this.commands.execute(new SignOut({ staffId, tokenHash: tokenHash(token) })), refusals);
  }
}
