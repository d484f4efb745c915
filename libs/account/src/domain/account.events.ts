import { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { type HoldEvent, holdEventTypes } from './holds.events';
import { type LotEvent, lotEventTypes } from './lots.events';
import { type ReturnEvent, returnEventTypes } from './returns.events';
import { type TicketEvent, ticketEventTypes } from './tickets.events';
import { type TierEvent, tierEventTypes } from './tiers.events';
import { type VoucherEvent, voucherEventTypes } from './vouchers.events';

/** Every fact of an account, in the words of the nouns that own them. */
export type AccountEvent = TicketEvent | LotEvent | HoldEvent | ReturnEvent | TierEvent | VoucherEvent;

/** Their types, versions and schemas. */
export const accountEvents = new EventCatalogue([
  ...ticketEventTypes,
  ...lotEventTypes,
  ...holdEventTypes,
  ...returnEventTypes,
  ...tierEventTypes,
  ...voucherEventTypes,
]);
