import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { z } from 'zod';
import { reaches, type Caller } from '#libs/platform/http/caller';
import { fromCursor, pageOf, type Page, type pageQuery } from '#libs/platform/http/page';
import { STORE_PORT, type Store, type StorePort } from '../contract';

/** Which stores the caller reaches, a page at a time. */
export class ListStores extends Query<Page<Store>> {
  constructor(
    readonly caller: Caller,
    readonly page: z.output<typeof pageQuery>,
  ) {
    super();
  }
}

@QueryHandler(ListStores)
export class ListStoresHandler implements IQueryHandler<ListStores> {
  constructor(@Inject(STORE_PORT) private readonly directory: StorePort) {}

  async execute({ caller, page }: ListStores): Promise<Page<Store>> {
    const after = fromCursor(page.cursor) ?? '';
    const stores = await this.directory.stores();
    const rows = stores.filter((store) => store.storeId > after && reaches(caller, store.storeId));
    return pageOf(rows.slice(0, page.limit + 1), page.limit, (store) => store.storeId);
  }
}
