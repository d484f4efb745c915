import { Controller, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { managerRoles } from '#libs/organisation/src/contract';
import type { Ready } from '#libs/platform/http/reply';
import { BodyOf, PathOf, SubmissionOf } from '#libs/platform/http/request-parts';
import { Roles } from '#libs/platform/http/route-rules';
import type { Submission } from '#libs/platform/http/submission';
import { ReviewRequest } from '../reviews.handler';
import { nothing } from './redemption.schemas';
import { reply } from './refusals';

/** Tickets too old to be booked by themselves, waiting for a person. */
@ApiTags('Reviews')
@Roles(...managerRoles)
@Controller('v1/reviews')
export class ReviewsController {
  constructor(private readonly commands: CommandBus) {}

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
