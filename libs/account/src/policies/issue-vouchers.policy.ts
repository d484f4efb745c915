import type { IssueVoucher } from '../domain/account.commands';
import type { VoucherGranted } from '../domain/words';

/** Issue a voucher to a member. */
export interface IssueMemberVoucher {
  readonly type: 'IssueMemberVoucher';
  readonly memberId: string;
  readonly voucher: IssueVoucher;
}

/** Whenever a context downstream grants a voucher, the member's account issues it under a code of its own. */
export const issueVouchers = {
  name: 'issue-vouchers',
  on: {
    VoucherGranted: ({ data }: { readonly data: VoucherGranted }): readonly IssueMemberVoucher[] => {
      const { grantId, memberId, benefit, expiresAt } = data;
      return [{ type: 'IssueMemberVoucher', memberId, voucher: { type: 'IssueVoucher', grantId, benefit, expiresAt } }];
    },
  },
} as const;
