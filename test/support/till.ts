import type { EnrolledAnswer, PurchaseAnswer, RedemptionAnswer, ResultAnswer, ReturnAnswer } from './answers';
import { accepted, type Client, type Reply } from './client';
import { goods, numbered, worthOf, type Goods, type Ticket } from './tickets';

/** Where a till stands, and what time it is there. */
export interface TillPlace {
  readonly storeId: string;
  readonly tillId: string;
  readonly currency: string;
  /** RFC 3339. */
  readonly now: () => string;
}

/** A number of minor units stands for one thing that costs as much. */
export type Basket = number | readonly Goods[];

/** A till at work: everything it sends is accepted, or the journey ends there in words. */
export class Till {
  private numbers = 0;

  constructor(
    /** Calls the server with the till's own token. */
    readonly client: Client,
    readonly place: TillPlace,
  ) {}

  /** Enrols somebody; answers the member's id. */
  async enrols(profile: object = {}, more: object = {}): Promise<string> {
    const { storeId } = this.place;
    const body = { storeId, channel: 'till', profile, ...more };
    return accepted(await this.client.post<EnrolledAnswer>('/v1/members', body)).memberId;
  }

  /** The next ticket of this till, ready to be sent. */
  ticket(memberId: string, basket: Basket, changes: Partial<Ticket> = {}): Ticket {
    const { storeId, tillId, currency } = this.place;
    const lines = numbered(typeof basket === 'number' ? [goods('THING', basket)] : basket);
    const occurredAt = changes.occurredAt ?? this.place.now();
    const due = worthOf(lines) - (changes.ticketDiscountMinor ?? 0);
    return {
      memberId,
      ...{ storeId, tillId, currency, lines, occurredAt },
      ticketNo: this.nextNumber(),
      businessDate: occurredAt.slice(0, 10),
      tenders: [{ kind: 'card', amountMinor: due }],
      ...changes,
    };
  }

  /** A ticket number that this till has not used. */
  nextNumber(): string {
    this.numbers += 1;
    return String(this.numbers).padStart(6, '0');
  }

  /** Sends a ticket, whatever comes of it. */
  send(ticket: Ticket, key?: string): Promise<Reply<PurchaseAnswer>> {
    return this.client.post<PurchaseAnswer>('/v1/purchases', ticket, key);
  }

  /** Sells something; answers what it brought. */
  async sells(memberId: string, basket: Basket, changes: Partial<Ticket> = {}): Promise<PurchaseAnswer> {
    return accepted(await this.send(this.ticket(memberId, basket, changes)));
  }

  /** What a sale would bring. */
  async quotes(memberId: string, basket: Basket, changes: Partial<Ticket> = {}): Promise<ResultAnswer> {
    return accepted(await this.client.post<ResultAnswer>('/v1/quotes', this.ticket(memberId, basket, changes)), 200);
  }

  /** Notes a visit; answers what it brought. */
  async welcomes(memberId: string, occurredAt = this.place.now()): Promise<ResultAnswer> {
    const { storeId, tillId } = this.place;
    const body = { memberId, storeId, tillId, occurredAt, kind: 'shop' };
    return accepted(await this.client.post<ResultAnswer>('/v1/visits', body));
  }

  /** Sends a return, whatever comes of it. `what`: an amount in minor units, or quantities by line. */
  sendReturn(
    memberId: string,
    of: string | object,
    what: number | readonly { lineNo: number; quantity: number }[],
    changes: object = {},
  ): Promise<Reply<ReturnAnswer>> {
    const { storeId, tillId } = this.place;
    const occurredAt = this.place.now();
    return this.client.post<ReturnAnswer>('/v1/returns', {
      ...{ memberId, storeId, tillId, occurredAt },
      ticketNo: this.nextNumber(),
      businessDate: occurredAt.slice(0, 10),
      of: typeof of === 'string' ? { purchaseId: of } : of,
      ...(typeof what === 'number' ? { amountMinor: what } : { lines: what }),
      ...changes,
    });
  }

  /** Takes goods back; answers what that took from the member. */
  async takesBack(
    memberId: string,
    purchaseId: string,
    what: number | readonly { lineNo: number; quantity: number }[],
  ): Promise<ReturnAnswer> {
    return accepted(await this.sendReturn(memberId, purchaseId, what));
  }

  /** Asks to hold points, whatever comes of it. */
  asksToHold(memberId: string, wish: object): Promise<Reply<RedemptionAnswer>> {
    const { storeId, tillId } = this.place;
    return this.client.post<RedemptionAnswer>('/v1/redemptions', { memberId, storeId, tillId, ...wish });
  }

  /** Holds points for a reward. */
  async holdsReward(memberId: string, rewardId: string): Promise<RedemptionAnswer> {
    return accepted(await this.asksToHold(memberId, { kind: 'reward', rewardId }));
  }

  /** Holds points that pay part of a bill. */
  async holdsPayment(
    memberId: string,
    wish: { wallet: string; billMinor: number; points: number | 'max'; ticketNo?: string },
  ): Promise<RedemptionAnswer> {
    return accepted(await this.asksToHold(memberId, { kind: 'payWithPoints', ...wish }));
  }

  /** Captures, gives up or undoes a redemption. */
  async settles(redemptionId: string, how: 'capture' | 'void' | 'undo', body: object = {}): Promise<RedemptionAnswer> {
    return accepted(await this.client.post<RedemptionAnswer>(`/v1/redemptions/${redemptionId}/${how}`, body), 200);
  }
}
