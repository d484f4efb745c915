import { Controller, Get, Inject } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { reportRoles } from '#libs/organisation/src/contract';
import type { Caller } from '#libs/platform/http/caller';
import { identifier, instant } from '#libs/platform/http/fields';
import { pageFields } from '#libs/platform/http/page';
import { CLOCK } from '#libs/platform/http/platform.module';
import { invalidField } from '#libs/platform/http/problem';
import { CallerOf, QueryOf } from '#libs/platform/http/request-parts';
import { Roles } from '#libs/platform/http/route-rules';
import type { Clock } from '#libs/platform/runtime/clock';
import { AccountAccess } from '../account-access';
import { MOST_ROWS } from '../read/day-places';
import { ListExpiring, type ExpiringDays } from '../read/lots-expiring.query';
import { ListStoreDays, type StoreDays } from '../read/store-days.query';
import { businessDate } from './fields';

/** A report is read whole by programs more often than by pages on a screen: its parts are larger than those of lists. */
const partFields = { ...pageFields, limit: z.coerce.number().int().min(1).max(MOST_ROWS).default(MOST_ROWS) };

const storeDaysQuery = z.strictObject({
  storeId: identifier.optional(),
  from: businessDate,
  to: businessDate,
  ...partFields,
});

const expiringQuery = z.strictObject({
  storeId: identifier.optional(),
  from: instant.optional(),
  to: instant.optional(),
  ...partFields,
});

/** How far ahead the report on expiring points looks unless told. */
const AHEAD_MS = 90 * 86_400_000;

@ApiTags('Reports')
@Roles(...reportRoles)
@Controller('v1/reports')
export class ReportsController {
  constructor(
    private readonly queries: QueryBus,
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  @ApiOperation({ summary: "Points by issuing store, wallet and day, with opening and closing; each store's sales" })
  @Get('store-days')
  async storeDays(
    @QueryOf(storeDaysQuery) { storeId, from, to, ...part }: z.output<typeof storeDaysQuery>,
    @CallerOf() caller: Caller,
  ): Promise<StoreDays> {
    if (to < from) throw invalidField('to', 'Must not lie before from');
    return this.queries.execute(new ListStoreDays(await this.access.stores(caller, storeId), { from, to }, part));
  }

  @ApiOperation({ summary: 'Points that are going to expire, by day (UTC), issuing store and wallet' })
  @Get('expiring')
  async expiring(
    @QueryOf(expiringQuery) { storeId, limit, cursor, ...span }: z.output<typeof expiringQuery>,
    @CallerOf() caller: Caller,
  ): Promise<ExpiringDays> {
    const from = span.from ?? this.clock.now();
    const to = span.to ?? from + AHEAD_MS;
    if (to <= from) throw invalidField('to', 'Must lie after from');
    return this.queries.execute(
      new ListExpiring(await this.access.stores(caller, storeId), { from, to }, { limit, cursor }),
    );
  }
}
