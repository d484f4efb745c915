import { on, programme, rule, Scenario, wallet } from './scenario';

const rules = programme({
  wallets: [
    wallet({
      expiry: { mode: 'sliding', period: 'P3M', activities: ['earn', 'spend'] },
      returns: { points: 'proportional', reach: 'unlimited' },
      payWithPoints: { perPoints: 1, amountMinor: 1 },
    }),
    wallet({ code: 'stamps', pending: { mode: 'onAction' } }),
    wallet({ code: 'dollars', scale: 2 }),
  ],
  earningRules: [
    rule(),
    rule({ id: 'stamp', wallet: 'stamps', phase: 'bonus', award: { kind: 'fixed', points: 10 } }),
    rule({ id: 'visit', phase: 'bonus', when: { on: ['visit'] }, award: { kind: 'fixed', points: 7 } }),
  ],
  conversions: [{ id: 'swap', from: { wallet: 'points', units: 20 }, to: { wallet: 'dollars', units: 100 } }],
  tiers: {
    window: { kind: 'calendar', unit: 'quarter' },
    notice: 'P14D',
    grace: 'P5D',
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 20_000 },
    ],
  },
  rewards: [
    {
      id: 'five',
      name: { en: 'Five off', zh: '五元' },
      wallet: 'points',
      cost: 50,
      gives: { kind: 'voucher', amountMinor: 500, validFor: 'P60D' },
    },
  ],
});

const redeeming = (scenario: Scenario): void => {
  scenario.at('2026-01-12').pay('given-up', 30);
  scenario.tell({ type: 'VoidHold', redemptionId: 'given-up' });
  scenario.pay('undone', 40);
  scenario.tell({ type: 'CaptureHold', redemptionId: 'undone' });
  scenario.tell({ type: 'UndoRedemption', redemptionId: 'undone' });
  const aim = { kind: 'reward', rewardId: 'five', storeId: 'S1' } as const;
  scenario.tell({ type: 'HoldPoints', redemptionId: 'reward', aim });
  scenario.tell({ type: 'CaptureHold', redemptionId: 'reward' });
  const { code } = scenario.last('VoucherIssued');
  scenario.tell({ type: 'HoldVoucher', code });
  scenario.buy('with-voucher', 2_000, { voucherCodes: [code] });
  scenario.giveBack('all-back', 'with-voucher', 2_000);
  scenario.tell({ type: 'CancelVoucher', code, reason: 'mistake' });
  scenario.at('2026-01-13').buy('brief', 600);
  scenario.giveBack('brief-back', 'brief', 600);
};

const byHand = (scenario: Scenario): void => {
  const gift = { type: 'AdjustPoints', adjustmentId: 'gift', wallet: 'points', points: 15, reason: 'sorry' } as const;
  scenario.at('2026-01-15').tell({ ...gift, note: 'sealed:abc' });
  scenario.tell({ type: 'ConvertPoints', requestId: 'c', conversionId: 'swap', times: 2 });
  scenario.tell({ type: 'ActivatePoints', wallet: 'stamps' });
  scenario.tell({ type: 'NoteSegment', segment: 'vip', inside: true, since: scenario.now });
  scenario.tell({ type: 'NoteSegment', segment: 'vip', inside: false, since: scenario.now + 1 });
  scenario.adjust(-100, 'taken');
};

const late = (scenario: Scenario): void => {
  scenario.at('2026-01-20').giveBack('early', 'not-yet', 500, true);
  scenario.buy('not-yet', 1_000);
  scenario.buy('ancient', 900, { occurredAt: on('2025-11-01') });
  scenario.tell({ type: 'RejectTicket', reviewId: 'ancient' });
};

/** A life in which every kind of fact occurs: a tier ends, debt is made and repaid, vouchers come and go. */
export const wholeLife = (): Scenario => {
  const scenario = new Scenario(rules).at('2026-01-05');
  scenario.buy('first', 25_000);
  scenario.tell({ type: 'RecordVisit', visitId: 'walk', occurredAt: scenario.now, kind: 'walk-in' });
  scenario.tell({ type: 'RecordActivity', activityId: 'like', on: 'activity:like', occurredAt: scenario.now });
  scenario.at('2026-01-10').buy('second', 10_000);
  redeeming(scenario);
  byHand(scenario);
  late(scenario);
  scenario.at('2026-01-21').giveBack('big', 'first', 25_000);
  scenario.at('2026-01-22').buy('third', 30_000);
  scenario.tell({ type: 'GrantTier', code: 'gold', until: on('2026-03-01'), reason: 'goodwill' });
  scenario.at('2026-06-20').tell({ type: 'SettleAccount' });
  for (const day of ['2026-07-02', '2026-08-01']) scenario.at(day).tell({ type: 'SettleAccount' });
  return scenario;
};
