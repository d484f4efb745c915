import type { z } from 'zod';
import { documentWith, draft, perAmount, rule } from '../../testing/programmes';
import { programmeDocument } from './checked-document';
import type { ProgrammeDraft } from './document';

/** The paths of everything that is wrong with a document. */
const problemsOf = (document: unknown): readonly string[] => {
  const parsed = programmeDocument.safeParse(document);
  return parsed.success ? [] : parsed.error.issues.map((issue: z.core.$ZodIssue) => issue.path.join('.'));
};

/** The document of the HTTP contract, word for word. */
const published = {
  name: 'Car Parts Club',
  currency: 'AUD',
  timeZone: 'Australia/Melbourne',
  wallets: [
    {
      code: 'points',
      name: { en: 'Points', zh: '积分' },
      scale: 0,
      pending: { mode: 'immediate' },
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
    { code: 'dollars', name: { en: 'Dollars', zh: '欧托元' }, scale: 2 },
  ],
  earning: {
    combine: { base: 'sum', bonus: 'sum', fixed: 'sum' },
    multiplicand: 'base',
    multiplierCeiling: 10,
    basis: 'gross',
    excludeCategories: [],
    pointsTenderEarns: false,
  },
  earningRules: [
    {
      id: 'base',
      name: { en: '1 point per dollar', zh: '每元1分' },
      wallet: 'points',
      phase: 'base',
      priority: 0,
      when: {},
      award: { kind: 'perAmount', points: 1, perMinor: 100 },
      rounding: 'floor',
    },
    {
      id: 'oil-x3',
      name: { en: 'Triple points on oil', zh: '机油三倍' },
      wallet: 'points',
      phase: 'multiply',
      priority: 0,
      when: {
        lines: { categories: ['oil'] },
        tiers: ['gold'],
        from: '2026-03-01',
        to: '2026-04-01',
        weekdays: [6, 7],
        timeOfDay: ['18:00', '22:00'],
        stores: ['S1'],
        minTicketMinor: 0,
      },
      award: { kind: 'multiplier', num: 3, den: 1 },
    },
    {
      id: 'visit',
      name: { en: '10 for a visit', zh: '到店10分' },
      wallet: 'points',
      phase: 'bonus',
      priority: 0,
      when: { on: ['visit'] },
      award: { kind: 'fixed', points: 10 },
      limits: [{ id: 'daily', per: 'day', points: 10 }],
    },
  ],
  tiers: {
    metric: 'netSpend',
    window: { kind: 'rolling', period: 'P12M' },
    validity: 'endOfNextPeriod',
    downgrade: 'toQualified',
    levels: [
      { code: 'member', min: 0 },
      { code: 'silver', min: 50000 },
      { code: 'gold', min: 150000 },
    ],
  },
  conversions: [
    {
      id: 'to-dollars',
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
  ],
  lifecycle: { ruleVersion: 1 },
};

describe('a programme document', () => {
  it('of the contract is understood whole', () => {
    const document = programmeDocument.parse(published);
    expect(document).toMatchObject(published);
    expect(document.earningRules[0]?.when.on).toEqual(['purchase']);
  });

  it('parses to itself once its defaults are filled in', () => {
    const document = programmeDocument.parse(published);
    expect(programmeDocument.parse(JSON.parse(JSON.stringify(document)))).toEqual(document);
  });

  it('fills in what is left out', () => {
    const document = documentWith({ earningRules: [rule('base', perAmount(1))] });
    expect(document).toMatchObject({
      earning: {
        combine: { base: 'sum', bonus: 'sum', fixed: 'sum' },
        multiplicand: 'base',
        multiplierCeiling: 10,
        basis: 'gross',
        pointsTenderEarns: false,
      },
      conversions: [],
      late: { maxAge: 'P30D', expired: 'expired' },
      holdTtl: 'PT15M',
    });
    expect(document.wallets[0]).toMatchObject({
      scale: 0,
      pending: { mode: 'immediate' },
      expiry: { mode: 'never' },
      returns: { points: 'reevaluate', reach: 'unlimited' },
      undo: { expiredSlices: 'lost' },
    });
    expect(document.earningRules[0]).toMatchObject({
      priority: 0,
      enabled: true,
      rounding: 'floor',
      roundPer: 'ticket',
      stopAfter: false,
      limits: [],
    });
  });

  it.each(['name', 'currency', 'timeZone', 'wallets', 'earningRules', 'tiers', 'rewards', 'lifecycle'])(
    'needs %s',
    (key) => {
      const { [key as keyof ProgrammeDraft]: _, ...rest } = draft();
      expect(problemsOf(rest)).toEqual([key]);
    },
  );

  it('refuses keys it does not know, wherever they stand', () => {
    expect(problemsOf({ ...draft(), color: 'red' })).toEqual(['']);
    const typo = rule('base', perAmount(1), { when: { weekday: [1] } as object });
    expect(problemsOf(draft({ earningRules: [typo] }))).toEqual(['earningRules.0.when']);
  });
});
