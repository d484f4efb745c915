import { Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { tillRoles } from '#libs/organisation/src/contract';
import type { Ready } from '#libs/platform/http/reply';
import { BodyOf, PathOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Answers } from '#libs/platform/http/route-answers';
import { Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import type { RedemptionAim } from '../domain/account.state';
import { HoldRequest, RedemptionRequest } from '../redemptions.handler';
import { newRedemption, nothing, somePoints, type NewRedemptionBody } from './redemption.schemas';
import { reply } from './refusals';

const aimOf = (body: NewRedemptionBody): RedemptionAim => {
  const { tillId, ticketNo, storeId } = body;
  const place = {
    ...(tillId === undefined ? {} : { tillId }),
    ...(ticketNo === undefined ? {} : { ticketNo }),
  };
  const ticket = tillId === undefined && ticketNo === undefined ? {} : { ticket: place };
  if (body.kind === 'reward') return { kind: body.kind, rewardId: body.rewardId, storeId, ...ticket };
  const { kind, wallet, billMinor, points } = body;
  return { kind, wallet, billMinor, points, storeId, ...ticket };
};

/** Points spent at a till: authorised first, then captured or given up. */
@ApiTags('At the till')
@Controller('v1/redemptions')
export class RedemptionsController {
  constructor(private readonly commands: CommandBus) {}

  @ApiOperation({ summary: 'Hold points for a reward or for part of a bill' })
  @Answers({ 200: 'Known already under this `redemptionId`, for the same: as it stands.', 201: 'Held.' })
  @Roles(...tillRoles)
  @Post()
  async hold(@BodyOf(newRedemption) body: NewRedemptionBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    const { memberId, redemptionId } = body;
    const sent = { memberId, aim: aimOf(body), ...(redemptionId === undefined ? {} : { redemptionId }) };
    return reply(await this.commands.execute(new HoldRequest(sent, submission)));
  }

  @ApiOperation({ summary: 'Spend what is held, or part of it: the rest is free again' })
  @Roles(...tillRoles)
  @HttpCode(200)
  @Post(':redemptionId/capture')
  async capture(
    @PathOf('redemptionId') redemptionId: string,
    @BodyOf(somePoints) body: z.output<typeof somePoints>,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const command = { type: 'CaptureHold', redemptionId, ...body } as const;
    return reply(await this.commands.execute(new RedemptionRequest(command, submission)));
  }

  @ApiOperation({ summary: 'Give a hold up' })
  @Roles(...tillRoles)
  @HttpCode(200)
  @Post(':redemptionId/void')
  async void(
    @PathOf('redemptionId') redemptionId: string,
    @BodyOf(nothing) _: object,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const command = { type: 'VoidHold', redemptionId } as const;
    return reply(await this.commands.execute(new RedemptionRequest(command, submission)));
  }

  @ApiOperation({ summary: 'Give captured points back, all or some, to the lots they came from' })
  @Roles(...tillRoles)
  @HttpCode(200)
  @Post(':redemptionId/undo')
  async undo(
    @PathOf('redemptionId') redemptionId: string,
    @BodyOf(somePoints) body: z.output<typeof somePoints>,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const command = { type: 'UndoRedemption', redemptionId, ...body } as const;
    return reply(await this.commands.execute(new RedemptionRequest(command, submission)));
  }
}
