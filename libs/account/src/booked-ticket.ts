import { invalid, type FieldError } from '#libs/platform/http/problem';
import type { TicketLine } from '#libs/programme/src/contract';
import type { Ticket } from './domain/account.state';

/** A line as a till sends it: priced by the unit or whole. Money in minor units. */
export interface SentLine extends Omit<TicketLine, 'grossMinor'> {
  readonly unitPriceMinor?: number;
  readonly grossMinor?: number;
}

/** A ticket as a till sends it. */
export interface SentTicket extends Omit<Ticket, 'lines'> {
  readonly memberId: string;
  readonly lines: readonly SentLine[];
}

/** The largest gross of a line and of a ticket: 10^12 minor units. */
const MOST_MINOR = 1_000_000_000_000;

const grossOf = ({ unitPriceMinor, grossMinor, quantity }: SentLine): number =>
  grossMinor ?? (unitPriceMinor ?? 0) * quantity;

// Lines and tickets are built field by field: rest and spread would cost more than all else that happens to them here.
const lineOf = (line: SentLine): TicketLine => {
  const { lineNo, sku, labels, quantity, discountMinor, taxMinor } = line;
  const built: { -readonly [Key in keyof TicketLine]: TicketLine[Key] } = {
    lineNo,
    sku,
    labels,
    quantity,
    grossMinor: grossOf(line),
    discountMinor,
    taxMinor,
  };
  if (line.category !== undefined) built.category = line.category;
  if (line.brand !== undefined) built.brand = line.brand;
  return built;
};

const lineProblems = (line: SentLine, index: number, errors: FieldError[]): void => {
  const { unitPriceMinor, grossMinor, discountMinor } = line;
  const wrong = (field: string, message: string): void => {
    errors.push({ path: `lines[${index}].${field}`, message });
  };
  if ((unitPriceMinor === undefined) === (grossMinor === undefined))
    wrong('grossMinor', 'Send exactly one of unitPriceMinor and grossMinor');
  const gross = grossOf(line);
  if (gross > MOST_MINOR) wrong('unitPriceMinor', `Must come to ${MOST_MINOR} at most`);
  if (discountMinor > gross) wrong('discountMinor', 'Must not exceed what the line costs');
};

const repeatedLines = (lines: readonly SentLine[], errors: FieldError[]): void => {
  const seen = new Set<number>();
  for (const [index, { lineNo }] of lines.entries()) {
    if (seen.has(lineNo)) errors.push({ path: `lines[${index}].lineNo`, message: 'Must not repeat' });
    seen.add(lineNo);
  }
};

const problemsOf = ({ lines, ticketDiscountMinor, tenders }: SentTicket): readonly FieldError[] => {
  const errors: FieldError[] = [];
  for (const [index, line] of lines.entries()) lineProblems(line, index, errors);
  repeatedLines(lines, errors);
  const wrong = (path: string, message: string): void => {
    errors.push({ path, message });
  };
  const worth = lines.reduce((sum, line) => sum + grossOf(line) - line.discountMinor, 0);
  if (worth > MOST_MINOR) wrong('lines', `Must come to ${MOST_MINOR} at most`);
  if (ticketDiscountMinor > worth) wrong('ticketDiscountMinor', 'Must not exceed what the lines come to');
  const due = worth - ticketDiscountMinor;
  const paid = tenders.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  if (paid !== due) wrong('tenders', `Must add up to ${due}, the lines less discounts; they add up to ${paid}`);
  return errors;
};

/**
 * The ticket that a till's body stands for, every line with its gross. Throws 400 with each path that is wrong: a price
 * twice or not at all, a line number twice, a discount larger than what it lowers, tenders that do not add up.
 */
export const ticketOf = (sent: SentTicket, cashierId: string | undefined = sent.cashierId): Ticket => {
  const errors = problemsOf(sent);
  if (errors.length > 0) throw invalid(errors);
  const built: { -readonly [Key in keyof Ticket]: Ticket[Key] } = {
    storeId: sent.storeId,
    tillId: sent.tillId,
    ticketNo: sent.ticketNo,
    businessDate: sent.businessDate,
    occurredAt: sent.occurredAt,
    currency: sent.currency,
    lines: sent.lines.map(lineOf),
    ticketDiscountMinor: sent.ticketDiscountMinor,
    tenders: sent.tenders,
    redemptionIds: sent.redemptionIds,
    voucherCodes: sent.voucherCodes,
  };
  if (sent.channel !== undefined) built.channel = sent.channel;
  if (cashierId !== undefined) built.cashierId = cashierId;
  return built;
};
