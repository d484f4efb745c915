import type { Instant } from '#libs/platform/kernel/instant';

/** A line of a till ticket. Money in minor units. `quantity` ≥ 1; the line's gross counts the whole quantity. */
export interface TicketLine {
  readonly lineNo: number;
  readonly sku: string;
  readonly category?: string;
  readonly brand?: string;
  /** `"key=value"` texts. */
  readonly labels: readonly string[];
  readonly quantity: number;
  readonly grossMinor: number;
  readonly discountMinor: number;
  readonly taxMinor: number;
}

/** How part of the bill was paid. Points and vouchers lower the earning base (setting), stored value does not. */
export interface Tender {
  readonly kind: 'cash' | 'card' | 'giftCard' | 'eWallet' | 'points' | 'voucher' | 'other';
  readonly amountMinor: number;
}

/** What was bought: lines, a discount on the whole ticket, and how it was paid (Σ tenders = Σ lines − discounts). */
export interface Basket {
  readonly lines: readonly TicketLine[];
  readonly ticketDiscountMinor: number;
  readonly tenders: readonly Tender[];
}

/**
 * What is kept of a basket after part of it came back. What tax and points take off a line is shared once, in the whole
 * sale: a line keeps its part of that, however much of the other lines is left.
 */
export interface KeptBasket extends Basket {
  readonly of: Basket;
}

/** What can set off an earning rule. */
export type OccasionKind = 'purchase' | 'visit' | 'enrolment' | 'birthday' | `activity:${string}`;

/** The store an occasion belongs to, as far as rules look at it. */
export interface StoreFacts {
  readonly storeId: string;
  readonly region?: string;
  /** IANA zone: dates, weekdays, times of day and limit windows are the store's own. */
  readonly timeZone: string;
}

/** One thing that happened to a member, as earning rules see it. Without a store, the programme's zone counts. */
export interface Occasion {
  readonly on: OccasionKind;
  readonly at: Instant;
  readonly store?: StoreFacts;
  readonly channel?: string;
  /** Present exactly when `on` is `purchase`. */
  readonly basket?: Basket | KeptBasket;
}

/** Where the member stood just before the occasion. Plain data: it is recorded with the ticket, so that a return can run the rules again as of the sale. */
export interface Standing {
  readonly tier?: string;
  readonly segments: readonly string[];
  /** When the member enrolled; absent when unknown. */
  readonly joinedAt?: Instant;
  /** True when no purchase of the member precedes this one. */
  readonly firstPurchase: boolean;
  /** Visits recorded before this occasion (for `everyNth`). */
  readonly visits: number;
  /** Points already given in each limit's window, of several windows in the fullest, keyed `<ruleId>/<limitId>`; absent means 0. */
  readonly used: Readonly<Record<string, number>>;
}

/** Points of one rule for one occasion: what becomes one lot. */
export interface Award {
  readonly rule: string;
  readonly wallet: string;
  /** > 0, in the wallet's integer unit. */
  readonly points: number;
  /** Shares per line, adding up to `points`; empty when the award does not come from lines. */
  readonly lines: readonly LineShare[];
  /** Multipliers that raised (or lowered) this award, in the order they were applied, with the points each added. */
  readonly multipliers: readonly AppliedMultiplier[];
  /** Limits that cut this award. */
  readonly clips: readonly Clip[];
  /** The amount the rule looked at: minor units, units or occasions, for `explain`. */
  readonly inputs: Readonly<Record<string, number>>;
}

export interface LineShare {
  readonly lineNo: number;
  readonly points: number;
}

export interface AppliedMultiplier {
  readonly rule: string;
  readonly num: number;
  readonly den: number;
  /** What the multiplier added to the award at its place, before its own limit; negative when num < den. */
  readonly points: number;
}

export interface Clip {
  /** The rule whose limit it is: the award's own or one of its multipliers'. */
  readonly rule: string;
  readonly limitId: string;
  readonly wouldBe: number;
  readonly given: number;
}

/** A rule that gave nothing, and the first condition that failed (a key of `when`, or `limit`, `zero`, `stopped`, `exclusive`, `disabled`). */
export interface NotEarned {
  readonly rule: string;
  readonly because: string;
}

/** What the rules say of an occasion. */
export interface Assessment {
  readonly awards: readonly Award[];
  readonly notEarned: readonly NotEarned[];
  /** What counts toward a tier by net spend: the earning base before exclusions, minor units. 0 without a basket. */
  readonly qualifyingMinor: number;
}

/** A limit of a rule with a window (from inclusive, to exclusive) that an occasion falls in. `ticket` limits have none. */
export interface LimitWindow {
  readonly rule: string;
  readonly limitId: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Something that counts toward tiers, dated by when it occurred. Returns lower the sale's own entry. */
export interface QualifyingEntry {
  readonly at: Instant;
  readonly netSpendMinor: number;
  readonly visits: number;
  /** Points earned, by wallet. */
  readonly points: Readonly<Record<string, number>>;
}

/** A tier given by hand: a floor until its date. */
export interface ManualTier {
  readonly code: string;
  readonly from: Instant;
  readonly until: Instant;
}

/** The tier in force. `validUntil` is exclusive; absent when the tier does not end by time. */
export interface TierStanding {
  readonly code: string;
  readonly since: Instant;
  readonly validUntil?: Instant;
}

/** One step on a member's path through the tiers, at the instant it took effect. */
export interface TierStep {
  readonly at: Instant;
  readonly kind: 'reached' | 'renewed' | 'lost';
  readonly from: string;
  readonly to: string;
  readonly validUntil?: Instant;
}
