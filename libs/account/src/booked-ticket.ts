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

/** Adds a field error when something is not as it must be. */
type Check = (holds: boolean, path: string, message: string) => void;

const grossOf = ({ unitPriceMinor, grossMinor, quantity }: SentLine): number =>
  grossMinor ?? (unitPriceMinor ?? 0) * quantity;

const lineOf = (line: SentLine, index: number, check: Check): TicketLine => {
  const { unitPriceMinor, grossMinor: sent, discountMinor, ...rest } = line;
  const path = `lines[${index}]`;
  const grossMinor = grossOf(line);
  check(
    (unitPriceMinor === undefined) !== (sent === undefined),
    `${path}.grossMinor`,
    'Send exactly one of unitPriceMinor and grossMinor',
  );
  check(grossMinor <= MOST_MINOR, `${path}.unitPriceMinor`, `Must come to ${MOST_MINOR} at most`);
  check(discountMinor <= grossMinor, `${path}.discountMinor`, 'Must not exceed what the line costs');
  return { ...rest, grossMinor, discountMinor };
};

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * The ticket that a till's body stands for, every line with its gross. Throws 400 with each path that is wrong: a price
 * twice or not at all, a line number twice, a discount larger than what it lowers, tenders that do not add up.
 */
export const ticketOf = (sent: SentTicket, cashierId: string | undefined = sent.cashierId): Ticket => {
  const errors: FieldError[] = [];
  const check: Check = (holds, path, message) => {
    if (!holds) errors.push({ path, message });
  };
  const { memberId: _member, cashierId: _cashier, lines: sentLines, ...rest } = sent;
  const lines = sentLines.map((line, index) => lineOf(line, index, check));
  const seen = new Set<number>();
  lines.forEach(({ lineNo }, index) => {
    check(!seen.has(lineNo), `lines[${index}].lineNo`, 'Must not repeat');
    seen.add(lineNo);
  });
  const worth = sumOf(lines.map(({ grossMinor, discountMinor }) => grossMinor - discountMinor));
  check(worth <= MOST_MINOR, 'lines', `Must come to ${MOST_MINOR} at most`);
  check(rest.ticketDiscountMinor <= worth, 'ticketDiscountMinor', 'Must not exceed what the lines come to');
  const due = worth - rest.ticketDiscountMinor;
  const paid = sumOf(rest.tenders.map(({ amountMinor }) => amountMinor));
  check(paid === due, 'tenders', `Must add up to ${due}, the lines less discounts; they add up to ${paid}`);
  if (errors.length > 0) throw invalid(errors);
  return cashierId === undefined ? { ...rest, lines } : { ...rest, lines, cashierId };
};
