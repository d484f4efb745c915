import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { STORE_PORT, type StorePort } from '#libs/organisation/src/contract';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { DATA_SOURCE } from '#libs/platform/http/platform.module';

/** A member who told a birthday, still sealed. */
export interface BirthdayRow {
  readonly memberId: string;
  readonly keyId: string;
  readonly birthday: string;
}

const pageSize = 500;

const pageSql = `
SELECT member_id AS "memberId", key_id AS "keyId", birthday FROM read.member_birthdays
WHERE store_id = $1 AND member_id > $2 AND birthday IS NOT NULL ORDER BY member_id LIMIT ${pageSize}`;

/** Reads the birthdays of members by the zone of their home store, page by page, so that a large chain takes no more memory than a small one. */
@Injectable()
export class BirthdayRows {
  constructor(
    @Inject(DATA_SOURCE) private readonly source: DataSource | null,
    @Inject(STORE_PORT) private readonly stores: StorePort,
  ) {}

  async *inZone(zone: string): AsyncGenerator<readonly BirthdayRow[]> {
    const stores = await this.stores.stores();
    for (const { storeId } of stores.filter((store) => store.timeZone === zone)) yield* this.ofStore(storeId);
  }

  private async *ofStore(storeId: string): AsyncGenerator<readonly BirthdayRow[]> {
    for (let after = ''; ;) {
      const page = await this.page(storeId, after);
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (last === undefined || page.length < pageSize) return;
      after = last.memberId;
    }
  }

  private async page(storeId: string, after: string): Promise<readonly BirthdayRow[]> {
    if (this.source === null) throw new StoreUnavailable(new Error('There is no database for read models.'));
    try {
      return await this.source.query<readonly BirthdayRow[]>(pageSql, [storeId, after]);
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  }
}
