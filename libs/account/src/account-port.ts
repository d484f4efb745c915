import { Inject, Injectable } from '@nestjs/common';
import type { TillView } from '#libs/members/src/contract';
import type { AccountPort } from './contract';
import { voucherView } from './domain/answers';
import { overviewOf, type Overview } from './domain/overview';
import { promptsOf } from './domain/prompts';
import { voucherStatus } from './domain/vouchers';
import { AccountReads } from './http/accounts.query';

/** Accounts for other contexts, each acknowledged write included. */
@Injectable()
export class AccountViews implements AccountPort {
  constructor(@Inject(AccountReads) private readonly reads: AccountReads) {}

  async overview(memberId: string): Promise<Overview> {
    const { account, context, at } = await this.reads.at(memberId, {});
    return overviewOf(account, context, at);
  }

  async view(memberId: string): Promise<TillView> {
    const { account, context, at } = await this.reads.at(memberId, {});
    const { tier, wallets } = overviewOf(account, context, at);
    return {
      tier,
      wallets: wallets.map(({ code, available, pending, held, debt }) => ({ code, available, pending, held, debt })),
      vouchers: account.vouchers
        .filter((voucher) => ['issued', 'held'].includes(voucherStatus(voucher, at)))
        .map((voucher) => voucherView(voucher, at)),
      prompts: promptsOf(account, context, at),
    };
  }
}
