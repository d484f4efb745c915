import { randomUUID } from 'node:crypto';
import type { ImportedLine, ImportedTicketBody } from '../import/imported-ticket';

/** A till that tickets are sent from. */
export interface MillTill {
  readonly storeId: string;
  readonly tillId: string;
}

/** What the auto club gives: for joining, and a point for each whole dollar. A first purchase counts from $20 on. */
const welcome = 200;
const leastLineMinor = 200;
const mostLineMinor = 650;
/** A silver member earns more: nobody may get there, so that the sum below stays this simple. */
const silverMinor = 50_000;

/** What a member has spent, and must have earned with it. */
interface Spent {
  readonly minor: number;
  readonly points: number;
}

const pointsOf = (minor: number): number => Math.floor(minor / 100);

const nothing: Spent = { minor: 0, points: 0 };

/**
 * Makes three-line tickets for members picked at random, and knows what each member must have earned: by arithmetic of
 * its own, which shares nothing with the rules that are measured.
 */
export class TicketMill {
  private readonly spent = new Map<string, Spent>();
  private made = 0;

  constructor(private readonly members: number) {}

  /** The id of a member. */
  static member(index: number): string {
    return `M${index}`;
  }

  /** What a ticket must earn. */
  static pointsFor({ tenders: [{ amountMinor }] }: ImportedTicketBody): number {
    return pointsOf(amountMinor);
  }

  /** Tickets made so far. */
  get count(): number {
    return this.made;
  }

  /** False once somebody has risen in tier: then more was earned than is counted here. */
  get isPlain(): boolean {
    return [...this.spent.values()].every(({ minor }) => minor < silverMinor);
  }

  /** The next ticket; it counts as earned from here on. */
  next({ storeId, tillId }: MillTill, now: Date): ImportedTicketBody {
    const memberId = TicketMill.member(Math.floor(Math.random() * this.members));
    this.made += 1;
    const lines = [1, 2, 3].map((lineNo) => this.line(lineNo));
    const amountMinor = lines.reduce((sum, line) => sum + line.grossMinor, 0);
    const { minor, points } = this.spent.get(memberId) ?? nothing;
    this.spent.set(memberId, { minor: minor + amountMinor, points: points + pointsOf(amountMinor) });
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
    return welcome + (this.spent.get(memberId) ?? nothing).points;
  }

  /** What all of them must have together. */
  get points(): number {
    return [...this.spent.values()].reduce((sum, { points }) => sum + points, this.members * welcome);
  }

  private line(lineNo: number): ImportedLine {
    const grossMinor = leastLineMinor + Math.floor(Math.random() * (mostLineMinor - leastLineMinor));
    return {
      ...{ lineNo, sku: `SKU-${(this.made + lineNo) % 500}`, category: 'filters', brand: 'house', labels: [] },
      quantity: 1,
      ...{ grossMinor, discountMinor: 0, taxMinor: 0 },
    };
  }
}

/** A fresh idempotency key. */
export const freshKey = (): string => randomUUID();
