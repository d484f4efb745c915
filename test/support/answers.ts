/** The answers of the API as far as journeys look at them; what each field means is in the API's own documentation. */

export interface WalletAnswer {
  readonly code: string;
  readonly available: number;
  readonly pending: number;
  readonly held: number;
  readonly debt: number;
}

export interface TierAnswer {
  readonly code: string;
  readonly changed?: boolean;
  readonly from?: string;
  readonly validUntil?: string;
  readonly toNext?: number;
}

export interface EarnedAnswer {
  readonly wallet: string;
  readonly points: number;
  readonly rule: string;
  readonly programmeVersion: number;
  readonly activeFrom: string | null;
  readonly expiresAt: string | null;
  readonly lotId: string;
  readonly lines: readonly { readonly lineNo: number; readonly points: number }[];
}

export interface ResultAnswer {
  readonly earned: readonly EarnedAnswer[];
  readonly notEarned: readonly { readonly rule?: string; readonly because: string }[];
  readonly wallets: readonly WalletAnswer[];
  readonly tier: TierAnswer | null;
}

export interface PurchaseAnswer extends ResultAnswer {
  readonly purchaseId: string;
  readonly duplicate: boolean;
}

export interface SlicesAnswer {
  readonly lotId: string;
  readonly points: number;
}

export interface RedemptionAnswer {
  readonly redemptionId: string;
  readonly status: string;
  readonly wallet: string;
  readonly points: number;
  readonly valueMinor?: number;
  readonly slices: readonly SlicesAnswer[];
  readonly expiresAt: string;
  readonly voucher?: VoucherAnswer;
}

export interface ReturnAnswer {
  readonly returnId: string;
  readonly reversed: readonly { readonly wallet: string; readonly points: number; readonly forgiven: number }[];
  readonly debtIncurred: number;
  readonly reinstated: readonly object[];
  readonly wallets: readonly WalletAnswer[];
  readonly tier: TierAnswer | null;
}

export interface VoucherAnswer {
  readonly code: string;
  readonly status: string;
}

export interface AccountAnswer {
  readonly memberId: string;
  readonly wallets: readonly (WalletAnswer & {
    readonly expiring: readonly { readonly points: number; readonly at: string }[];
  })[];
  readonly tier: TierAnswer | null;
  readonly purchases: number;
  readonly visits: number;
  readonly asOf: string;
}

export interface LotAnswer {
  readonly lotId: string;
  readonly wallet: string;
  readonly points: number;
  readonly remaining: number;
  readonly state: string;
  readonly occurredAt: string;
}

export interface PageAnswer<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

export interface EnrolledAnswer {
  readonly memberId: string;
  readonly cards: readonly { readonly number: string; readonly kind: string }[];
}
