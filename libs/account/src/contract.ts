import type { TillViewPort } from '#libs/members/src/contract';
import type { Overview } from './domain/overview';

export {
  type AwardGranted,
  awardGranted,
  type SegmentWord,
  segmentWord,
  type VoucherGranted,
  voucherGranted,
} from './domain/words';
export type { AccountEvent } from './domain/account.events';
export type { HoldCaptured, HoldVoided, PointsHeld, RedemptionUndone } from './domain/holds.events';
export type {
  ExpiryExtended,
  ExtensionWithdrawn,
  PointsActivated,
  PointsConverted,
  PointsDeducted,
  PointsEarned,
  PointsExpired,
} from './domain/lots.events';
export type { DebtIncurred, DebtRepaid, PointsReversed, PurchaseReturned } from './domain/returns.events';
export type {
  ActivityRecorded,
  PurchaseRecorded,
  TicketReviewed,
  TicketSetAside,
  VisitRecorded,
} from './domain/tickets.events';
export type {
  TierChangeAwaited,
  TierCorrected,
  TierGranted,
  TierLost,
  TierNoticed,
  TierReached,
} from './domain/tiers.events';
export type {
  VoucherCancelled,
  VoucherHeld,
  VoucherIssued,
  VoucherReinstated,
  VoucherUsed,
} from './domain/vouchers.events';
export type { Lot, Sale, Slice, Ticket, Voucher } from './domain/account.state';
export { type Balance, balanceOf, isActive, isExpired, isPending } from './domain/lots';
export type { Expiring, Overview, TierView, WalletBalance } from './domain/overview';

/** The stream category whose facts these are: `account-<memberId>`. */
export const accountCategory = 'account';

/** Answers about accounts, each acknowledged write included. Rejects with `StoreUnavailable`. */
export interface AccountPort extends TillViewPort {
  /** Balances, tier and counts now. Throws 404 for someone who is not a member. */
  overview(memberId: string): Promise<Overview>;
}

/** Injection token. */
export const ACCOUNT_PORT = Symbol('AccountPort');
