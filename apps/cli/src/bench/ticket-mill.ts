import { randomUUID } from 'node:crypto';
import type { ImportedLine, ImportedTicketBody } from '../import/imported-ticket';

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
  private readonly spent = new Map<string, { readonly tickets: number; readonly points: number }>();
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
  next({ storeId, tillId }: MillTill, now: Date): ImportedTicketBody {
    // A step that shares no factor with any usual number of members visits everyone before anyone twice.
    const memberId = TicketMill.member((this.made * 7_919) % this.members);
    this.made += 1;
    const lines = [1, 2, 3].map((lineNo) => this.line(lineNo));
    const amountMinor = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    this.earn(memberId, amountMinor);
    return {
      ...{ memberId, storeId, tillId, ticketNo: `N${this.made}` },
      ...{ businessDate: now.toISOString().slice(0, 10), occurredAt: now.toISOString(), currency: 'AUD', lines },
      ticketDiscountMinor: 0,
      tenders: [{ kind: 'card', amountMinor }],
      redemptionIds: [],
      voucherCodes: [],
    };
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

  private line(lineNo: number): ImportedLine {
    const grossMinor = leastLineMinor + Math.floor(Math.random() * (mostLineMinor - leastLineMinor));
    return {
      ...{ lineNo, sku: `SKU-${(this.made + lineNo) % 500}`, category: 'filters', brand: 'house', labels: [] },
      quantity: 1,
      ...{ grossMinor, discountMinor: 0, taxMinor: 0 },
    };
  }

  private earn(memberId: string, totalMinor: number): void {
    const { tickets, points } = this.spent.get(memberId) ?? { tickets: 0, points: 0 };
    this.spent.set(memberId, { tickets: tickets + 1, points: points + Math.floor(totalMinor / 100) });
  }
}

/** A fresh idempotency key. */
export const freshKey = (): string => randomUUID();
