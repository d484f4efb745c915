import type { ProgrammeDraft } from '../domain/document/document';

/**
 * A video rental club: points for every visit and for every title by its category, double for gold members in the
 * quiet days of the week, and a present on the birthday.
 */
export const rentalClub: ProgrammeDraft = {
  name: 'Rental Club',
  currency: 'AUD',
  timeZone: 'Australia/Brisbane',
  wallets: [
    {
      code: 'points',
      name: { en: 'Points', zh: '积分' },
      expiry: { mode: 'after', period: 'P18M', roundUp: 'quarter' },
      returns: { points: 'line', reach: 'unlimited' },
    },
  ],
  earning: { excludeCategories: ['gift-card', 'late-fee'] },
  earningRules: [
    {
      id: 'visit',
      name: { en: '5 points for a visit', zh: '到店5分' },
      wallet: 'points',
      phase: 'base',
      when: { on: ['visit'] },
      award: { kind: 'fixed', points: 5 },
      limits: [{ id: 'daily', per: 'day', points: 5 }],
    },
    {
      id: 'new-release',
      name: { en: '10 points for a new release', zh: '新片10分' },
      wallet: 'points',
      phase: 'base',
      when: { lines: { categories: ['new-release'] } },
      award: { kind: 'perUnit', points: 10 },
    },
    {
      id: 'weekly',
      name: { en: '4 points for a weekly title', zh: '周租片4分' },
      wallet: 'points',
      phase: 'base',
      when: { lines: { categories: ['weekly'] } },
      award: { kind: 'perUnit', points: 4 },
    },
    {
      id: 'family',
      name: { en: '6 points for a family title', zh: '家庭片6分' },
      wallet: 'points',
      phase: 'base',
      when: { lines: { categories: ['family'] } },
      award: { kind: 'perUnit', points: 6 },
    },
    {
      id: 'shop',
      name: { en: '1 point per dollar on snacks and sales', zh: '零食及商品每元1分' },
      wallet: 'points',
      phase: 'base',
      when: { lines: { excludeCategories: ['new-release', 'weekly', 'family'] } },
      award: { kind: 'perAmount', points: 1, perMinor: 100 },
    },
    {
      id: 'quiet-days',
      name: { en: 'Double for gold from Monday to Wednesday', zh: '周一至周三金卡双倍' },
      wallet: 'points',
      phase: 'multiply',
      when: { weekdays: [1, 2, 3], tiers: ['gold'] },
      award: { kind: 'multiplier', num: 2, den: 1 },
    },
    {
      id: 'birthday',
      name: { en: '50 points for a birthday', zh: '生日50分' },
      wallet: 'points',
      phase: 'fixed',
      when: { on: ['birthday'] },
      award: { kind: 'fixed', points: 50 },
      limits: [{ id: 'yearly', per: 'year', points: 50 }],
    },
    {
      id: 'review',
      name: { en: '3 points for a review', zh: '影评3分' },
      wallet: 'points',
      phase: 'bonus',
      when: { on: ['activity:review'] },
      award: { kind: 'fixed', points: 3 },
      limits: [{ id: 'weekly', per: 'week', points: 9 }],
    },
  ],
  tiers: {
    metric: 'points:points',
    window: { kind: 'calendar', unit: 'halfYear' },
    validity: 'endOfNextPeriod',
    downgrade: 'oneDown',
    grace: 'P14D',
    levels: [
      { code: 'member', name: { en: 'Member', zh: '会员' }, min: 0 },
      { code: 'silver', name: { en: 'Silver', zh: '银卡' }, min: 150 },
      { code: 'gold', name: { en: 'Gold', zh: '金卡' }, min: 400 },
    ],
  },
  rewards: [
    {
      id: 'free-weekly',
      name: { en: 'Free weekly rental', zh: '免费租片一周' },
      wallet: 'points',
      cost: 60,
      gives: { kind: 'freeProduct', sku: 'WEEKLY-RENTAL' },
    },
    {
      id: 'free-new-release',
      name: { en: 'Free new release', zh: '免费新片' },
      wallet: 'points',
      cost: 120,
      gives: { kind: 'freeProduct', sku: 'NEW-RELEASE-RENTAL' },
    },
    {
      id: 'half-price',
      name: { en: 'Half off a bill', zh: '账单五折' },
      wallet: 'points',
      cost: 200,
      gives: { kind: 'percentVoucher', percent: 50, validFor: 'P3M' },
    },
  ],
  lifecycle: { ruleVersion: 1 },
};
