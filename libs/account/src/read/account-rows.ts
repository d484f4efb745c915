import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { DATA_SOURCE } from '#libs/platform/http/platform.module';

const pageSql =
  'SELECT member_id AS "memberId" FROM read.account_overview WHERE member_id > $1 ORDER BY member_id LIMIT $2';

/** Reads whose accounts there are, page by page, so that a large chain takes no more memory than a small one. */
@Injectable()
export class AccountRows {
  constructor(@Inject(DATA_SOURCE) private readonly source: DataSource | null) {}

  /** Member ids, in order. Rejects with `StoreUnavailable`. */
  async *pages(pageSize = 500): AsyncGenerator<readonly string[]> {
    for (let after = ''; ;) {
      const page = await this.page(after, pageSize);
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = last;
    }
  }

  private async page(after: string, pageSize: number): Promise<readonly string[]> {
    if (this.source === null) throw new StoreUnavailable(new Error('There is no database for read models.'));
    try {
      const rows = await this.source.query<readonly { readonly memberId: string }[]>(pageSql, [after, pageSize]);
      return rows.map(({ memberId }) => memberId);
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  }
}
