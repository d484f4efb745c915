import { rational, round } from '#libs/platform/kernel/rational';
import type { Gives } from './document/rewards';

/**
 * What a voucher takes off a bill, in minor units: its amount, but no more than the bill, or its percentage of the
 * bill, rounded to its step, a half up. A free product takes nothing off by itself.
 */
export const voucherValueMinor = (gives: Gives, billMinor: number): number => {
  switch (gives.kind) {
    case 'freeProduct':
      return 0;
    case 'voucher':
      return Math.min(gives.amountMinor, billMinor);
    case 'percentVoucher': {
      const steps = round(rational(BigInt(billMinor) * BigInt(gives.percent), 100 * gives.roundToMinor), 'halfUp');
      return Math.min(steps * gives.roundToMinor, billMinor);
    }
  }
};
