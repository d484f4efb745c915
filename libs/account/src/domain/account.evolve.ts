import type { AccountEvent } from './account.events';
import type { Account } from './account.state';
import { type Changing, copyOf } from './copies';
import { evolveHolds } from './holds';
import { evolveLots } from './lots';
import type { PointsEarned } from './lots.events';
import { evolveReturns } from './returns';
import { evolveTickets, withPoints } from './tickets';
import { evolveTiers } from './tiers';
import { evolveVouchers } from './vouchers';

/** Points that a rule gave count toward tiers by points, with the occasion that earned them; no others do. */
const qualify = (account: Changing<Account>, { data: { cause, occasion, wallet, points } }: PointsEarned): void => {
  if (cause.kind !== 'rule') return;
  const { qualifying } = account;
  // Nearly always the latest: what earns is told right before what it earns.
  let place = qualifying.length - 1;
  while (place >= 0 && qualifying[place]?.source !== occasion) place -= 1;
  const entry = qualifying[place];
  if (entry === undefined) return;
  const raised = { ...entry.points, [wallet]: (entry.points[wallet] ?? 0) + points };
  account.qualifying = qualifying.with(place, withPoints(entry, raised));
};

/** Applies a fact to a copy of the account. True: its type is known. */
const apply = (account: Changing<Account>, event: AccountEvent): true => {
  switch (event.type) {
    case 'PurchaseRecorded':
    case 'VisitRecorded':
    case 'ActivityRecorded':
    case 'TicketSetAside':
    case 'TicketReviewed':
      evolveTickets(account, event);
      return true;
    case 'PointsEarned':
      qualify(account, event);
      evolveLots(account, event);
      return true;
    case 'PointsActivated':
    case 'ExpiryExtended':
    case 'ExtensionWithdrawn':
    case 'PointsExpired':
    case 'PointsDeducted':
    case 'AdjustmentNoted':
    case 'PointsConverted':
      evolveLots(account, event);
      return true;
    case 'PointsHeld':
    case 'HoldCaptured':
    case 'HoldVoided':
    case 'RedemptionUndone':
      evolveHolds(account, event);
      return true;
    case 'PurchaseReturned':
    case 'ReturnParked':
    case 'PointsReversed':
    case 'DebtIncurred':
    case 'DebtRepaid':
      evolveReturns(account, event);
      return true;
    case 'TierReached':
    case 'TierLost':
    case 'TierCorrected':
    case 'TierGranted':
    case 'TierNoticed':
    case 'TierChangeAwaited':
    case 'SegmentEntered':
    case 'SegmentLeft':
      evolveTiers(account, event);
      return true;
    case 'VoucherIssued':
    case 'VoucherHeld':
    case 'VoucherUsed':
    case 'VoucherReinstated':
    case 'VoucherCancelled':
      evolveVouchers(account, event);
      return true;
  }
};

/** The account after one more fact. Total: a fact of a type that is not known leaves it as it is. */
export const evolve = (account: Account, event: AccountEvent): Account => {
  const next = copyOf(account);
  const known = apply(next, event) as true | undefined;
  if (known === undefined) return account;
  if (event.at > next.latest) next.latest = event.at;
  return next;
};
