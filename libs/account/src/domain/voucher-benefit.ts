/** What a voucher is worth to the cashier. */
export type VoucherBenefit =
  | { readonly kind: 'freeProduct'; readonly sku: string }
  | { readonly kind: 'voucher'; readonly amountMinor: number }
  | {
      readonly kind: 'percentVoucher';
      readonly percent: number;
      /** The step to which what it takes off is rounded, a half up, in minor units; 1 if left out. */
      readonly roundToMinor?: number;
    };
