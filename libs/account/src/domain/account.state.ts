import type { Instant } from '#libs/platform/kernel/instant';
import type {
  Basket,
  LineShare,
  ManualTier,
  QualifyingEntry,
  Standing,
  StoreFacts,
  TierStep,
} from '#libs/programme/src/contract';
import type { VoucherBenefit } from './voucher-benefit';

/** Why points were granted. `version` is the programme version whose rule it was. */
export type LotCause =
  | { readonly kind: 'rule'; readonly rule: string; readonly version: number }
  | { readonly kind: 'adjustment'; readonly reason: string }
  | { readonly kind: 'conversion'; readonly conversionId: string; readonly version: number }
  | { readonly kind: 'goodwill' | 'campaign'; readonly reference: string }
  | { readonly kind: 'undo'; readonly redemptionId: string };

/** Points granted together, with one activation and one expiry. All counts are in the wallet's integer unit. */
export interface Lot {
  readonly lotId: string;
  readonly wallet: string;
  /** As granted; never changes. */
  readonly points: number;
  /** Not yet spent, expired, reversed or used to repay debt. Open holds do not lower it. */
  readonly remaining: number;
  /** Of `points`, how many a return has taken back or forgiven, wherever they were taken from. */
  readonly reversed: number;
  /** Of `points`, how many ran out. */
  readonly expired: number;
  /** Of `expired`, how many a return has counted as already gone. */
  readonly expiredReversed: number;
  /** Of the debt that returns made while these points were away, what is not paid off yet (see `pledges`); absent: 0. */
  readonly pledged?: number;
  readonly cause: LotCause;
  /** The ticket, visit or activity that earned it. */
  readonly occasion?: string;
  readonly lines: readonly LineShare[];
  /** Points that count toward the limits of each rule (its own, and each multiplier's). */
  readonly counts: Readonly<Record<string, number>>;
  readonly issuingStore?: string;
  readonly occurredAt: Instant;
  /** `null` while it waits for an action. */
  readonly activeFrom: Instant | null;
  /** Exclusive; `null` when it never expires (or, while waiting, when that is not known yet). */
  readonly expiresAt: Instant | null;
  /** Sliding: the end it would have had without any activity; absent while none has moved it. */
  readonly ownEnd?: Instant;
  /** What it was made of when points were given back after their end, less what returns have taken of it since. */
  readonly renews?: readonly { readonly lotId: string; readonly points: number }[];
  /** Its own end counts from then; absent when that is so from the beginning. What occurred before does not move it. */
  readonly slidesFrom?: Instant;
}

/** Part of a lot; the issuing store goes along so that stores can settle with each other. */
export interface Slice {
  readonly lotId: string;
  readonly points: number;
  readonly issuingStore?: string;
}

/** What a redemption asks for; two requests are the same when this is equal. */
export type RedemptionAim =
  | { readonly kind: 'reward'; readonly rewardId: string; readonly storeId: string; readonly ticket?: TicketPlace }
  | {
      readonly kind: 'payWithPoints';
      readonly wallet: string;
      readonly billMinor: number;
      readonly points: number | 'max';
      readonly storeId: string;
      readonly ticket?: TicketPlace;
    };

/** The till and ticket number a redemption belongs to, as far as the till says. */
export interface TicketPlace {
  readonly tillId?: string;
  readonly ticketNo?: string;
}

/** Points authorised for one redemption. A hold whose `until` has passed has lapsed without an event. */
export interface Hold {
  readonly redemptionId: string;
  readonly aim: RedemptionAim;
  readonly wallet: string;
  readonly points: number;
  readonly valueMinor?: number;
  readonly slices: readonly Slice[];
  readonly until: Instant;
  readonly status: 'held' | 'captured' | 'voided';
  readonly capturedAt?: Instant;
  /** What was captured, and of that what has been given back. */
  readonly captured: readonly Slice[];
  readonly undone: readonly Slice[];
  readonly purchaseId?: string;
  readonly voucherCode?: string;
  readonly programmeVersion: number;
}

/** An entry that counts toward tiers; `source` is the ticket, visit or activity it comes from. */
export type Qualifying = QualifyingEntry & { readonly source: string };

/** A till ticket as the till sent it. Money in minor units of the store's currency. */
export interface Ticket extends Basket {
  readonly storeId: string;
  readonly tillId: string;
  readonly ticketNo: string;
  /** `YYYY-MM-DD`, the store's own. */
  readonly businessDate: string;
  readonly occurredAt: Instant;
  readonly currency: string;
  readonly cashierId?: string;
  readonly channel?: string;
  readonly redemptionIds: readonly string[];
  readonly voucherCodes: readonly string[];
}

/** How much of a line has come back. */
export interface ReturnedLine {
  readonly lineNo: number;
  readonly quantity: number;
  readonly amountMinor: number;
  /** Of `amountMinor`, what came back as money without units. */
  readonly spreadMinor: number;
}

/** A recorded sale with what a return or an explanation needs of it. */
export interface Sale {
  readonly purchaseId: string;
  /** When it counts as having occurred: as the till said, but never after it was recorded. */
  readonly at: Instant;
  readonly ticket: Ticket;
  readonly store: StoreFacts;
  /** `null` when no programme was in force. */
  readonly programmeVersion: number | null;
  readonly standing: Standing;
  readonly qualifyingMinor: number;
  /** Cumulative, by line; lines of which nothing came back are absent. */
  readonly returned: readonly ReturnedLine[];
}

/** A {@link Sale} between tickets, most of it in two plain lists (see `packed-sale`): an account is mostly sales. */
export interface PackedSale extends Pick<Sale, 'purchaseId' | 'at' | 'returned'> {
  readonly texts: readonly (string | null)[];
  readonly numbers: readonly number[];
}

/** A return by its own ticket, for recognising it when it is told again. */
export interface ReturnRecord {
  readonly returnId: string;
  /** Canonical JSON text of the request. */
  readonly content: string;
  readonly purchaseId: string;
  readonly parked: boolean;
  /** What a parked return asks for; absent once it is booked. */
  readonly request?: ParkedReturn;
}

/** What must be kept of a parked return to book it later. */
export interface ParkedReturn {
  readonly place: TicketPlace & { readonly storeId: string; readonly businessDate: string };
  readonly occurredAt: Instant;
  readonly goods: ReturnedGoods;
}

/** What comes back: units of lines, or an amount of money spread over the lines. */
export type ReturnedGoods =
  | { readonly kind: 'lines'; readonly lines: readonly { readonly lineNo: number; readonly quantity: number }[] }
  | { readonly kind: 'amount'; readonly amountMinor: number };

/** A ticket too old to be booked by itself, waiting for a person. */
export interface ReviewRecord {
  readonly reviewId: string;
  readonly ticket: Ticket;
  readonly store: StoreFacts;
  readonly status: 'open' | 'accepted' | 'rejected';
}

/** A voucher; an issued one whose `expiresAt` has passed is expired without an event. */
export interface Voucher {
  readonly code: string;
  readonly benefit: VoucherBenefit;
  readonly issuedAt: Instant;
  readonly expiresAt: Instant | null;
  readonly status: 'issued' | 'held' | 'used' | 'cancelled';
  readonly origin: { readonly kind: 'reward' | 'campaign'; readonly reference: string };
  readonly purchaseId?: string;
  readonly heldUntil?: Instant;
  readonly holder?: { readonly storeId?: string; readonly tillId?: string };
}

/** Something other than a purchase that earned or could have earned. */
export interface OccasionRecord {
  readonly occasionId: string;
  readonly on: string;
  readonly at: Instant;
}

/** A member's account: the fold of the stream `account-<memberId>`. Plain data, so that it can be a snapshot. */
export interface Account {
  readonly memberId: string;
  readonly lots: readonly Lot[];
  readonly holds: readonly Hold[];
  /** By wallet; absent means 0. */
  readonly debts: Readonly<Record<string, number>>;
  readonly sales: readonly PackedSale[];
  readonly returns: readonly ReturnRecord[];
  readonly reviews: readonly ReviewRecord[];
  readonly occasions: readonly OccasionRecord[];
  readonly vouchers: readonly Voucher[];
  /** Sorted by `at`; what tiers are computed from. `source` is the sale or visit. */
  readonly qualifying: readonly Qualifying[];
  /** The recorded path through the tiers, by `at`. */
  readonly tierPath: readonly TierStep[];
  readonly manualTiers: readonly ManualTier[];
  readonly segments: readonly { readonly segment: string; readonly from: Instant; readonly until?: Instant }[];
  /** Tier warnings given, by the `validUntil` they spoke of. */
  readonly noticed: readonly Instant[];
  /** When time may next change the tier, and when a warning is due, as last stated. */
  readonly awaited: { readonly changesAt: Instant | null; readonly noticeAt: Instant | null };
  readonly visits: number;
  /** The latest instant any fact speaks of; what time alone brings about is never dated before it without cause. */
  readonly latest: Instant;
}

/** Points owed in a wallet, ≥ 0. */
export const debtOf = (account: Account, wallet: string): number => account.debts[wallet] ?? 0;
