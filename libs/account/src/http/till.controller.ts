import { Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { tillRoles } from '#libs/organisation/src/contract';
import type { Caller } from '#libs/platform/http/caller';
import { problem } from '#libs/platform/http/problem';
import type { Ready } from '#libs/platform/http/reply';
import { BodyOf, CallerOf, QueryOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Answers } from '#libs/platform/http/route-answers';
import { NoIdempotencyKey, Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import type { Result } from '../domain/answers';
import { ActivityRequest, VisitRequest } from '../occasions.handler';
import { PurchaseRequest, QuoteRequest } from '../purchases.handler';
import { ReturnRequest } from '../returns.handler';
import { refusals, reply } from './refusals';
import {
  newActivity,
  newReturn,
  newTicket,
  newVisit,
  returnQuery,
  type NewActivityBody,
  type NewReturnBody,
  type NewTicketBody,
  type NewVisitBody,
} from './ticket.schemas';

/** What a till tells: tickets, visits, activities, returns. */
@ApiTags('At the till')
@Controller('v1')
export class TillController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @ApiOperation({ summary: 'What a ticket would bring; nothing is kept' })
  @Roles(...tillRoles)
  @NoIdempotencyKey()
  @HttpCode(200)
  @Post('quotes')
  async quote(@BodyOf(newTicket) ticket: NewTicketBody, @CallerOf() caller: Caller): Promise<Result> {
    const quote = await this.queries.execute(new QuoteRequest(ticket, caller));
    if (quote.kind === 'quoted') return quote.body;
    throw problem(quote.reason, refusals[quote.reason], quote.detail);
  }

  @ApiOperation({
    summary: 'Book a ticket: 201, 200 when it is booked already, 202 when it is too old and needs review',
  })
  @Answers({
    200: 'Booked already with the same content: the first result, with `duplicate: true`.',
    201: 'Booked.',
    202: 'Too old to be booked by itself: set aside for a person, under `reviewId`.',
  })
  @Roles(...tillRoles)
  @Post('purchases')
  async purchase(@BodyOf(newTicket) ticket: NewTicketBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    return reply(await this.commands.execute(new PurchaseRequest(ticket, submission)));
  }

  @ApiOperation({ summary: 'Book a visit' })
  @Roles(...tillRoles)
  @Post('visits')
  async visit(@BodyOf(newVisit) visit: NewVisitBody, @SubmissionOf() submission: Submission): Promise<Ready> {
    return reply(await this.commands.execute(new VisitRequest(visit, submission)));
  }

  @ApiOperation({ summary: 'Book an activity that rules may reward' })
  @Roles(...tillRoles)
  @Post('activities')
  async activity(
    @BodyOf(newActivity) activity: NewActivityBody,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return reply(await this.commands.execute(new ActivityRequest(activity, submission)));
  }

  @ApiOperation({ summary: 'Book goods that came back; with ?park=true a return may wait for its sale (202)' })
  @Answers({
    200: 'Booked already with the same content: the first result, with `duplicate: true`.',
    201: 'Booked.',
    202: 'Parked until its sale arrives: `status` is `parked`.',
  })
  @Roles(...tillRoles)
  @Post('returns')
  async giveBack(
    @BodyOf(newReturn) body: NewReturnBody,
    @QueryOf(returnQuery) { park }: z.output<typeof returnQuery>,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return reply(await this.commands.execute(new ReturnRequest(body, park === 'true', submission)));
  }
}
