import { line, wallet } from './testing/scenario';
import { available, payable, playEach, type WorkedCase } from './testing/worked-case';

const others: readonly WorkedCase[] = [
  {
    id: 'S1 +100, −30: 70',
    source: 'Sylius loyalty plugin LotReplayerTest',
    run: (s) => [s.adjust(100), s.adjust(-30)],
    see: available,
    expected: 70,
  },
  {
    id: 'S2 1000, burn 300: 700',
    source: 'Sylius loyalty plugin RedemptionLedgerTest',
    programme: { wallets: [wallet(payable)] },
    run: (s) => [s.adjust(1_000), s.pay('p', 300), s.tell({ type: 'CaptureHold', redemptionId: 'p' })],
    see: available,
    expected: 700,
  },
  {
    id: 'S3 200, burn 500: "max" applies 200, an exact 500 is refused',
    source: 'Sylius loyalty plugin RedemptionLedgerTest',
    programme: { wallets: [wallet(payable)] },
    run: (s) => void s.adjust(200),
    see: (s) => [s.pay('p', 500), s.pay('q', 'max'), s.last('PointsHeld').points],
    expected: ['insufficient-points', ['PointsHeld'], 200],
  },
  {
    id: 'S4 rolled back twice: 1000 once',
    source: 'Sylius loyalty plugin RedemptionLedgerTest',
    programme: { wallets: [wallet(payable)] },
    run: (s) => [s.adjust(1_000), s.pay('p', 300), s.tell({ type: 'CaptureHold', redemptionId: 'p' })],
    see: (s) => [
      s.tell({ type: 'UndoRedemption', redemptionId: 'p' }),
      s.tell({ type: 'UndoRedemption', redemptionId: 'p' }),
      available(s),
    ],
    expected: [['RedemptionUndone'], 'already-undone', 1_000],
  },
  {
    id: 'Q6 10 points, a reward for each 3: 9 are used',
    source: 'Odoo sale_loyalty',
    programme: {
      rewards: [
        {
          id: 'three',
          name: { en: 'Three', zh: '三' },
          wallet: 'points',
          cost: 3,
          gives: { kind: 'freeProduct', sku: 'X' },
        },
      ],
    },
    run: (s) => {
      s.adjust(10);
      for (const redemptionId of ['a', 'b', 'c', 'd'])
        s.tell({ type: 'HoldPoints', redemptionId, aim: { kind: 'reward', rewardId: 'three', storeId: 'S1' } });
    },
    see: (s) => s.balance(),
    expected: { available: 1, pending: 0, held: 9, debt: 0 },
  },
  {
    id: 'Q10 a gift card or e-wallet pays 100: still earns 100',
    source: 'Odoo sale_loyalty',
    run: (s) => [
      s.buy('T', 10_000, { tenders: [{ kind: 'eWallet', amountMinor: 10_000 }] }),
      s.buy('U', 10_000, { tenders: [{ kind: 'giftCard', amountMinor: 10_000 }] }),
    ],
    see: available,
    expected: 200,
  },
  {
    id: 'Q11 two rewards of half a point from one point, with a wallet of scale 1: nothing left',
    source: 'Odoo sale_loyalty',
    programme: {
      wallets: [wallet({ scale: 1 })],
      rewards: [
        {
          id: 'half',
          name: { en: 'Half', zh: '半' },
          wallet: 'points',
          cost: 5,
          gives: { kind: 'freeProduct', sku: 'X' },
        },
      ],
    },
    run: (s) => {
      s.adjust(10);
      for (const redemptionId of ['a', 'b'])
        s.tell({ type: 'HoldPoints', redemptionId, aim: { kind: 'reward', rewardId: 'half', storeId: 'S1' } });
    },
    see: available,
    expected: 0,
  },
  {
    id: 'Q13 of 1000, 100 paid with points and 100 returned: earns on 800',
    source: 'ERPNext test_loyalty_program',
    programme: {
      wallets: [wallet({ returns: { points: 'reevaluate', reach: 'unlimited' }, ...payable })],
    },
    run: (s) => {
      s.adjust(10_000);
      s.pay('p', 10_000, 100_000);
      const tenders = [
        { kind: 'points' as const, amountMinor: 10_000 },
        { kind: 'cash' as const, amountMinor: 90_000 },
      ];
      s.buy('T', [line(1, 88_889), line(2, 11_111)], { redemptionIds: ['p'], tenders });
      s.giveBack('R', 'T', { kind: 'lines', lines: [{ lineNo: 2, quantity: 1 }] });
    },
    see: available,
    expected: 800,
  },
  {
    id: 'Q15 50 for joining, all burned on an order that earns 21, the order cancelled: 50 again',
    source: 'nopCommerce issue 5595',
    programme: { wallets: [wallet({ payWithPoints: { perPoints: 1, amountMinor: 100 } })] },
    run: (s) => {
      s.adjust(50);
      s.pay('p', 50);
      const tenders = [
        { kind: 'points' as const, amountMinor: 5_000 },
        { kind: 'card' as const, amountMinor: 2_100 },
      ];
      s.buy('T', 7_100, { redemptionIds: ['p'], tenders });
      s.giveBack('R', 'T', 7_100);
    },
    see: available,
    expected: 50,
  },
  {
    id: 'Q17 one of three items is voided before the checkout: points for the two that are paid',
    source: 'FloCafe issue 720',
    run: (s) => void s.buy('T', [line(1, 1_000), line(2, 2_000)]),
    see: available,
    expected: 30,
  },
  {
    id: 'Q14 a cancelled invoice is reversed, and its history kept (theirs: entry removed)',
    source: 'ERPNext test_loyalty_program',
    run: (s) => [s.buy('T', 1_000), s.giveBack('R', 'T', 1_000)],
    see: (s) => [s.events.map((event) => event.type), available(s)],
    expected: [['PurchaseRecorded', 'PointsEarned', 'PurchaseReturned', 'PointsReversed'], 0],
  },
  {
    id: 'Q16 earn 100 (to day 10), burn 100 on day 5, earn 60 (to day 40), read on day 11: 60',
    source: 'FloCafe issue 78',
    programme: { wallets: [wallet({ expiry: { mode: 'after', period: 'P10D' } })] },
    run: (s) => {
      s.at('2026-01-01').buy('T', 10_000);
      s.at('2026-01-06').adjust(-100);
      s.buy('U', 6_000);
    },
    see: (s) => s.at('2026-01-12').available(),
    expected: 60,
  },
  {
    id: 'Q18 completed, failed, completed again: earned once',
    source: 'wpswings issue 111',
    run: (s) => [s.buy('T', 1_000), s.giveBack('R', 'T', 1_000), s.buy('T', 1_000), s.buy('T2', 1_000)],
    see: available,
    expected: 10,
  },
  {
    id: 'Q19 a lot expires by its date whatever gave it',
    source: 'liberusoftware pull request 1056',
    programme: { wallets: [wallet({ expiry: { mode: 'after', period: 'P10D' } })] },
    run: (s) => [s.at('2026-01-01').adjust(5), s.buy('T', 1_000)],
    see: (s) => [s.at('2026-01-10').available(), s.at('2026-01-11').available()],
    expected: [15, 0],
  },
];

describe('cases of Sylius, Odoo, ERPNext and others', () => playEach(others));
