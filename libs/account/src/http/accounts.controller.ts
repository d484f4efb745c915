import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { adjustmentRoles, headOfficeRoles, memberReaderRoles, tillRoles } from '#libs/organisation/src/contract';
import type { Caller } from '#libs/platform/http/caller';
import { pageFields, type Page } from '#libs/platform/http/page';
import { problem } from '#libs/platform/http/problem';
import type { Ready } from '#libs/platform/http/reply';
import { BodyOf, CallerOf, PathOf, QueryOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import { AccountAccess } from '../account-access';
import { administrationId, AdministrationRequest, type Administration } from '../administration.handler';
import type { LotView } from '../domain/explanation';
import type { Overview } from '../domain/overview';
import type { StatementEntry } from '../domain/statement';
import { ExplainLot, ListLots, ListVouchers, ShowAccount, ShowStatement } from './accounts.query';
import { momentFields, outsideName } from './fields';
import {
  newActivation,
  newAdjustment,
  newConversion,
  newTier,
  voucherCancel,
  voucherHold,
  type NewActivationBody,
  type NewAdjustmentBody,
  type NewConversionBody,
  type NewTierBody,
} from './redemption.schemas';
import { reply } from './refusals';

const moment = z.strictObject(momentFields);
const momentPage = z.strictObject({ ...momentFields, ...pageFields });

/** Lots and vouchers come whole unless a limit is set. */
const momentPart = z.strictObject({ ...momentFields, ...pageFields, limit: pageFields.limit.unwrap().optional() });
type Moment = z.output<typeof moment>;

/** Those who may read any account: it names nobody, and a store serves members of every other. */
const readers = [...new Set([...tillRoles, ...memberReaderRoles, 'member'])];

/** Those who may act on a member's account at the member's wish. */
const onBehalf = [...tillRoles, 'careAgent', 'member'];

/** The most points, given or taken, that a care agent may adjust in one go, in the wallet's unit; head office has no limit. */
export const CARE_AGENT_LIMIT = 5_000;

/** A lot's id is made of ids and dots. */
const lotIdShape = outsideName.max(200);

@ApiTags('Accounts')
@Controller('v1/accounts/:memberId')
export class AccountsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(AccountAccess) private readonly access: AccountAccess,
  ) {}

  @ApiOperation({ summary: 'Balances, tier and counts' })
  @Roles(...readers)
  @Get()
  show(@PathOf('memberId') memberId: string, @QueryOf(moment) asked: Moment, @CallerOf() caller: Caller) {
    this.access.own(caller, memberId);
    return this.queries.execute<ShowAccount, Overview>(new ShowAccount(memberId, asked));
  }

  @ApiOperation({ summary: 'Movements of points, newest first' })
  @Roles(...readers)
  @Get('statement')
  statement(
    @PathOf('memberId') memberId: string,
    @QueryOf(momentPage) { limit, cursor, ...asked }: z.output<typeof momentPage>,
    @CallerOf() caller: Caller,
  ): Promise<Page<StatementEntry>> {
    this.access.own(caller, memberId);
    return this.queries.execute(new ShowStatement(memberId, asked, { limit, cursor }));
  }

  @ApiOperation({ summary: 'Every lot ever granted' })
  @Roles(...readers)
  @Get('lots')
  lots(
    @PathOf('memberId') memberId: string,
    @QueryOf(momentPart) { limit, cursor, ...asked }: z.output<typeof momentPart>,
    @CallerOf() caller: Caller,
  ): Promise<Page<LotView>> {
    this.access.own(caller, memberId);
    return this.queries.execute(new ListLots(memberId, asked, { limit, cursor }));
  }

  @ApiOperation({ summary: 'Why these points: rule, version, inputs, shares, multipliers, clips, spends' })
  @Roles(...readers)
  @Get('explain/:lotId')
  explain(
    @PathOf('memberId') memberId: string,
    @PathOf('lotId', lotIdShape) lotId: string,
    @QueryOf(moment) asked: Moment,
    @CallerOf() caller: Caller,
  ): Promise<object> {
    this.access.own(caller, memberId);
    return this.queries.execute(new ExplainLot(memberId, lotId, asked));
  }

  @ApiOperation({ summary: 'Vouchers, newest first' })
  @Roles(...readers)
  @Get('vouchers')
  vouchers(
    @PathOf('memberId') memberId: string,
    @QueryOf(momentPart) { limit, cursor, ...asked }: z.output<typeof momentPart>,
    @CallerOf() caller: Caller,
  ): Promise<Page<object>> {
    this.access.own(caller, memberId);
    return this.queries.execute(new ListVouchers(memberId, asked, { limit, cursor }));
  }

  @ApiOperation({ summary: `Give or take points by hand; a care agent at most ${CARE_AGENT_LIMIT} at a time` })
  @Roles(...adjustmentRoles)
  @Post('adjustments')
  adjust(
    @PathOf('memberId') memberId: string,
    @BodyOf(newAdjustment) { storeId, ...body }: NewAdjustmentBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    if (Math.abs(body.points) > CARE_AGENT_LIMIT && !submission.caller.roles.includes('headOffice'))
      throw problem('adjustment-limit', 403, `More than ${CARE_AGENT_LIMIT} points are for head office to adjust.`);
    const adjustmentId = administrationId('adjustment', submission);
    return this.administer(memberId, { type: 'AdjustPoints', adjustmentId, ...body }, submission, storeId);
  }

  @ApiOperation({ summary: "Turn points into another wallet's, as the programme offers" })
  @Roles(...onBehalf)
  @Post('conversions')
  convert(
    @PathOf('memberId') memberId: string,
    @BodyOf(newConversion) { storeId, ...body }: NewConversionBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const requestId = administrationId('conversion', submission);
    return this.administer(memberId, { type: 'ConvertPoints', requestId, ...body }, submission, storeId);
  }

  @ApiOperation({ summary: 'Activate the points of a wallet that wait for an action' })
  @Roles(...onBehalf)
  @Post('activations')
  activate(
    @PathOf('memberId') memberId: string,
    @BodyOf(newActivation) { storeId, wallet }: NewActivationBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return this.administer(memberId, { type: 'ActivatePoints', wallet }, submission, storeId);
  }

  @ApiOperation({ summary: 'Give a tier by hand: a floor until its date' })
  @Roles(...headOfficeRoles)
  @Post('tier')
  tier(
    @PathOf('memberId') memberId: string,
    @BodyOf(newTier) body: NewTierBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return this.administer(memberId, { type: 'GrantTier', ...body }, submission);
  }

  @ApiOperation({ summary: 'Set a voucher aside for a bill being made' })
  @Roles(...tillRoles)
  @HttpCode(200)
  @Post('vouchers/:code/hold')
  holdVoucher(
    @PathOf('memberId') memberId: string,
    @PathOf('code') code: string,
    @BodyOf(voucherHold) { storeId }: z.output<typeof voucherHold>,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    const { tillId } = submission.caller;
    const place = tillId === undefined ? {} : { tillId };
    return this.administer(memberId, { type: 'HoldVoucher', code, ...place }, submission, storeId);
  }

  @ApiOperation({ summary: 'Withdraw a voucher that has not been used' })
  @Roles(...adjustmentRoles)
  @HttpCode(200)
  @Post('vouchers/:code/cancel')
  cancelVoucher(
    @PathOf('memberId') memberId: string,
    @PathOf('code') code: string,
    @BodyOf(voucherCancel) { reason }: z.output<typeof voucherCancel>,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return this.administer(memberId, { type: 'CancelVoucher', code, reason }, submission);
  }

  private async administer(
    memberId: string,
    command: Administration,
    submission: Submission,
    storeId?: string,
  ): Promise<Ready> {
    return reply(await this.commands.execute(new AdministrationRequest(memberId, command, storeId, submission)));
  }
}
