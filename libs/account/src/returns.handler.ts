import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { invalid, problem, type FieldError } from '#libs/platform/http/problem';
import type { Submission } from '#libs/platform/http/submission';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Answer } from '#libs/platform/runtime/command-runner';
import { AccountAccess, requirePast } from './account-access';
import { AccountStreams, type AccountOutcome } from './account-streams';
import { bookOnce } from './book-once';
import type { AccountContext, ReturnGoods } from './domain/account.commands';
import type { Account, ReturnedGoods } from './domain/account.state';
import { returnAnswer, type Told } from './domain/answers';
import { isSold } from './domain/tickets';
import { ticketIdOf, type TicketKey } from './ids';

/** A return as a till sends it. */
export interface SentReturn extends TicketKey {
  readonly memberId: string;
  readonly occurredAt: Instant;
  /** The sale, by its id or its ticket. */
  readonly of: { readonly purchaseId: string } | TicketKey;
  readonly lines?: readonly { readonly lineNo: number; readonly quantity: number }[];
  readonly amountMinor?: number;
}

/** Goods that came back to a till, with who sends it. `park`: keep it until its sale arrives. */
export class ReturnRequest extends Command<AccountOutcome> {
  constructor(
    readonly sent: SentReturn,
    readonly park: boolean,
    readonly submission: Submission,
  ) {
    super();
  }
}

/** What comes back. Throws 400 unless it is told in exactly one way, each line once. */
const goodsOf = ({ lines, amountMinor }: SentReturn): ReturnedGoods => {
  const errors: FieldError[] = [];
  if ((lines === undefined) === (amountMinor === undefined))
    errors.push({ path: 'lines', message: 'Send exactly one of lines and amountMinor' });
  const seen = new Set<number>();
  lines?.forEach(({ lineNo }, index) => {
    if (seen.has(lineNo)) errors.push({ path: `lines[${index}].lineNo`, message: 'Must not repeat' });
    seen.add(lineNo);
  });
  if (errors.length > 0) throw invalid(errors);
  return lines === undefined ? { kind: 'amount', amountMinor: amountMinor ?? 0 } : { kind: 'lines', lines };
};

const saleIdOf = (of: SentReturn['of']): string => ('purchaseId' in of ? of.purchaseId : ticketIdOf('sale', of));

/** The names under which the id or ticket that a return gives would be a return itself. */
const returnClaims = (of: SentReturn['of']): readonly string[] =>
  'purchaseId' in of ? [`return:${of.purchaseId}`] : [`return:${ticketIdOf('return', of)}`];

const commandOf = (sent: SentReturn, park: boolean): ReturnGoods => {
  const { storeId, tillId, ticketNo, businessDate, occurredAt, of } = sent;
  const goods = goodsOf(sent);
  const purchaseId = saleIdOf(of);
  return {
    type: 'ReturnGoods',
    returnId: ticketIdOf('return', sent),
    purchaseId,
    place: { storeId, tillId, ticketNo, businessDate },
    occurredAt,
    goods,
    park,
    content: JSON.stringify([purchaseId, occurredAt, goods]),
  };
};

const isBooked = (account: Account, returnId: string): boolean =>
  account.returns.some((each) => each.returnId === returnId && !each.parked);

const answerFor =
  (returnId: string) =>
  (told: Told, context: AccountContext): Answer =>
    isBooked(told.after, returnId)
      ? { status: 201, body: returnAnswer(told, context, returnId) }
      : { status: 202, body: { status: 'parked', returnId } };

/** Books returns. */
@CommandHandler(ReturnRequest)
export class ReturnHandler implements ICommandHandler<ReturnRequest> {
  constructor(
    @Inject(AccountAccess) private readonly access: AccountAccess,
    @Inject(AccountStreams) private readonly streams: AccountStreams,
  ) {}

  execute({ sent, park, submission }: ReturnRequest): Promise<AccountOutcome> {
    return this.streams.orReplay(submission.idempotency, async () => {
      const { memberId } = sent;
      const command = commandOf(sent, park);
      requirePast(sent.occurredAt, this.streams.clock.now());
      this.streams.ahead(memberId);
      const store = await this.access.place(submission.caller, sent);
      const member = await this.access.member(memberId);
      await this.requireOwnSale(memberId, command, sent.of);
      const once = {
        memberId,
        command,
        circumstances: await this.access.circumstances(member, store),
        // One that had waited was booked by its sale's append.
        claims: [`return:${command.returnId}`, `ticket:${command.purchaseId}`],
        isBooked: (account: Account) => isBooked(account, command.returnId),
        answer: answerFor(command.returnId),
      };
      return bookOnce(this.streams, once, submission);
    });
  }

  /** Throws 409 when the sale that a return names is another member's, or is no sale. Unknown ones are decided on. */
  private async requireOwnSale(memberId: string, command: ReturnGoods, of: SentReturn['of']): Promise<void> {
    const { purchaseId, returnId } = command;
    const account = await this.streams.current(memberId);
    if (isSold(account, purchaseId) || isBooked(account, returnId)) return;
    const sale = `ticket:${purchaseId}`;
    const returns = returnClaims(of);
    const holders = await this.streams.holders([sale, ...returns]);
    if (returns.some((name) => holders.has(name))) throw problem('not-a-sale', 409, 'A return cannot be returned.');
    const owner = holders.get(sale)?.memberId;
    if (owner !== undefined && owner !== memberId)
      throw problem('another-member', 409, 'This sale belongs to another member.');
  }
}
