import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Instant } from '#libs/platform/kernel/instant';
import { toText } from '#libs/platform/kernel/instant';
import { beginning, type DayPart, ending, placeSql } from './day-places';
import { lotsExpiring } from './lots-expiring.projection';
import { ReadTables, type UpTo } from './read-tables';

/** Points that end on one day (UTC), unless they are spent or extended before. */
export interface ExpiringDay {
  readonly day: string;
  /** Null for points that no store issued. */
  readonly storeId: string | null;
  readonly wallet: string;
  readonly points: number;
  readonly members: number;
}

/** Such days of one part of the span, and up to where in the log and in time they speak. */
export interface ExpiringDays {
  readonly items: readonly ExpiringDay[];
  /** Null when there are no further days. */
  readonly nextCursor: string | null;
  readonly upTo: UpTo;
}

/** What ends from an instant (inclusive) to another (exclusive), by day, issuing store and wallet. */
export class ListExpiring extends Query<ExpiringDays> {
  constructor(
    readonly stores: 'all' | readonly string[],
    readonly span: { readonly from: Instant; readonly to: Instant },
    readonly part: DayPart,
  ) {
    super();
  }
}

const expiringPlace = placeSql('day', 'issuing_store', 'wallet');

const expiringSql = `
SELECT day::text AS day, nullif(issuing_store, '') AS "storeId", wallet,
  sum(points)::float8 AS points, count(DISTINCT member_id)::int AS members
FROM (
  SELECT *, (expires_at AT TIME ZONE 'UTC')::date AS day
  FROM read.lots_expiring
  WHERE expires_at >= $2 AND expires_at < $3 AND points > 0 AND ($1::text[] IS NULL OR issuing_store = ANY($1))
) ending
WHERE ${expiringPlace} > $4
GROUP BY day, issuing_store, wallet ORDER BY ${expiringPlace} LIMIT $5`;

@QueryHandler(ListExpiring)
export class ListExpiringHandler implements IQueryHandler<ListExpiring> {
  constructor(@Inject(ReadTables) private readonly tables: ReadTables) {}

  async execute({ stores, span: { from, to }, part }: ListExpiring): Promise<ExpiringDays> {
    const values = [stores === 'all' ? null : stores, toText(from), toText(to), beginning(part), part.limit + 1];
    const { rows, upTo } = await this.tables.spoken<ExpiringDay>(lotsExpiring.name, expiringSql, values);
    const { upToEnd, nextCursor } = ending([rows], part);
    return { items: upToEnd(rows), nextCursor, upTo };
  }
}
