import { Controller, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { managerRoles } from '#libs/organisation/src/contract';
import type { Caller } from '#libs/platform/http/caller';
import { identifier } from '#libs/platform/http/fields';
import { pageFields } from '#libs/platform/http/page';
import type { Ready } from '#libs/platform/http/reply';
import { BodyOf, CallerOf, PathOf, QueryOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import { AccountAccess } from '../account-access';
import { ListReviews, type ReviewList } from '../read/ticket-reviews.query';
import { ReviewRequest } from '../reviews.handler';
import { nothing } from './redemption.schemas';
import { reply } from './refusals';

const reviewsQuery = z.strictObject({
  ...pageFields,
  storeId: identifier.optional(),
  status: z.enum(['open', 'accepted', 'rejected']).default('open'),
});

/** Tickets too old to be booked by themselves, waiting for a person. */
@ApiTags('Reviews')
@Roles(...managerRoles)
@Controller('v1/reviews')
export class ReviewsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    @Inject(AccountAccess) private readonly access: AccountAccess,
  ) {}

  @ApiOperation({ summary: 'Tickets that were set aside, by id; those that wait unless told' })
  @Roles(...managerRoles, 'auditor')
  @Get()
  async list(
    @QueryOf(reviewsQuery) { storeId, status, ...page }: z.output<typeof reviewsQuery>,
    @CallerOf() caller: Caller,
  ): Promise<ReviewList> {
    return this.queries.execute(new ListReviews(await this.access.stores(caller, storeId), status, page));
  }

  @ApiOperation({ summary: 'Book a ticket that was set aside' })
  @HttpCode(200)
  @Post(':reviewId/accept')
  async accept(
    @PathOf('reviewId') reviewId: string,
    @BodyOf(nothing) _: object,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return reply(await this.commands.execute(new ReviewRequest(reviewId, 'accept', submission)));
  }

  @ApiOperation({ summary: 'Turn a ticket away that was set aside' })
  @HttpCode(200)
  @Post(':reviewId/reject')
  async reject(
    @PathOf('reviewId') reviewId: string,
    @BodyOf(nothing) _: object,
    @SubmissionOf() submission: Submission,
  ): Promise<Ready> {
    return reply(await this.commands.execute(new ReviewRequest(reviewId, 'reject', submission)));
  }
}
