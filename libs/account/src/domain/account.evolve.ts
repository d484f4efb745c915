import type { AccountEvent } from './account.events';
import type { Account } from './account.state';
import { evolveHolds } from './holds';
import { evolveLots } from './lots';
import type { PointsEarned } from './lots.events';
import { evolveReturns } from './returns';
import { evolveTickets } from './tickets';
import { evolveTiers } from './tiers';
import { evolveVouchers } from './vouchers';

/** Points that a rule gave count toward tiers by points, with the occasion that earned them; no others do. */
const qualified = (account: Account, event: PointsEarned): Account => {
  const { cause, occasion, wallet, points } = event.data;
  const place = cause.kind === 'rule' ? account.qualifying.findLastIndex((entry) => entry.source === occasion) : -1;
  const entry = account.qualifying[place];
  if (entry === undefined) return account;
  const raised = { ...entry, points: { ...entry.points, [wallet]: (entry.points[wallet] ?? 0) + points } };
  return { ...account, qualifying: account.qualifying.with(place, raised) };
};

const applied = (account: Account, event: AccountEvent): Account => {
  switch (event.type) {
    case 'PurchaseRecorded':
    case 'VisitRecorded':
    case 'ActivityRecorded':
    case 'TicketSetAside':
    case 'TicketReviewed':
      return evolveTickets(account, event);
    case 'PointsEarned':
      return evolveLots(qualified(account, event), event);
    case 'PointsActivated':
    case 'ExpiryExtended':
    case 'PointsExpired':
    case 'PointsDeducted':
    case 'AdjustmentNoted':
    case 'PointsConverted':
      return evolveLots(account, event);
    case 'PointsHeld':
    case 'HoldCaptured':
    case 'HoldVoided':
    case 'RedemptionUndone':
      return evolveHolds(account, event);
    case 'PurchaseReturned':
    case 'ReturnParked':
    case 'PointsReversed':
    case 'DebtIncurred':
    case 'DebtRepaid':
      return evolveReturns(account, event);
    case 'TierReached':
    case 'TierLost':
    case 'TierCorrected':
    case 'TierGranted':
    case 'TierNoticed':
    case 'SegmentEntered':
    case 'SegmentLeft':
      return evolveTiers(account, event);
    case 'VoucherIssued':
    case 'VoucherHeld':
    case 'VoucherUsed':
    case 'VoucherReinstated':
    case 'VoucherCancelled':
      return evolveVouchers(account, event);
  }
};

/** The account after one more fact. Total: a fact of a type that is not known leaves it as it is. */
export const evolve = (account: Account, event: AccountEvent): Account => {
  const next = applied(account, event) as Account | undefined;
  if (next === undefined) return account;
  return event.at > next.latest ? { ...next, latest: event.at } : next;
};
