import type { ProgrammeDraft } from '../domain/document/document';

/**
 * A car-parts club: a point for every dollar, which become store dollars to be spent in any store, more of them in
 * higher tiers, triple points on oil at members' night, and points for joining and for the first purchase.
 */
export const autoClub: ProgrammeDraft = {
  name: 'Auto Club',
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  wallets: [
    {
      code: 'points',
      name: { en: 'Points', zh: '积分' },
      scale: 0,
      expiry: { mode: 'after', period: 'P12M', from: 'activation', roundUp: 'month' },
      returns: { points: 'reevaluate', reach: 'unlimited' },
      payWithPoints: {
        perPoints: 100,
        amountMinor: 100,
        minPoints: 100,
        stepPoints: 100,
        maxShareOfBill: { num: 1, den: 2 },
      },
    },
    {
      code: 'dollars',
      name: { en: 'Store dollars', zh: '欧托元' },
      scale: 2,
      expiry: { mode: 'fixedDay', monthDay: '12-31' },
      returns: { points: 'proportional', reach: 'withinBalance' },
      payWithPoints: {
        perPoints: 1,
        amountMinor: 1,
        minPoints: 100,
        stepPoints: 1,
        maxShareOfBill: { num: 1, den: 1 },
      },
    },
  ],
  earning: { excludeCategories: ['gift-card'] },
  earningRules: [
    {
      id: 'base',
      name: { en: '1 point per dollar', zh: '每元1分' },
      wallet: 'points',
      phase: 'base',
      award: { kind: 'perAmount', points: 1, perMinor: 100 },
    },
    {
      id: 'silver',
      name: { en: 'A quarter more for silver', zh: '银卡多四分之一' },
      wallet: 'points',
      phase: 'multiply',
      when: { tiers: ['silver'] },
      award: { kind: 'multiplier', num: 5, den: 4 },
      exclusiveGroup: 'tier',
    },
    {
      id: 'gold',
      name: { en: 'Half as much again for gold', zh: '金卡多二分之一' },
      wallet: 'points',
      phase: 'multiply',
      when: { tiers: ['gold'] },
      award: { kind: 'multiplier', num: 3, den: 2 },
      exclusiveGroup: 'tier',
    },
    {
      id: 'members-night',
      name: { en: "Triple points on oil at members' night", zh: '会员之夜机油三倍积分' },
      wallet: 'points',
      phase: 'multiply',
      priority: 10,
      when: { lines: { categories: ['oil'] }, weekdays: [4], timeOfDay: ['18:00', '22:00'] },
      award: { kind: 'multiplier', num: 3, den: 1 },
      limits: [{ id: 'evening', per: 'day', points: 2000 }],
    },
    {
      id: 'welcome',
      name: { en: '200 points for joining', zh: '入会200分' },
      wallet: 'points',
      phase: 'fixed',
      when: { on: ['enrolment'] },
      award: { kind: 'fixed', points: 200 },
    },
    {
      id: 'first-purchase',
      name: { en: '100 points for the first purchase over $20', zh: '首次消费满20元100分' },
      wallet: 'points',
      phase: 'fixed',
      when: { firstPurchase: true, minTicketMinor: 2000 },
      award: { kind: 'fixed', points: 100 },
    },
    {
      id: 'birthday',
      name: { en: '100 points for a birthday', zh: '生日100分' },
      wallet: 'points',
      phase: 'fixed',
      when: { on: ['birthday'] },
      award: { kind: 'fixed', points: 100 },
      limits: [{ id: 'yearly', per: 'year', points: 100 }],
    },
  ],
  tiers: {
    metric: 'netSpend',
    window: { kind: 'rolling', period: 'P12M' },
    validity: 'endOfNextPeriod',
    downgrade: 'toQualified',
    levels: [
      { code: 'member', name: { en: 'Member', zh: '会员' }, min: 0 },
      { code: 'silver', name: { en: 'Silver', zh: '银卡' }, min: 50_000 },
      { code: 'gold', name: { en: 'Gold', zh: '金卡' }, min: 150_000 },
    ],
  },
  conversions: [
    {
      id: 'to-dollars',
      name: { en: '1,000 points to 10 store dollars', zh: '1000积分换10欧托元' },
      from: { wallet: 'points', units: 1000 },
      to: { wallet: 'dollars', units: 1000 },
      mode: 'onRequest',
    },
  ],
  rewards: [
    {
      id: 'free-wiper',
      name: { en: 'Free wiper blade', zh: '免费雨刮' },
      wallet: 'points',
      cost: 500,
      gives: { kind: 'freeProduct', sku: 'WIPER' },
    },
    {
      id: 'voucher-20',
      name: { en: '$20 voucher', zh: '20元礼券' },
      wallet: 'points',
      cost: 1800,
      gives: { kind: 'voucher', amountMinor: 2000, validFor: 'P6M' },
    },
  ],
  lifecycle: { ruleVersion: 1 },
};
