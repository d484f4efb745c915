import type { ToldTicket } from '../domain/told-sale';

/** What a ticket came to: its lines less every discount, in minor units. */
export const netMinorOf = ({
  lines,
  ticketDiscountMinor = 0,
}: Pick<ToldTicket, 'lines' | 'ticketDiscountMinor'>): number =>
  lines.reduce((sum, line) => sum + line.grossMinor - (line.discountMinor ?? 0), 0) - ticketDiscountMinor;
