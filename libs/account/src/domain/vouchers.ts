import type { Instant } from '#libs/platform/kernel/instant';
import type { Account, Voucher } from './account.state';
import type { VoucherEvent } from './vouchers.events';

/** The voucher of a code. */
export const voucherOf = (account: Account, code: string): Voucher | undefined =>
  account.vouchers.find((voucher) => voucher.code === code);

/** Where a voucher stands: `expired` and the end of a hold follow from the instant alone. */
export const voucherStatus = (voucher: Voucher, at: Instant): 'issued' | 'held' | 'used' | 'expired' | 'cancelled' => {
  if (voucher.status === 'used' || voucher.status === 'cancelled') return voucher.status;
  if (voucher.status === 'held' && at < (voucher.heldUntil ?? at)) return 'held';
  return voucher.expiresAt !== null && voucher.expiresAt <= at ? 'expired' : 'issued';
};

const withVoucher = (account: Account, code: string, change: (voucher: Voucher) => Voucher): Account => ({
  ...account,
  vouchers: account.vouchers.map((voucher) => (voucher.code === code ? change(voucher) : voucher)),
});

const freed = ({ purchaseId: _purchase, heldUntil: _until, ...voucher }: Voucher): Voucher => ({
  ...voucher,
  status: 'issued',
});

/** Applies a fact about vouchers. */
export const evolveVouchers = (account: Account, event: VoucherEvent): Account => {
  switch (event.type) {
    case 'VoucherIssued': {
      const voucher: Voucher = { ...event.data, issuedAt: event.at, status: 'issued' };
      const issued = { ...account, vouchers: [...account.vouchers, voucher] };
      const { origin, code } = event.data;
      if (origin.kind !== 'reward') return issued;
      const holds = account.holds.map((hold) =>
        hold.redemptionId === origin.reference ? { ...hold, voucherCode: code } : hold,
      );
      return { ...issued, holds };
    }
    case 'VoucherHeld':
      return withVoucher(account, event.data.code, (voucher) => ({
        ...voucher,
        status: 'held',
        heldUntil: event.data.until,
      }));
    case 'VoucherUsed':
      return withVoucher(account, event.data.code, (voucher) => ({
        ...voucher,
        status: 'used',
        purchaseId: event.data.purchaseId,
      }));
    case 'VoucherReinstated':
      return withVoucher(account, event.data.code, freed);
    case 'VoucherCancelled':
      return withVoucher(account, event.data.code, (voucher) => ({ ...voucher, status: 'cancelled' }));
  }
};
