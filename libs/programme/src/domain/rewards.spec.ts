import { voucherValueMinor } from './rewards';

const percent = (value: number, roundToMinor = 1) =>
  ({ kind: 'percentVoucher', percent: value, roundToMinor }) as const;

describe('what a voucher takes off a bill', () => {
  it.each([
    [percent(10), 10_000, 1000],
    [percent(10), 4705, 471],
    [percent(10), 4704, 470],
    [percent(10, 100), 4700, 500],
    [percent(10, 100), 3200, 300],
    [percent(100, 100), 4750, 4750],
    [percent(50), 1, 1],
    [percent(33), 9_007_199_254_740_991, 2_972_375_754_064_527],
    [{ kind: 'voucher', amountMinor: 2000 } as const, 5000, 2000],
    [{ kind: 'voucher', amountMinor: 2000 } as const, 1500, 1500],
    [{ kind: 'freeProduct', sku: 'COOKIE' } as const, 1500, 0],
  ])('%j of %d is %d', (gives, bill, value) => expect(voucherValueMinor(gives, bill)).toBe(value));
});
