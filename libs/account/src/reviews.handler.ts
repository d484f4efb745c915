import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { requireReach } from '#libs/platform/http/caller';
import { notFound } from '#libs/platform/http/problem';
import type { Submission } from '#libs/platform/http/submission';
import { AccountAccess, requireRedemptions } from './account-access';
import { AccountStreams, type AccountOutcome } from './account-streams';
import { bookOnce } from './book-once';
import type { AccountContext } from './domain/account.commands';
import type { Account, ReviewRecord } from './domain/account.state';
import { purchaseAnswer, type Told } from './domain/answers';
import { isSold } from './domain/tickets';
import { voucherCodes } from './ids';

/** A person's word on a ticket that was too old to be booked by itself. */
export class ReviewRequest extends Command<AccountOutcome> {
  constructor(
    readonly reviewId: string,
    readonly verdict: 'accept' | 'reject',
    readonly submission: Submission,
  ) {
    super();
  }
}

const reviewOf = (account: Account, reviewId: string): ReviewRecord | undefined =>
  account.reviews.find((each) => each.reviewId === reviewId);

/** Works the review queue: an accepted ticket is booked as of when it occurred, a rejected one stays on record. */
@CommandHandler(ReviewRequest)
export class ReviewHandler implements ICommandHandler<ReviewRequest> {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
  ) {}

  execute({ reviewId, verdict, submission }: ReviewRequest): Promise<AccountOutcome> {
    return this.streams.orReplay(submission.idempotency, async () => {
      const memberId = await this.streams.holderOf(`review:${reviewId}`);
      const account = memberId === undefined ? undefined : await this.streams.current(memberId);
      const review = account && reviewOf(account, reviewId);
      if (memberId === undefined || review === undefined) throw notFound('review', reviewId);
      requireReach(submission.caller, review.ticket.storeId);
      return verdict === 'accept'
        ? this.accept(memberId, review, submission)
        : this.reject(memberId, reviewId, submission);
    });
  }

  private async accept(memberId: string, review: ReviewRecord, submission: Submission): Promise<AccountOutcome> {
    const { reviewId: purchaseId, ticket, store } = review;
    const member = await this.access.member(memberId);
    const codes = voucherCodes(ticket.redemptionIds.length);
    const once = {
      memberId,
      command: { type: 'RecordPurchase', purchaseId, ticket, source: 'review' } as const,
      circumstances: { ...(await this.access.circumstances(member, undefined, codes)), store },
      claims: [`ticket:${purchaseId}`],
      isBooked: (account: Account) => isSold(account, purchaseId),
      guard: (account: Account) => requireRedemptions(submission.caller, account, ticket),
      answer: (told: Told, context: AccountContext) => ({
        status: 200,
        body: purchaseAnswer(told, context, purchaseId),
      }),
    };
    return bookOnce(this.streams, once, submission);
  }

  /** Whoever was erased since may be a member no more: their ticket can still leave the queue. */
  private async reject(memberId: string, reviewId: string, submission: Submission): Promise<AccountOutcome> {
    const member = await this.access.facts(memberId);
    return this.streams.execute({
      memberId,
      command: { type: 'RejectTicket', reviewId },
      circumstances: await this.access.circumstances(member),
      answer: ({ after }) => ({ status: 200, body: { reviewId, status: reviewOf(after, reviewId)?.status ?? 'open' } }),
      idempotency: submission.idempotency,
      meta: submission.meta,
    });
  }
}
