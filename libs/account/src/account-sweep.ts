import { Inject, Injectable } from '@nestjs/common';
import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import type { Outcome } from '#libs/platform/runtime/command-runner';
import { inLanes, type Origin, withRetries } from '#libs/platform/runtime/dispatch';
import { AccountAccess } from './account-access';
import { AccountStreams } from './account-streams';
import { AccountRows } from './read/account-rows';

/** Accounts that are settled side by side. */
const concurrency = 32;

/**
 * Has every account settle. Broken off, it is done again from the start: an account that is settled states nothing more,
 * so no key is kept for each of them.
 */
@Injectable()
export class AccountSweep {
  constructor(
    @Inject(AccountRows) private readonly rows: AccountRows,
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
  ) {}

  /**
   * By the rules of a version and of those before it. Rejects with `StoreUnavailable` or `TooBusy`: then it is to be tried
   * again. So it does where word of the version has not come to this process yet.
   */
  async settleAll(version: number, { meta }: Pick<Origin, 'meta'>): Promise<Outcome<string>> {
    const { rulebooks } = await this.access.circumstances(undefined);
    if (rulebooks.version(version) === undefined)
      throw new StoreUnavailable(new Error(`Version ${version} of the programme is not known here yet.`));
    const idOf = (memberId: string): string => memberId;
    const settle = (memberId: string): Promise<void> => withRetries(() => this.settleOne(memberId, meta));
    for await (const page of this.rows.pages()) await inLanes(page, idOf, concurrency, settle);
    return { kind: 'answered', status: 200, body: '{}', replayed: false };
  }

  private async settleOne(memberId: string, meta: Origin['meta']): Promise<void> {
    const member = await this.access.facts(memberId);
    await this.streams.execute({
      memberId,
      command: { type: 'SettleAccount' },
      circumstances: await this.access.circumstances(member),
      answer: () => ({ status: 200, body: {} }),
      meta,
    });
  }
}
