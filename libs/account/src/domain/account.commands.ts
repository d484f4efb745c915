import type { Instant } from '#libs/platform/kernel/instant';
import type { Rulebooks, StoreFacts } from '#libs/programme/src/contract';
import type { RedemptionAim, ReturnedGoods, Ticket, TicketPlace } from './account.state';
import type { VoucherBenefit } from './voucher-benefit';

/** Book a till ticket. `purchaseId` stands for its business key (kind, store, till, number, date). */
export interface RecordPurchase {
  readonly type: 'RecordPurchase';
  readonly purchaseId: string;
  readonly ticket: Ticket;
  /** `import` has no maximum age; `review` is a ticket that a person has accepted. */
  readonly source: 'till' | 'import' | 'review';
}

/** Book a visit. */
export interface RecordVisit {
  readonly type: 'RecordVisit';
  readonly visitId: string;
  readonly occurredAt: Instant;
  readonly kind: string;
  readonly tillId?: string;
}

/** Book something else that rules may reward: an activity, the enrolment, a birthday. Told twice, booked once. */
export interface RecordActivity {
  readonly type: 'RecordActivity';
  readonly activityId: string;
  readonly on: 'enrolment' | 'birthday' | `activity:${string}`;
  readonly occurredAt: Instant;
  /** What else is said about it, sealed under the member's key. */
  readonly details?: string;
}

/** Book goods that came back. `returnId` stands for the return ticket's business key. */
export interface ReturnGoods {
  readonly type: 'ReturnGoods';
  readonly returnId: string;
  readonly purchaseId: string;
  readonly place: TicketPlace & { readonly storeId: string; readonly businessDate: string };
  readonly occurredAt: Instant;
  readonly goods: ReturnedGoods;
  /** Keep the return until its sale arrives, when the sale is not known yet. */
  readonly park: boolean;
  /** Canonical text of the request, to tell a repeat from another return. */
  readonly content: string;
}

/** Authorise points for a reward or for part of a bill. */
export interface HoldPoints {
  readonly type: 'HoldPoints';
  readonly redemptionId: string;
  readonly aim: RedemptionAim;
}

/** Spend what is held, or less: the rest is free again. */
export interface CaptureHold {
  readonly type: 'CaptureHold';
  readonly redemptionId: string;
  readonly points?: number;
}

/** Give a hold up. */
export interface VoidHold {
  readonly type: 'VoidHold';
  readonly redemptionId: string;
}

/** Give captured points back, all of them or some. */
export interface UndoRedemption {
  readonly type: 'UndoRedemption';
  readonly redemptionId: string;
  readonly points?: number;
}

/** Give (points > 0) or take (points < 0) by hand. `note` is sealed under the member's key. */
export interface AdjustPoints {
  readonly type: 'AdjustPoints';
  readonly adjustmentId: string;
  readonly wallet: string;
  readonly points: number;
  readonly reason: string;
  readonly note?: string;
}

/** Give points that another context has granted. Told twice, booked once. */
export interface BookAward {
  readonly type: 'BookAward';
  readonly awardId: string;
  readonly wallet: string;
  readonly points: number;
  readonly cause: { readonly kind: 'goodwill' | 'campaign'; readonly reference: string };
  readonly storeId?: string;
}

/** Turn points of one wallet into another's, as the programme offers. */
export interface ConvertPoints {
  readonly type: 'ConvertPoints';
  readonly requestId: string;
  readonly conversionId: string;
  readonly times: number;
}

/** Activate the lots of a wallet that wait for an action. */
export interface ActivatePoints {
  readonly type: 'ActivatePoints';
  readonly wallet: string;
}

/** Give a voucher that another context has granted. Told twice, issued once. */
export interface IssueVoucher {
  readonly type: 'IssueVoucher';
  readonly grantId: string;
  readonly benefit: VoucherBenefit;
  readonly expiresAt: Instant | null;
}

/** Set a voucher aside for a bill being made. */
export interface HoldVoucher {
  readonly type: 'HoldVoucher';
  readonly code: string;
  /** The till that asks, where one does: it may hold the voucher again, and no other till. */
  readonly tillId?: string;
}

/** Withdraw a voucher that has not been used. */
export interface CancelVoucher {
  readonly type: 'CancelVoucher';
  readonly code: string;
  readonly reason: string;
}

/** Give a tier by hand: a floor until its date. */
export interface GrantTier {
  readonly type: 'GrantTier';
  readonly code: string;
  readonly until: Instant;
  readonly reason: string;
}

/** Note that the member entered or left a segment. */
export interface NoteSegment {
  readonly type: 'NoteSegment';
  readonly segment: string;
  readonly inside: boolean;
  readonly since: Instant;
}

/** Turn a ticket away that was set aside for review. */
export interface RejectTicket {
  readonly type: 'RejectTicket';
  readonly reviewId: string;
}

/** State whatever time alone has brought about. */
export interface SettleAccount {
  readonly type: 'SettleAccount';
}

/** Everything that can be asked of an account. */
export type AccountCommand =
  | RecordPurchase
  | RecordVisit
  | RecordActivity
  | ReturnGoods
  | HoldPoints
  | CaptureHold
  | VoidHold
  | UndoRedemption
  | AdjustPoints
  | BookAward
  | ConvertPoints
  | ActivatePoints
  | IssueVoucher
  | HoldVoucher
  | CancelVoucher
  | GrantTier
  | NoteSegment
  | RejectTicket
  | SettleAccount;

/** What a decision needs from outside, gathered by the shell before deciding. */
export interface AccountContext {
  /** When the decision is made (recorded time). */
  readonly now: Instant;
  readonly rulebooks: Rulebooks;
  /** The store where it happens, if it happens in one. */
  readonly store?: StoreFacts;
  /** When the member enrolled. */
  readonly joinedAt?: Instant;
  /** A suspended member neither earns nor spends. */
  readonly suspended: boolean;
  /** Fresh unguessable codes (≥ 64 random bits each), one for each voucher that the command may issue. */
  readonly voucherCodes: readonly string[];
}

/** Every reason why an account refuses. The list is closed: it is the specification of what can go wrong. */
export type AccountRefusal =
  | 'member-suspended'
  | 'ticket-differs'
  | 'purchase-not-found'
  | 'not-a-sale'
  | 'already-returned'
  | 'line-not-found'
  | 'insufficient-points'
  | 'nothing-to-apply'
  | 'in-debt'
  | 'redemption-differs'
  | 'redemption-not-found'
  | 'open-redemption'
  | 'hold-expired'
  | 'already-captured'
  | 'already-voided'
  | 'not-captured'
  | 'already-undone'
  | 'too-many-points'
  | 'reward-is-whole'
  | 'no-programme'
  | 'unknown-wallet'
  | 'unknown-reward'
  | 'unknown-conversion'
  | 'unknown-tier'
  | 'ends-before-it-begins'
  | 'not-payable'
  | 'below-minimum'
  | 'not-a-step'
  | 'over-bill-share'
  | 'voucher-not-found'
  | 'voucher-held'
  | 'voucher-used'
  | 'voucher-expired'
  | 'voucher-cancelled'
  | 'review-not-found';
