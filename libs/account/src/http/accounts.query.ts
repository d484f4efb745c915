import { Inject } from '@nestjs/common';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { fromCursor, fromNumberCursor, pageOf, toCursor, type Page } from '#libs/platform/http/page';
import { invalidField, notFound } from '#libs/platform/http/problem';
import type { Instant } from '#libs/platform/kernel/instant';
import { AccountAccess } from '../account-access';
import { AccountStreams } from '../account-streams';
import type { AccountContext } from '../domain/account.commands';
import type { Account } from '../domain/account.state';
import { voucherView } from '../domain/answers';
import { accountAt, factsAt } from '../domain/as-of';
import { explanationOf, lotView, type LotView } from '../domain/explanation';
import { overviewOf, settledFacts, type Overview } from '../domain/overview';
import { statementOf, type Noted, type StatementEntry } from '../domain/statement';

/** Which moment a read speaks of; both are now unless told. */
export interface Asked {
  readonly asOf?: Instant | undefined;
  readonly knownAt?: Instant | undefined;
}

/** An account at the moment asked about, settled up to it. */
export interface AccountMoment {
  readonly account: Account;
  readonly context: AccountContext;
  readonly at: Instant;
}

/** An account's balances, tier and counts. */
export class ShowAccount extends Query<Overview> {
  constructor(
    readonly memberId: string,
    readonly asked: Asked,
  ) {
    super();
  }
}

/** Every lot an account ever had. */
export class ListLots extends Query<Page<LotView>> {
  constructor(
    readonly memberId: string,
    readonly asked: Asked,
    readonly part: Part,
  ) {
    super();
  }
}

/** An account's vouchers, the newest first. */
export class ListVouchers extends Query<Page<object>> {
  constructor(
    readonly memberId: string,
    readonly asked: Asked,
    readonly part: Part,
  ) {
    super();
  }
}

/** Why a lot has its points, and what became of them. */
export class ExplainLot extends Query<object> {
  constructor(
    readonly memberId: string,
    readonly lotId: string,
    readonly asked: Asked,
  ) {
    super();
  }
}

/** A page of an account's movements, the newest first. */
export class ShowStatement extends Query<Page<StatementEntry>> {
  constructor(
    readonly memberId: string,
    readonly asked: Asked,
    readonly page: { readonly limit: number; readonly cursor?: string | undefined },
  ) {
    super();
  }
}

/**
 * Reads accounts at any moment. At present, one read of the cached state is enough; else the history is folded. An
 * erased member's account can still be read: the ledger names nobody, and it stays whole.
 */
export class AccountReads {
  constructor(
    private readonly access: AccountAccess,
    private readonly streams: AccountStreams,
  ) {}

  /** What decides what an account comes to at an instant, by the programme as it was known then. */
  private async contextAt(memberId: string, now: Instant, knownAt?: Instant): Promise<AccountContext> {
    const member = await this.access.facts(memberId);
    if (member === undefined) throw notFound('member', memberId);
    const circumstances = await this.access.circumstances(member);
    const { rulebooks } = circumstances;
    return { ...circumstances, rulebooks: knownAt === undefined ? rulebooks : rulebooks.knownAt(knownAt), now };
  }

  async at(memberId: string, asked: Asked): Promise<AccountMoment> {
    if (asked.asOf !== undefined || asked.knownAt !== undefined) return this.past(memberId, asked);
    const at = this.streams.clock.now();
    const context = await this.contextAt(memberId, at);
    const { account } = settledFacts(await this.streams.current(memberId), context, at);
    return { account, context, at };
  }

  /** The facts of the moment asked about, and those that time alone has brought about since, as yet unrecorded. */
  async history(memberId: string, asked: Asked): Promise<AccountMoment & { readonly facts: readonly Noted[] }> {
    const all = await this.streams.facts(memberId);
    const moment = await this.momentOf(memberId, all, asked);
    const known = asked.asOf === undefined && asked.knownAt === undefined;
    const facts = known ? all : factsAt(all, { asOf: moment.at, knownAt: knownAtOf(asked) });
    const revision = facts.at(-1)?.revision ?? -1;
    const due = moment.due.map((event, index) => ({ event, revision: revision + 1 + index, recordedAt: moment.at }));
    return { ...moment, facts: [...facts, ...due] };
  }

  private async past(memberId: string, asked: Asked): Promise<AccountMoment> {
    return this.momentOf(memberId, await this.streams.facts(memberId), asked);
  }

  private async momentOf(memberId: string, facts: readonly Noted[], asked: Asked) {
    const knownAt = knownAtOf(asked);
    const at = asked.asOf ?? asked.knownAt ?? this.streams.clock.now();
    const context = await this.contextAt(memberId, at, asked.knownAt);
    return { ...accountAt(memberId, facts, context, { asOf: at, knownAt }), context, at };
  }
}

/** Which part of a list is wanted: all that follows the cursor unless a limit is set. */
interface Part {
  readonly limit?: number | undefined;
  readonly cursor?: string | undefined;
}

/** The items after the one that the cursor names. Throws 400 for a cursor of no item here. */
const partOf = <T>(all: readonly T[], { limit, cursor }: Part, nameOf: (item: T) => string): Page<T> => {
  const name = fromCursor(cursor);
  const start = name === undefined ? 0 : all.findIndex((item) => nameOf(item) === name) + 1;
  if (name !== undefined && start === 0) throw invalidField('cursor', 'Is not a cursor of this list');
  return pageOf(all.slice(start), limit ?? all.length, nameOf);
};

const knownAtOf = ({ knownAt }: Asked): Instant => knownAt ?? Number.MAX_SAFE_INTEGER;

@QueryHandler(ShowAccount)
export class ShowAccountHandler implements IQueryHandler<ShowAccount> {
  constructor(@Inject(AccountReads) private readonly reads: AccountReads) {}

  async execute({ memberId, asked }: ShowAccount): Promise<Overview> {
    const { account, context, at } = await this.reads.at(memberId, asked);
    return overviewOf(account, context, at);
  }
}

@QueryHandler(ListLots)
export class ListLotsHandler implements IQueryHandler<ListLots> {
  constructor(@Inject(AccountReads) private readonly reads: AccountReads) {}

  async execute({ memberId, asked, part }: ListLots): Promise<Page<LotView>> {
    const { account, at } = await this.reads.at(memberId, asked);
    const { items, nextCursor } = partOf(account.lots, part, ({ lotId }) => lotId);
    return { items: items.map((lot) => lotView(lot, at)), nextCursor };
  }
}

@QueryHandler(ListVouchers)
export class ListVouchersHandler implements IQueryHandler<ListVouchers> {
  constructor(@Inject(AccountReads) private readonly reads: AccountReads) {}

  async execute({ memberId, asked, part }: ListVouchers): Promise<Page<object>> {
    const { account, at } = await this.reads.at(memberId, asked);
    const { items, nextCursor } = partOf(account.vouchers.toReversed(), part, ({ code }) => code);
    return { items: items.map((voucher) => voucherView(voucher, at)), nextCursor };
  }
}

@QueryHandler(ExplainLot)
export class ExplainLotHandler implements IQueryHandler<ExplainLot> {
  constructor(@Inject(AccountReads) private readonly reads: AccountReads) {}

  async execute({ memberId, lotId, asked }: ExplainLot): Promise<object> {
    const { account, context, at, facts } = await this.reads.history(memberId, asked);
    const events = facts.map(({ event }) => event);
    const explained = explanationOf(events, account, context, { lotId, at });
    if (explained === undefined) throw notFound('lot', lotId);
    return explained;
  }
}

@QueryHandler(ShowStatement)
export class ShowStatementHandler implements IQueryHandler<ShowStatement> {
  constructor(@Inject(AccountReads) private readonly reads: AccountReads) {}

  async execute({ memberId, asked, page }: ShowStatement): Promise<Page<StatementEntry>> {
    const { account, facts } = await this.reads.history(memberId, asked);
    const before = fromNumberCursor(page.cursor) ?? Number.MAX_SAFE_INTEGER;
    const rows = statementOf(facts, account).filter(({ revision }) => revision < before);
    const items = rows.slice(0, page.limit);
    const last = items.at(-1);
    return {
      items: items.map(({ entry }) => entry),
      nextCursor: rows.length > page.limit && last !== undefined ? toCursor(String(last.revision)) : null,
    };
  }
}
