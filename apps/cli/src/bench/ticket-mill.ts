import { randomUUID } from 'node:crypto';

/** A ticket to be sent, and whose it is. */
export interface MilledTicket {
  readonly memberId: string;
  /** JSON text. */
  readonly body: string;
  readonly totalMinor: number;
}

/** A till that tickets are sent from. */
export interface MillTill {
  readonly storeId: string;
  readonly tillId: string;
}

/** What the auto club gives: for joining, for a first purchase of $20 or more, and a point for each whole dollar. */
const welcome = 200;
const firstPurchase = 100;
/** A silver member earns more: nobody may get there, so that the sum below stays this simple. */
const silverMinor = 50_000;
const leastLineMinor = 700;
const mostLineMinor = 1_300;

/**
 * Makes three-line tickets for members in turn, and knows what each member must have earned: by arithmetic of its own,
 * which shares nothing with the rules that are measured.
 */
export class TicketMill {
  private readonly spent = new Map<
    string,
    { readonly tickets: number; readonly minor: number; readonly points: number }
  >();
  private made = 0;

  constructor(private readonly members: number) {}

  /** The id of a member. */
  static member(index: number): string {
    return `M${index}`;
  }

  /** Tickets made so far. */
  get count(): number {
    return this.made;
  }

  /** False once somebody may have risen in tier: then more was earned than is counted here. */
  get isPlain(): boolean {
    return this.made <= Math.floor(silverMinor / (3 * mostLineMinor)) * this.members;
  }

  /** The next ticket, of a member far away from the last one's; it counts as earned from here on. */
  next(till: MillTill, now: Date): MilledTicket {
    // A step that shares no factor with any usual number of members visits everyone before anyone twice.
    const memberId = TicketMill.member((this.made * 7_919) % this.members);
    const ticketNo = `N${(this.made += 1)}`;
    const lines = [1, 2, 3].map((lineNo) => ({
      ...{
        lineNo,
        sku: `SKU-${(this.made + lineNo) % 500}`,
        category: 'filters',
        brand: 'house',
        labels: [],
        quantity: 1,
      },
      unitPriceMinor: leastLineMinor + Math.floor(Math.random() * (mostLineMinor - leastLineMinor)),
      ...{ discountMinor: 0, taxMinor: 0 },
    }));
    const totalMinor = lines.reduce((sum, line) => sum + line.unitPriceMinor, 0);
    this.earn(memberId, totalMinor);
    const body = JSON.stringify({
      ...{ memberId, ...till, ticketNo, businessDate: now.toISOString().slice(0, 10), occurredAt: now.toISOString() },
      ...{ currency: 'AUD', lines, ticketDiscountMinor: 0, tenders: [{ kind: 'card', amountMinor: totalMinor }] },
      ...{ redemptionIds: [], voucherCodes: [] },
    });
    return { memberId, body, totalMinor };
  }

  /** What a member must have. */
  pointsOf(memberId: string): number {
    const { tickets, points } = this.spent.get(memberId) ?? { tickets: 0, points: 0 };
    return welcome + (tickets > 0 ? firstPurchase : 0) + points;
  }

  /** What all of them must have together. */
  get points(): number {
    let sum = 0;
    for (let index = 0; index < this.members; index += 1) sum += this.pointsOf(TicketMill.member(index));
    return sum;
  }

  private earn(memberId: string, totalMinor: number): void {
    const { tickets, minor, points } = this.spent.get(memberId) ?? { tickets: 0, minor: 0, points: 0 };
    this.spent.set(memberId, {
      tickets: tickets + 1,
      minor: minor + totalMinor,
      points: points + Math.floor(totalMinor / 100),
    });
  }
}

/** A fresh idempotency key. */
export const freshKey = (): string => randomUUID();
