/** Builders of what tills send. Money in minor units. */

export interface Line {
  readonly lineNo: number;
  readonly sku: string;
  readonly category?: string;
  readonly quantity: number;
  readonly grossMinor?: number;
  readonly unitPriceMinor?: number;
}

export interface Ticket {
  readonly memberId: string;
  readonly storeId: string;
  readonly tillId: string;
  readonly ticketNo: string;
  readonly businessDate: string;
  readonly occurredAt: string;
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly tenders: readonly { readonly kind: string; readonly amountMinor: number }[];
  readonly ticketDiscountMinor?: number;
  readonly redemptionIds?: readonly string[];
  readonly voucherCodes?: readonly string[];
}

/** A line before it has its number. */
export type Goods = Omit<Line, 'lineNo'>;

/** One piece of something, in a category. */
export const goods = (sku: string, grossMinor: number, category = 'sundries'): Goods => ({
  sku,
  category,
  quantity: 1,
  grossMinor,
});

/** Numbers lines from 1. */
export const numbered = (lines: readonly Goods[]): readonly Line[] =>
  lines.map((line, index) => ({ lineNo: index + 1, ...line }));

/** What lines come to. */
export const worthOf = (lines: readonly Goods[]): number =>
  lines.reduce((sum, line) => sum + (line.grossMinor ?? (line.unitPriceMinor ?? 0) * line.quantity), 0);
