import type { Instant } from '#libs/platform/kernel/instant';
import type { Account, Voucher } from './account.state';
import { appended, type Changing, changedWhere } from './copies';
import type { VoucherEvent, VoucherHeld } from './vouchers.events';

/** The voucher of a code. */
export const voucherOf = (account: Account, code: string): Voucher | undefined =>
  account.vouchers.find((voucher) => voucher.code === code);

/** Where a voucher stands: `expired` and the end of a hold follow from the instant alone. */
export const voucherStatus = (voucher: Voucher, at: Instant): 'issued' | 'held' | 'used' | 'expired' | 'cancelled' => {
  if (voucher.status === 'used' || voucher.status === 'cancelled') return voucher.status;
  if (voucher.status === 'held' && at < (voucher.heldUntil ?? at)) return 'held';
  return voucher.expiresAt !== null && voucher.expiresAt <= at ? 'expired' : 'issued';
};

const changeVoucher = (account: Changing<Account>, code: string, change: (voucher: Voucher) => Voucher): void => {
  account.vouchers = changedWhere(account.vouchers, (voucher) => voucher.code === code, change);
};

const freed = ({ purchaseId: _purchase, heldUntil: _until, holder: _holder, ...voucher }: Voucher): Voucher => ({
  ...voucher,
  status: 'issued',
});

const heldBy = (voucher: Voucher, { until, holder }: VoucherHeld['data']): Voucher => {
  const held: Voucher = { ...freed(voucher), status: 'held', heldUntil: until };
  return holder === undefined ? held : { ...held, holder };
};

/** Applies a fact about vouchers. */
export const evolveVouchers = (account: Changing<Account>, event: VoucherEvent): void => {
  switch (event.type) {
    case 'VoucherIssued': {
      const voucher: Voucher = { ...event.data, issuedAt: event.at, status: 'issued' };
      account.vouchers = appended(account.vouchers, voucher);
      const { origin, code } = event.data;
      if (origin.kind !== 'reward') return;
      const redeemed = (hold: { readonly redemptionId: string }): boolean => hold.redemptionId === origin.reference;
      account.holds = changedWhere(account.holds, redeemed, (hold) => ({ ...hold, voucherCode: code }));
      return;
    }
    case 'VoucherHeld':
      return changeVoucher(account, event.data.code, (voucher) => heldBy(voucher, event.data));
    case 'VoucherUsed':
      return changeVoucher(account, event.data.code, (voucher) => ({
        ...voucher,
        status: 'used',
        purchaseId: event.data.purchaseId,
      }));
    case 'VoucherReinstated':
      return changeVoucher(account, event.data.code, freed);
    case 'VoucherCancelled':
      return changeVoucher(account, event.data.code, (voucher) => ({ ...voucher, status: 'cancelled' }));
  }
};
