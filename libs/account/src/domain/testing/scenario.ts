import { isDeepStrictEqual } from 'node:util';
import type { Instant } from '#libs/platform/kernel/instant';
import { programmeDocument, type ProgrammeDraft, rulebooksOf, type Rulebooks } from '#libs/programme/src/contract';
import { decide } from '../account.decider';
import type { AccountCommand, AccountContext, AccountRefusal, RecordPurchase, ReturnGoods } from '../account.commands';
import type { AccountEvent } from '../account.events';
import { evolve } from '../account.evolve';
import type { Account, Ticket } from '../account.state';
import { emptyAccount } from '../empty-account';
import { Draft } from '../draft';
import { settle } from '../due';
import { type Balance, balanceOf } from '../lots';

/** The instant of a text such as `2026-03-01` (midnight UTC) or `2026-03-01T10:00Z`. */
export const on = (text: string): Instant => Date.parse(text.length === 10 ? `${text}T00:00:00Z` : text);

const nothing = {
  name: 'Test programme',
  currency: 'AUD',
  timeZone: 'UTC',
  earningRules: [],
  tiers: { levels: [] },
  rewards: [],
  lifecycle: { ruleVersion: 1 as const },
};

/** A wallet `points` without expiry; fields can be replaced. */
export const wallet = (
  changes: Partial<ProgrammeDraft['wallets'][number]> = {},
): ProgrammeDraft['wallets'][number] => ({
  code: 'points',
  name: { en: 'Points', zh: '积分' },
  ...changes,
});

/** One point for each dollar into `points`; fields can be replaced. */
export const rule = (
  changes: Partial<ProgrammeDraft['earningRules'][number]> = {},
): ProgrammeDraft['earningRules'][number] => ({
  id: 'base',
  name: { en: 'Base', zh: '基础' },
  wallet: 'points',
  phase: 'base',
  award: { kind: 'perAmount', points: 1, perMinor: 100 },
  ...changes,
});

/** A programme in force from the beginning of time. */
export const programme = (draft: Partial<ProgrammeDraft> = {}): Rulebooks =>
  rulebooksOf([
    {
      version: 1,
      effectiveFrom: null,
      document: programmeDocument.parse({ wallets: [wallet()], ...nothing, earningRules: [rule()], ...draft }),
    },
  ]);

/** A line of a test ticket. */
export const line = (lineNo: number, grossMinor: number, changes: Partial<Ticket['lines'][number]> = {}) => ({
  lineNo,
  sku: `SKU${lineNo}`,
  labels: [],
  quantity: 1,
  grossMinor,
  discountMinor: 0,
  taxMinor: 0,
  ...changes,
});

type DataOf<T extends AccountEvent['type']> = Extract<AccountEvent, { type: T }>['data'];

/** What a decision came to: the types of its facts, or the reason it was refused. */
export type Result = readonly AccountEvent['type'][] | AccountRefusal;

/** One member's account under a programme, told what happens and when. */
export class Scenario {
  account: Account = emptyAccount('M1');
  readonly events: AccountEvent[] = [];
  now: Instant = on('2026-01-01');
  private tickets = 0;

  constructor(
    readonly rulebooks: Rulebooks = programme(),
    readonly context: Partial<AccountContext> = {},
  ) {}

  at(text: string): this {
    this.now = on(text);
    return this;
  }

  private contextNow(): AccountContext {
    return {
      now: this.now,
      rulebooks: this.rulebooks,
      store: { storeId: 'S1', timeZone: 'UTC' },
      suspended: false,
      voucherCodes: [`V${this.events.length}A`, `V${this.events.length}B`],
      joinedAt: on('2026-01-01'),
      ...this.context,
    };
  }

  tell(command: AccountCommand): Result {
    const decision = decide(command, this.account, this.contextNow());
    if (decision.kind === 'refused') return decision.reason;
    for (const event of decision.events) this.account = evolve(this.account, event);
    if (decision.after !== undefined && !isDeepStrictEqual(decision.after, this.account))
      throw new Error(`The state that ${command.type} promised is not the fold of its facts.`);
    this.events.push(...decision.events);
    return decision.events.map((event) => event.type);
  }

  ticket(minor: number | Ticket['lines'], changes: Partial<Ticket> = {}): Ticket {
    const lines = typeof minor === 'number' ? [line(1, minor)] : minor;
    const due = lines.reduce((sum, each) => sum + each.grossMinor - each.discountMinor, 0);
    this.tickets += 1;
    return {
      storeId: 'S1',
      tillId: 'T1',
      ticketNo: `N${this.tickets}`,
      businessDate: '2026-01-01',
      occurredAt: this.now,
      currency: 'AUD',
      lines,
      ticketDiscountMinor: 0,
      tenders: [{ kind: 'card', amountMinor: due - (changes.ticketDiscountMinor ?? 0) }],
      redemptionIds: [],
      voucherCodes: [],
      ...changes,
    };
  }

  buy(purchaseId: string, minor: number | Ticket['lines'], changes: Partial<Ticket> = {}): Result {
    const command: RecordPurchase = {
      type: 'RecordPurchase',
      purchaseId,
      ticket: this.ticket(minor, { ticketNo: purchaseId, ...changes }),
      source: 'till',
    };
    return this.tell(command);
  }

  giveBack(returnId: string, purchaseId: string, goods: ReturnGoods['goods'] | number, park = false): Result {
    return this.tell({
      type: 'ReturnGoods',
      returnId,
      purchaseId,
      place: { storeId: 'S1', tillId: 'T1', ticketNo: returnId, businessDate: '2026-01-01' },
      occurredAt: this.now,
      goods: typeof goods === 'number' ? { kind: 'amount', amountMinor: goods } : goods,
      park,
      content: `${purchaseId} ${JSON.stringify(goods)}`,
    });
  }

  pay(redemptionId: string, points: number | 'max', billMinor = 100_000): Result {
    const ticket = { tillId: 'T1', ticketNo: redemptionId };
    const aim = { kind: 'payWithPoints' as const, wallet: 'points', billMinor, points, storeId: 'S1', ticket };
    return this.tell({ type: 'HoldPoints', redemptionId, aim });
  }

  adjust(points: number, id = `A${this.events.length}`): Result {
    return this.tell({ type: 'AdjustPoints', adjustmentId: id, wallet: 'points', points, reason: 'test' });
  }

  /** The account as it stands now, with everything stated that time alone has brought about. */
  settled(): Account {
    const draft = new Draft(this.account, this.now, evolve);
    settle(draft, this.contextNow(), this.now);
    return draft.account;
  }

  balance(code = 'points'): Balance {
    return balanceOf(this.settled(), code, this.now);
  }

  available(code = 'points'): number {
    return this.balance(code).available;
  }

  /** The data of the last fact of a type. */
  last<T extends AccountEvent['type']>(type: T): DataOf<T> {
    const found = this.events.findLast((event) => event.type === type);
    if (found === undefined) throw new Error(`No ${type} has been stated.`);
    return found.data as unknown as DataOf<T>;
  }
}
