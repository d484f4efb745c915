import { voucherGranted } from '../domain/words';
import { issueVouchers } from './issue-vouchers.policy';

const granted = {
  grantId: 'G1',
  memberId: 'M1',
  benefit: { kind: 'percentVoucher' as const, percent: 10 },
  expiresAt: 9_000,
};

it("whenever a voucher is granted, the member's account issues it", () => {
  expect(voucherGranted.parse(granted)).toEqual(granted);
  const { memberId, ...voucher } = granted;
  expect(issueVouchers.on.VoucherGranted({ data: granted })).toEqual([
    { type: 'IssueMemberVoucher', memberId, voucher: { type: 'IssueVoucher', ...voucher } },
  ]);
});
