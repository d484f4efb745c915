import type { Accepted } from '#libs/platform/kernel/decider';
import type { Instant } from '#libs/platform/kernel/instant';
import type { AccountEvent } from './account.events';
import type { Account } from './account.state';

/** Applies one fact to an account. */
export type Evolve = (account: Account, event: AccountEvent) => Account;

/**
 * A decision being made: the facts stated so far and the account as it would be after them. Each step of a ticket
 * (due facts, sale, redemptions, points, tier) sees what the steps before it stated.
 */
export class Draft {
  private readonly stated: AccountEvent[] = [];
  private current: Account;

  constructor(
    account: Account,
    /** When the decision is made. */
    readonly now: Instant,
    private readonly evolve: Evolve,
  ) {
    this.current = account;
  }

  /** The account with everything stated so far. */
  get account(): Account {
    return this.current;
  }

  /** States one more fact. */
  state(event: AccountEvent): void {
    this.stated.push(event);
    this.current = this.evolve(this.current, event);
  }

  /** Accepts everything stated, with the account as it then is: working it out again would cost as much as deciding. */
  accepted(): Accepted<AccountEvent> {
    return { kind: 'accepted', events: this.stated, after: this.current };
  }
}
