import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { beginning, type DayPart, ending, placeSql } from './day-places';
import { ReadTables, type UpTo } from './read-tables';
import { storeDayPoints } from './store-day-points.projection';
import { storeDaySales } from './store-day-sales.projection';

/** A wallet's books of one store and day: opening + issued − spent − expired − reversed + adjusted + converted = closing. */
export interface StoreDay {
  /** Null for points that no store issued. */
  readonly storeId: string | null;
  readonly wallet: string;
  readonly day: string;
  readonly opening: number;
  readonly issued: number;
  readonly spent: number;
  readonly expired: number;
  readonly reversed: number;
  readonly adjusted: number;
  readonly converted: number;
  readonly closing: number;
}

/** What members bought in a store on one day; money in minor units. */
export interface SalesDay {
  readonly storeId: string;
  readonly day: string;
  readonly sales: number;
  readonly netMinor: number;
  readonly returns: number;
  readonly returnedMinor: number;
  readonly visits: number;
}

/** Day totals of one part of the span, and up to where in the log and in time they speak. */
export interface StoreDays {
  readonly items: readonly StoreDay[];
  readonly sales: readonly SalesDay[];
  /** Null when there are no further days. */
  readonly nextCursor: string | null;
  readonly upTo: UpTo;
}

/** The day totals of some stores, or of all, from a date up to and including another. Days without movement are absent. */
export class ListStoreDays extends Query<StoreDays> {
  constructor(
    readonly stores: 'all' | readonly string[],
    readonly span: { readonly from: string; readonly to: string },
    readonly part: DayPart,
  ) {
    super();
  }
}

const pointsPlace = placeSql('day', 'store_id', 'wallet');
const salesPlace = placeSql('day', 'store_id');

const pointsSql = `
SELECT nullif(store_id, '') AS "storeId", wallet, day::text AS day,
  (closing - net)::float8 AS opening, issued::float8 AS issued, spent::float8 AS spent, expired::float8 AS expired,
  reversed::float8 AS reversed, adjusted::float8 AS adjusted, converted::float8 AS converted, closing::float8 AS closing
FROM (
  SELECT *, sum(net) OVER (PARTITION BY store_id, wallet ORDER BY day) AS closing
  FROM (
    SELECT *, issued - spent - expired - reversed + adjusted + converted AS net
    FROM read.store_day_points
    WHERE ($1::text[] IS NULL OR store_id = ANY($1)) AND day <= $3::date
  ) moved
) summed
WHERE day >= $2::date AND ${pointsPlace} > $4
ORDER BY ${pointsPlace} LIMIT $5`;

const salesSql = `
SELECT store_id AS "storeId", day::text AS day, sales, net_minor::float8 AS "netMinor", returns,
  returned_minor::float8 AS "returnedMinor", visits
FROM read.store_day_sales
WHERE ($1::text[] IS NULL OR store_id = ANY($1)) AND day >= $2::date AND day <= $3::date AND ${salesPlace} > $4
ORDER BY ${salesPlace} LIMIT $5`;

@QueryHandler(ListStoreDays)
export class ListStoreDaysHandler implements IQueryHandler<ListStoreDays> {
  constructor(@Inject(ReadTables) private readonly tables: ReadTables) {}

  async execute({ stores, span: { from, to }, part }: ListStoreDays): Promise<StoreDays> {
    const values = [stores === 'all' ? null : stores, from, to, beginning(part), part.limit + 1];
    const points = await this.tables.spoken<StoreDay>(storeDayPoints.name, pointsSql, values);
    const sales = await this.tables.spoken<SalesDay>(storeDaySales.name, salesSql, values);
    const { upToEnd, nextCursor } = ending([points.rows, sales.rows], part);
    return { items: upToEnd(points.rows), sales: upToEnd(sales.rows), nextCursor, upTo: points.upTo };
  }
}
