import { Inject } from '@nestjs/common';
import { Command, CommandHandler, Query, QueryHandler, type ICommandHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { Caller } from '#libs/platform/http/caller';
import type { Submission } from '#libs/platform/http/submission';
import type { Answer } from '#libs/platform/runtime/command-runner';
import { AccountAccess, requireCurrency, requirePast, requireRedemptions } from './account-access';
import { AccountStreams, type AccountOutcome, type Circumstances } from './account-streams';
import { bookOnce } from './book-once';
import { ticketOf, type SentTicket } from './booked-ticket';
import type { AccountContext, AccountRefusal, RecordPurchase } from './domain/account.commands';
import type { Account } from './domain/account.state';
import { purchaseAnswer, resultOf, type Result, type Told } from './domain/answers';
import { isSold } from './domain/tickets';
import { ticketIdOf, voucherCodes } from './ids';

/** A ticket from a till, with who sends it. */
export class PurchaseRequest extends Command<AccountOutcome> {
  constructor(
    readonly ticket: SentTicket,
    readonly submission: Submission,
    /** Tickets of an `import` may be of any age. */
    readonly source: 'till' | 'import' = 'till',
  ) {
    super();
  }
}

/** What a ticket would bring, or why it would be refused. */
export type Quote =
  | { readonly kind: 'quoted'; readonly body: Result }
  | { readonly kind: 'refused'; readonly reason: AccountRefusal; readonly detail?: string };

/** The question what a ticket would bring; nothing is appended. */
export class QuoteRequest extends Query<Quote> {
  constructor(
    readonly ticket: SentTicket,
    readonly caller: Caller,
  ) {
    super();
  }
}

/** A ticket ready to be decided on. */
interface Prepared {
  readonly memberId: string;
  readonly command: RecordPurchase;
  readonly circumstances: Circumstances;
}

const isStaffAtTill = ({ roles, staffId }: Caller): boolean => staffId !== undefined && !roles.includes('headOffice');

const isBooked = (account: Account, purchaseId: string): boolean => isSold(account, purchaseId);

const answerFor =
  (purchaseId: string) =>
  (told: Told, context: AccountContext): Answer =>
    isBooked(told.after, purchaseId)
      ? { status: 201, body: purchaseAnswer(told, context, purchaseId) }
      : { status: 202, body: { reviewId: purchaseId } };

/** Makes commands of tickets. */
const prepare = async (
  { access, streams }: { readonly access: AccountAccess; readonly streams: AccountStreams },
  sent: SentTicket,
  caller: Caller,
  source: RecordPurchase['source'],
): Promise<Prepared> => {
  const ticket = ticketOf(sent, isStaffAtTill(caller) ? caller.staffId : sent.cashierId);
  requirePast(ticket.occurredAt, streams.clock.now());
  streams.ahead(sent.memberId);
  const store = await access.place(caller, ticket);
  const member = await access.member(sent.memberId);
  requireCurrency(ticket.currency, store);
  const codes = ticket.redemptionIds.length === 0 ? [] : voucherCodes(ticket.redemptionIds.length);
  return {
    memberId: sent.memberId,
    command: { type: 'RecordPurchase', purchaseId: ticketIdOf('sale', ticket), ticket, source },
    circumstances: await access.circumstances(member, store, codes),
  };
};

/** Books tickets: the usual one is decided and appended at once, in one round trip. */
@CommandHandler(PurchaseRequest)
export class PurchaseHandler implements ICommandHandler<PurchaseRequest> {
  constructor(
    @Inject(AccountAccess) readonly access: AccountAccess,
    @Inject(AccountStreams) readonly streams: AccountStreams,
  ) {}

  execute({ ticket, submission, source }: PurchaseRequest): Promise<AccountOutcome> {
    return this.streams.orReplay(submission.idempotency, async () => {
      const { caller } = submission;
      const { memberId, command, circumstances } = await prepare(this, ticket, caller, source);
      const { purchaseId } = command;
      const once = {
        memberId,
        command,
        circumstances,
        claims: [`ticket:${purchaseId}`],
        isBooked: (account: Account) => isBooked(account, purchaseId),
        guard: (account: Account) => requireRedemptions(caller, account, command.ticket),
        answer: answerFor(purchaseId),
      };
      return bookOnce(this.streams, once, submission);
    });
  }
}

/** Answers what a ticket would bring, with the very decision that would book it. */
@QueryHandler(QuoteRequest)
export class QuoteHandler implements IQueryHandler<QuoteRequest> {
  constructor(
    @Inject(AccountAccess) readonly access: AccountAccess,
    @Inject(AccountStreams) readonly streams: AccountStreams,
  ) {}

  async execute({ ticket, caller }: QuoteRequest): Promise<Quote> {
    const { memberId, command, circumstances } = await prepare(this, ticket, caller, 'till');
    const { purchaseId } = command;
    const decided = await this.streams.decide(memberId, command, circumstances, (account) => {
      if (!isBooked(account, purchaseId)) requireRedemptions(caller, account, command.ticket);
    });
    if (decided.kind === 'refused') return decided;
    const { told, context } = decided;
    const booked = told.events.length === 0 && isBooked(told.after, purchaseId);
    const first = booked ? await this.streams.toldWhen(`ticket:${purchaseId}`, memberId) : undefined;
    if (first !== undefined)
      return { kind: 'quoted', body: resultOf(first, { ...context, now: first.now }, purchaseId) };
    const body = resultOf(told, context, purchaseId);
    if (isBooked(told.after, purchaseId)) return { kind: 'quoted', body };
    return { kind: 'quoted', body: { ...body, notEarned: [{ because: 'needs-review' }] } };
  }
}
