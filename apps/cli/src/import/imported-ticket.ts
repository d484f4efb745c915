import type { Instant } from '#libs/platform/kernel/instant';

/** A line of an imported ticket. Always one unit: purchase logs count weighed goods and fuel in odd units. */
export interface ImportedLine {
  /** 1, 2, 3 … in the order of the file. */
  readonly lineNo: number;
  readonly sku: string;
  /** Lower case. */
  readonly category?: string;
  /** Lower case. */
  readonly brand?: string;
  /** `"key=value"` texts, lower case. */
  readonly labels: readonly string[];
  readonly quantity: 1;
  /** Minor units, ≥ 0. */
  readonly grossMinor: number;
  /** Minor units, ≥ 0. */
  readonly discountMinor: number;
  /** Minor units, ≥ 0. */
  readonly taxMinor: number;
}

/** A ticket just as a till sends it to `POST /v1/purchases`. */
export interface ImportedTicketBody {
  readonly memberId: string;
  readonly storeId: string;
  readonly tillId: string;
  /**
   * The source's own number, or `<file name>:<line>` where it has none, the name without `.gz`: the same on every run over
   * the same file, packed or not.
   */
  readonly ticketNo: string;
  /** `YYYY-MM-DD` in the store's zone. */
  readonly businessDate: string;
  /** RFC 3339, UTC. */
  readonly occurredAt: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly lines: readonly ImportedLine[];
  readonly ticketDiscountMinor: 0;
  /** One tender: everything paid by card. */
  readonly tenders: readonly [{ readonly kind: 'card'; readonly amountMinor: number }];
  readonly redemptionIds: readonly [];
  readonly voucherCodes: readonly [];
}

/** A ticket read from a purchase log. */
export interface ImportedTicket {
  /**
   * Where this ticket stands in the import: hand it to `PurchaseLog.tickets` to go on right after it. Positions grow
   * (compared as texts) with time, so that every member's tickets come in the order in which they happened.
   */
  readonly position: string;
  /** The line of the file on which it begins, from 1. */
  readonly row: number;
  readonly body: ImportedTicketBody;
}

/** One row of a purchase log: one line of a ticket and the ticket it belongs to. */
export interface TicketRow {
  /** The line of the file it stands on, from 1. */
  readonly row: number;
  readonly memberId: string;
  readonly storeId: string;
  readonly tillId: string;
  readonly ticketNo: string;
  readonly occurredAt: Instant;
  readonly line: Omit<ImportedLine, 'lineNo'>;
}

/** A kind of purchase log, opened on its files. */
export interface TicketRows {
  /** The file's name, for messages. */
  readonly name: string;
  /** ISO 4217. */
  readonly currency: string;
  /** IANA zone of the stores: their business dates are told in it. */
  readonly timeZone: string;
  /** True when tickets have no numbers of their own: every row is one, and its number is `<numberedAs>:<line>`. */
  readonly isNumberedByLine?: boolean;
  /**
   * Every row once, in the order of the file. A row that cannot be read is a {@link BadRow}, in place of the row.
   * `numberedAs` is the file's name without `.gz` unless told.
   */
  rows(numberedAs?: string): AsyncIterable<TicketRow | BadRow>;
}

/** A row that is no line of a ticket. */
export class BadRow extends Error {
  constructor(
    readonly file: string,
    readonly row: number,
    readonly reason: string,
  ) {
    super(`${file}, line ${row}: ${reason}`);
    this.name = 'BadRow';
  }
}
