import type { ProgrammeDraft } from '../domain/document/document';

/**
 * A sandwich shop's card for frequent customers: a stamp for every visit and every purchase, a point for every dollar
 * spent, and past a threshold of either a free product.
 */
export const sandwichCard: ProgrammeDraft = {
  name: 'Sandwich Card',
  currency: 'AUD',
  timeZone: 'Australia/Sydney',
  wallets: [
    {
      code: 'stamps',
      name: { en: 'Stamps', zh: '印花' },
      expiry: { mode: 'sliding', period: 'P6M', activities: ['earn', 'spend'] },
      returns: { points: 'reevaluate', reach: 'withinBalance' },
    },
    {
      code: 'points',
      name: { en: 'Points', zh: '积分' },
      expiry: { mode: 'after', period: 'P12M', roundUp: 'month' },
      returns: { points: 'proportional', reach: 'unlimited' },
    },
  ],
  earning: { excludeCategories: ['gift-card'] },
  earningRules: [
    {
      id: 'stamp-visit',
      name: { en: 'A stamp for every visit', zh: '每次到店一枚印花' },
      wallet: 'stamps',
      phase: 'base',
      when: { on: ['visit'] },
      award: { kind: 'fixed', points: 1 },
      limits: [{ id: 'daily', per: 'day', points: 1 }],
    },
    {
      id: 'stamp-purchase',
      name: { en: 'A stamp for every purchase', zh: '每次消费一枚印花' },
      wallet: 'stamps',
      phase: 'base',
      when: { on: ['purchase'], minTicketMinor: 500 },
      award: { kind: 'fixed', points: 1 },
      limits: [{ id: 'daily', per: 'day', points: 3 }],
    },
    {
      id: 'spend',
      name: { en: '1 point per dollar', zh: '每元1分' },
      wallet: 'points',
      phase: 'base',
      award: { kind: 'perAmount', points: 1, perMinor: 100 },
    },
    {
      id: 'welcome',
      name: { en: 'Two stamps to begin with', zh: '入会赠两枚印花' },
      wallet: 'stamps',
      phase: 'fixed',
      when: { on: ['enrolment'] },
      award: { kind: 'fixed', points: 2 },
    },
    {
      id: 'tenth-visit',
      name: { en: '20 points on every tenth visit', zh: '每第十次到店20分' },
      wallet: 'points',
      phase: 'bonus',
      when: { on: ['visit'] },
      award: { kind: 'everyNth', n: 10, points: 20 },
    },
  ],
  tiers: {
    metric: 'visits',
    window: { kind: 'rolling', period: 'P3M' },
    validity: 'endOfNextPeriod',
    downgrade: 'toQualified',
    levels: [
      { code: 'guest', name: { en: 'Guest', zh: '会员' }, min: 0 },
      { code: 'regular', name: { en: 'Regular', zh: '常客' }, min: 12 },
    ],
  },
  rewards: [
    {
      id: 'free-sandwich',
      name: { en: 'Free sandwich', zh: '免费三明治' },
      wallet: 'stamps',
      cost: 10,
      gives: { kind: 'freeProduct', sku: 'SANDWICH-6' },
    },
    {
      id: 'free-cookie',
      name: { en: 'Free cookie', zh: '免费曲奇' },
      wallet: 'points',
      cost: 40,
      gives: { kind: 'freeProduct', sku: 'COOKIE' },
    },
    {
      id: 'free-meal',
      name: { en: 'Free meal', zh: '免费套餐' },
      wallet: 'points',
      cost: 150,
      gives: { kind: 'freeProduct', sku: 'MEAL' },
    },
  ],
  lifecycle: { ruleVersion: 1 },
};
