import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { DataSource } from 'typeorm';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { fromCursor, pageOf, type Page } from '#libs/platform/http/page';
import { DATA_SOURCE } from '#libs/platform/http/platform.module';
import { toText } from '#libs/platform/kernel/instant';
import { membersByStore } from './members-by-store.projection';

/** A line of a member list. */
export interface ListedMember {
  readonly memberId: string;
  readonly storeId: string;
  readonly channel: string;
  readonly enrolledAt: string;
  readonly state: string;
}

/** A page of a member list, and up to where in the log and in time the list speaks. */
export interface MemberList extends Page<ListedMember> {
  readonly upTo: { readonly position: string; readonly at: string } | null;
}

/** The members of some stores, or of all, by id. */
export class ListMembers extends Query<MemberList> {
  constructor(
    readonly stores: 'all' | readonly string[],
    readonly page: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    super();
  }
}

interface Row extends Omit<ListedMember, 'enrolledAt'> {
  readonly enrolledAt: number;
}

interface Checkpoint {
  readonly xid: string;
  readonly position: string;
  readonly movedAt: number;
}

const rowsSql = `
SELECT member_id AS "memberId", store_id AS "storeId", channel, state,
  (extract(epoch FROM enrolled_at) * 1000)::float8 AS "enrolledAt"
FROM read.members_by_store
WHERE ($1::text[] IS NULL OR store_id = ANY($1)) AND member_id > $2
ORDER BY member_id LIMIT $3`;

const checkpointSql = `
SELECT xid::text, position::text, (extract(epoch FROM moved_at) * 1000)::float8 AS "movedAt"
FROM read.checkpoints WHERE name = $1`;

@QueryHandler(ListMembers)
export class ListMembersHandler implements IQueryHandler<ListMembers> {
  constructor(@Inject(DATA_SOURCE) private readonly source: DataSource | null) {}

  async execute({ stores, page }: ListMembers): Promise<MemberList> {
    const after = fromCursor(page.cursor) ?? '';
    const wanted = stores === 'all' ? null : stores;
    // The checkpoint first: the list then speaks at least up to it.
    const [checkpoint] = await this.ask<Checkpoint>(checkpointSql, [membersByStore.name]);
    if (checkpoint === undefined) return { items: [], nextCursor: null, upTo: null };
    const rows = await this.ask<Row>(rowsSql, [wanted, after, page.limit + 1]);
    const { items, nextCursor } = pageOf(rows, page.limit, (row) => row.memberId);
    return {
      items: items.map((row) => ({ ...row, enrolledAt: toText(row.enrolledAt) })),
      nextCursor,
      upTo: { position: `${checkpoint.xid}/${checkpoint.position}`, at: toText(Math.floor(checkpoint.movedAt)) },
    };
  }

  private async ask<T>(statement: string, values: unknown[]): Promise<readonly T[]> {
    if (this.source === null) throw new StoreUnavailable(new Error('There is no database for read models.'));
    try {
      return await this.source.query<readonly T[]>(statement, values);
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  }
}
