import type { Ticket } from '../domain/account.state';

/** What a ticket came to: its lines less every discount, in minor units. */
export const netMinorOf = ({ lines, ticketDiscountMinor }: Pick<Ticket, 'lines' | 'ticketDiscountMinor'>): number =>
  lines.reduce((sum, line) => sum + line.grossMinor - line.discountMinor, 0) - ticketDiscountMinor;
