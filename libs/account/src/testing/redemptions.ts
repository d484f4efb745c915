import { programme, rule, wallet } from '../domain/testing/scenario';
import { problem, type Answered } from './account-app';

/** Points that pay part of a bill or buy a product or a voucher, and stamps beside them. */
export const redeemable = programme({
  wallets: [
    wallet({
      payWithPoints: {
        perPoints: 100,
        amountMinor: 100,
        minPoints: 100,
        stepPoints: 100,
        maxShareOfBill: { num: 1, den: 2 },
      },
    }),
    wallet({ code: 'stamps' }),
  ],
  earningRules: [rule()],
  rewards: [
    { id: 'wiper', name: { en: 'Wiper' }, wallet: 'points', cost: 500, gives: { kind: 'freeProduct', sku: 'W' } },
    { id: 'five', name: { en: 'Five' }, wallet: 'points', cost: 200, gives: { kind: 'voucher', amountMinor: 500 } },
  ],
});

/** An answer that refuses under this code. */
export const refusedWith = (status: number, code: string) =>
  ({ status, body: { type: problem(code) } }) as unknown as Answered;

/** M1 pays $3.00 of a $10.00 bill with points. */
export const pay = (changes: object = {}): Record<string, unknown> => ({
  memberId: 'M1',
  storeId: 'S1',
  tillId: 'T1',
  ticketNo: '77',
  kind: 'payWithPoints',
  wallet: 'points',
  billMinor: 1_000,
  points: 300,
  ...changes,
});

/** M1 asks for the wiper. */
export const reward = (changes: object = {}): Record<string, unknown> => ({
  memberId: 'M1',
  storeId: 'S1',
  tillId: 'T1',
  kind: 'reward',
  rewardId: 'wiper',
  ...changes,
});
