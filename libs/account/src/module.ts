import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { TILL_VIEW_PORT } from '#libs/members/src/contract';
import { allDesks, servedAt, type Desk } from '#libs/organisation/src/contract';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { AccountAccess } from './account-access';
import { AccountStreams } from './account-streams';
import { AccountSweep } from './account-sweep';
import { AccountViews } from './account-port';
import { accountPolicies, AccountReactions, accountTimers } from './account-reactions';
import { AdministrationHandler } from './administration.handler';
import { ACCOUNT_PORT } from './contract';
import { AccountsController } from './http/accounts.controller';
import {
  AccountReads,
  ExplainLotHandler,
  ListLotsHandler,
  ListVouchersHandler,
  ShowAccountHandler,
  ShowStatementHandler,
} from './http/accounts.query';
import { RedemptionsController } from './http/redemptions.controller';
import { ReportsController } from './http/reports.controller';
import { ReviewsController } from './http/reviews.controller';
import { TillController } from './http/till.controller';
import { ActivityHandler, VisitHandler } from './occasions.handler';
import { PurchaseHandler, QuoteHandler } from './purchases.handler';
import { accountOverview } from './read/account-overview.projection';
import { AccountRows } from './read/account-rows';
import { accountStatement } from './read/account-statement.projection';
import { lotsExpiring } from './read/lots-expiring.projection';
import { ListExpiringHandler } from './read/lots-expiring.query';
import { ReadTables } from './read/read-tables';
import { storeDayPoints } from './read/store-day-points.projection';
import { storeDaySales } from './read/store-day-sales.projection';
import { ListStoreDaysHandler } from './read/store-days.query';
import { ticketReviews } from './read/ticket-reviews.projection';
import { ListReviewsHandler } from './read/ticket-reviews.query';
import { HoldHandler, RedemptionHandler } from './redemptions.handler';
import { ReturnHandler } from './returns.handler';
import { ReviewHandler } from './reviews.handler';

export { accountPolicies, AccountReactions, accountTimers };
export { newTicket } from './http/ticket.schemas';
export { PurchaseRequest } from './purchases.handler';
export { accountStreams } from './streams';

/** The read models of the context. */
export const accountProjections: readonly AnyProjection[] = [
  accountOverview,
  accountStatement,
  lotsExpiring,
  storeDayPoints,
  storeDaySales,
  ticketReviews,
];

/** The members' accounts: tickets, points, redemptions, vouchers, tiers. */
@Module({})
export class AccountModule {
  /** @param desks whose routes are served; every desk's unless told */
  static forRoot(desks: readonly Desk[] = allDesks): DynamicModule {
    return {
      module: AccountModule,
      global: true,
      controllers: servedAt<Type>(desks, {
        till: [TillController, RedemptionsController, AccountsController],
        office: [AccountsController, ReviewsController, ReportsController],
      }),
      providers: [
        AccountAccess,
        AccountStreams,
        {
          provide: AccountReads,
          inject: [AccountAccess, AccountStreams],
          useFactory: (access: AccountAccess, streams: AccountStreams) => new AccountReads(access, streams),
        },
        AccountViews,
        AccountReactions,
        AccountRows,
        AccountSweep,
        PurchaseHandler,
        QuoteHandler,
        VisitHandler,
        ActivityHandler,
        ReturnHandler,
        HoldHandler,
        RedemptionHandler,
        AdministrationHandler,
        ReviewHandler,
        ShowAccountHandler,
        ListLotsHandler,
        ListVouchersHandler,
        ExplainLotHandler,
        ShowStatementHandler,
        ReadTables,
        ListStoreDaysHandler,
        ListExpiringHandler,
        ListReviewsHandler,
        { provide: ACCOUNT_PORT, useExisting: AccountViews },
        { provide: TILL_VIEW_PORT, useExisting: AccountViews },
      ],
      exports: [ACCOUNT_PORT, TILL_VIEW_PORT, AccountReactions],
    };
  }
}
