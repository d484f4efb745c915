import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { fromCursor, pageOf, type Page } from '#libs/platform/http/page';
import { toText } from '#libs/platform/kernel/instant';
import { ReadTables, type UpTo } from './read-tables';
import { ticketReviews } from './ticket-reviews.projection';

/** A ticket in the queue. */
export interface ListedReview {
  readonly reviewId: string;
  readonly storeId: string;
  readonly memberId: string;
  readonly tillId: string;
  readonly ticketNo: string;
  readonly businessDate: string;
  readonly occurredAt: string;
  readonly setAsideAt: string;
  readonly netMinor: number;
  readonly status: string;
}

/** A page of the queue, and up to where in the log and in time it speaks. */
export interface ReviewList extends Page<ListedReview> {
  readonly upTo: UpTo;
}

/** The tickets of some stores, or of all, that are in this state, by id. */
export class ListReviews extends Query<ReviewList> {
  constructor(
    readonly stores: 'all' | readonly string[],
    readonly status: string,
    readonly page: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    super();
  }
}

interface Row extends Omit<ListedReview, 'occurredAt' | 'setAsideAt'> {
  readonly occurredAt: number;
  readonly setAsideAt: number;
}

const reviewsSql = `
SELECT review_id AS "reviewId", store_id AS "storeId", member_id AS "memberId", till_id AS "tillId",
  ticket_no AS "ticketNo", business_date::text AS "businessDate", net_minor::float8 AS "netMinor", status,
  (extract(epoch FROM occurred_at) * 1000)::float8 AS "occurredAt",
  (extract(epoch FROM set_aside_at) * 1000)::float8 AS "setAsideAt"
FROM read.ticket_reviews
WHERE ($1::text[] IS NULL OR store_id = ANY($1)) AND status = $2 AND review_id > $3
ORDER BY review_id LIMIT $4`;

@QueryHandler(ListReviews)
export class ListReviewsHandler implements IQueryHandler<ListReviews> {
  constructor(@Inject(ReadTables) private readonly tables: ReadTables) {}

  async execute({ stores, status, page }: ListReviews): Promise<ReviewList> {
    const values = [stores === 'all' ? null : stores, status, fromCursor(page.cursor) ?? '', page.limit + 1];
    const { rows, upTo } = await this.tables.spoken<Row>(ticketReviews.name, reviewsSql, values);
    const { items, nextCursor } = pageOf(rows, page.limit, ({ reviewId }) => reviewId);
    const listed = items.map((row) => ({
      ...row,
      occurredAt: toText(row.occurredAt),
      setAsideAt: toText(row.setAsideAt),
    }));
    return { items: listed, nextCursor, upTo };
  }
}
