import { line, on, rule, wallet } from './testing/scenario';
import { available, playEach, proportional, reversed, type WorkedCase } from './testing/worked-case';

const openLoyalty: readonly WorkedCase[] = [
  {
    id: 'A9 an event of enrolment gives 200',
    source: 'Open Loyalty OloyEarningRuleEvaluatorTest',
    programme: {
      earningRules: [rule({ phase: 'bonus', when: { on: ['enrolment'] }, award: { kind: 'fixed', points: 200 } })],
    },
    run: (s) => void s.tell({ type: 'RecordActivity', activityId: 'e', on: 'enrolment', occurredAt: s.now }),
    see: available,
    expected: 200,
  },
  {
    id: 'A10 a first purchase gives 56, the second nothing',
    source: 'Open Loyalty OloyEarningRuleEvaluatorTest',
    programme: {
      earningRules: [rule({ phase: 'bonus', when: { firstPurchase: true }, award: { kind: 'fixed', points: 56 } })],
    },
    run: (s) => ['T', 'U'].forEach((id) => s.buy(id, 1_000)),
    see: available,
    expected: 56,
  },
  {
    id: 'B6 a used document number with other content is refused (theirs: HTTP 400); the same content is the first result',
    source: 'Open Loyalty ApplyingEarningRulesTest',
    run: (s) => void s.buy('T', 1_000),
    see: (s) => [s.buy('T', 2_000), s.buy('T', 1_000), available(s)],
    expected: ['ticket-differs', [], 10],
  },
  {
    id: 'B7 a return of an unknown sale is refused',
    source: 'Open Loyalty ApplyingEarningRulesTest',
    run: () => undefined,
    see: (s) => s.giveBack('R', 'nowhere', 100),
    expected: 'purchase-not-found',
  },
  {
    id: 'B9 a return that names a return is refused',
    source: 'Open Loyalty ApplyingEarningRulesTest',
    run: (s) => [s.buy('T', 1_000), s.giveBack('R', 'T', 100)],
    see: (s) => s.giveBack('R2', 'R', 100),
    expected: 'not-a-sale',
  },
  {
    id: 'B10 a return of lines worth 11 and 1 is worth 12',
    source: 'Open Loyalty ApplyingEarningRulesTest',
    run: (s) => [s.buy('T', [line(1, 1_100), line(2, 100)]), s.giveBack('R', 'T', 1_200)],
    see: (s) => s.last('PurchaseReturned').lines.map((each) => each.amountMinor),
    expected: [1_100, 100],
  },
  {
    id: 'B11 1000 earned on 200, 100 returned: 500 revoked',
    source: 'Open Loyalty RevokePointsOnReturnTransactionListenerTest',
    programme: {
      ...proportional(),
      earningRules: [rule({ award: { kind: 'perAmount', points: 5, perMinor: 100 } })],
    },
    run: (s) => [s.buy('T', 20_000), s.giveBack('R', 'T', 10_000)],
    see: reversed,
    expected: 500,
  },
  {
    id: 'B12 everything revoked already: a further return is refused and takes nothing',
    source: 'Open Loyalty RevokePointsOnReturnTransactionListenerTest',
    programme: proportional(),
    run: (s) => [s.buy('T', 20_000), s.giveBack('R', 'T', 20_000)],
    see: (s) => [s.giveBack('R2', 'T', 1), available(s)],
    expected: ['already-returned', 0],
  },
  {
    id: 'B13 a sale of 40 earned 70, 20 returned: 35 revoked',
    source: 'Open Loyalty documentation',
    programme: {
      ...proportional(),
      earningRules: [rule({ award: { kind: 'perAmount', points: 7, perMinor: 400 } })],
    },
    run: (s) => [s.buy('T', 4_000), s.giveBack('R', 'T', 2_000)],
    see: reversed,
    expected: 35,
  },
  {
    id: 'B14 burning 1 of nothing is refused',
    source: 'Open Loyalty AccountTest',
    run: () => undefined,
    see: (s) => s.adjust(-1),
    expected: 'insufficient-points',
  },
  {
    id: 'B15 add 1, burn 1: nothing left',
    source: 'Open Loyalty AccountTest',
    run: (s) => [s.adjust(1), s.adjust(-1)],
    see: (s) => [s.events.map((event) => event.type), available(s)],
    expected: [['PointsEarned', 'PointsDeducted'], 0],
  },
  {
    id: 'B16 points added since an instant are counted from the log',
    source: 'Open Loyalty AccountDetailsTest',
    run: (s) => [
      s.at('2018-01-01T11:00Z').adjust(1),
      s.at('2018-01-02T10:00Z').adjust(2),
      s.at('2018-01-03T11:00Z').adjust(3),
    ],
    see: (s) =>
      s.account.lots
        .filter((lot) => lot.occurredAt >= on('2018-01-02T09:00Z'))
        .reduce((sum, lot) => sum + lot.points, 0),
    expected: 5,
  },
  {
    id: 'B17 90 taken from a lot of 100 leave 10 in it',
    source: 'Open Loyalty AccountDetailsProjectorTest',
    run: (s) => [s.adjust(100), s.adjust(-90)],
    see: (s) => s.account.lots[0]?.remaining,
    expected: 10,
  },
  {
    id: 'B20 a coupon good for 30 days from 2018-07-01 ends on 2018-07-31',
    source: 'Open Loyalty CouponExpirationDateProviderTest',
    programme: {
      rewards: [
        {
          id: 'coupon',
          name: { en: 'Coupon', zh: '券' },
          wallet: 'points',
          cost: 1,
          gives: { kind: 'voucher', amountMinor: 500, validFor: 'P30D' },
        },
      ],
    },
    run: (s) => {
      s.at('2018-07-01').adjust(1);
      const aim = { kind: 'reward', rewardId: 'coupon', storeId: 'S1' } as const;
      s.tell({ type: 'HoldPoints', redemptionId: 'r', aim });
      s.tell({ type: 'CaptureHold', redemptionId: 'r' });
    },
    see: (s) => s.last('VoucherIssued').expiresAt,
    expected: on('2018-07-31'),
  },
  {
    id: 'B22 85 for a newsletter: nothing before the activation, 85 after',
    source: 'Open Loyalty newsletter event',
    programme: { wallets: [wallet({ pending: { mode: 'onAction' } })] },
    run: (s) => void s.buy('T', 8_500),
    see: (s) => [available(s), s.tell({ type: 'ActivatePoints', wallet: 'points' }), available(s)],
    expected: [0, ['PointsActivated'], 85],
  },
  {
    id: 'B23 cash back at 2 per point: 20 points pay 40 of a bill of 100',
    source: 'Open Loyalty cashback',
    programme: { wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 200 } })] },
    run: (s) => [s.adjust(20), s.pay('p', 20, 10_000)],
    see: (s) => s.last('PointsHeld').valueMinor,
    expected: 4_000,
  },
];

describe('cases of Open Loyalty', () => playEach(openLoyalty));
