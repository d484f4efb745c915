import type { z } from 'zod';
import { draft, fixed, perAmount, rule, times } from '../../testing/programmes';
import { programmeDocument } from './checked-document';
import type { ProgrammeDraft } from './document';

/** The paths of everything that is wrong with a document. */
const problemsOf = (document: unknown): readonly string[] => {
  const parsed = programmeDocument.safeParse(document);
  return parsed.success ? [] : parsed.error.issues.map((issue: z.core.$ZodIssue) => issue.path.join('.'));
};

const wallets = [
  { code: 'points', name: { en: 'Points' } },
  { code: 'dollars', name: { en: 'Dollars' } },
];
const convert = (from: string, to: string, mode: 'onRequest' | 'automatic' = 'onRequest') => ({
  id: `${from}-${to}`,
  from: { wallet: from, units: 1 },
  to: { wallet: to, units: 1 },
  mode,
});
const withRule = (award: Parameters<typeof rule>[1], changes: Parameters<typeof rule>[2] = {}) =>
  draft({ earningRules: [rule('r', award, changes)] });

describe('what does not fit together', () => {
  it.each<[string, ProgrammeDraft, string]>([
    ['a currency that is none', draft({ currency: 'XYZ' }), 'currency'],
    ['a zone that is none', draft({ timeZone: 'Mars/Olympus' }), 'timeZone'],
    ['a wallet twice', draft({ wallets: [...wallets, ...wallets.slice(1)] }), 'wallets.2.code'],
    ['a rule twice', draft({ earningRules: [rule('r', fixed(1)), rule('r', fixed(2))] }), 'earningRules.1.id'],
    ['a rule of no wallet', withRule(fixed(1), { wallet: 'miles' }), 'earningRules.0.wallet'],
    ['a multiplier in the base phase', withRule(times(2), { phase: 'base' }), 'earningRules.0.phase'],
    ['points in the multiply phase', withRule(fixed(1), { phase: 'multiply' }), 'earningRules.0.phase'],
    ['a rate per nothing', withRule(perAmount(1, 0)), 'earningRules.0.award.perMinor'],
    ['a multiplier over nothing', withRule(times(1, 0)), 'earningRules.0.award.den'],
    ['a fraction of a point', withRule(fixed(0.5)), 'earningRules.0.award.points'],
    [
      'a span of dates backwards',
      withRule(fixed(1), { when: { from: '2026-04-01', to: '2026-04-01' } }),
      'earningRules.0.when.to',
    ],
    ['a date that is none', withRule(fixed(1), { when: { from: '2026-02-30' } }), 'earningRules.0.when.from'],
    [
      'an empty span of the day',
      withRule(fixed(1), { when: { timeOfDay: ['08:00', '08:00'] } }),
      'earningRules.0.when.timeOfDay',
    ],
    [
      'a day that begins at 24:00',
      withRule(fixed(1), { when: { timeOfDay: ['24:00', '08:00'] } }),
      'earningRules.0.when.timeOfDay.0',
    ],
    [
      'a time that is none',
      withRule(fixed(1), { when: { timeOfDay: ['08:00', '25:00'] } }),
      'earningRules.0.when.timeOfDay.1',
    ],
    ['a list of nothing', withRule(fixed(1), { when: { stores: [] } }), 'earningRules.0.when.stores'],
    ['a tier nobody can have', withRule(fixed(1), { when: { tiers: ['gold'] } }), 'earningRules.0.when.tiers.0'],
    ['every nth purchase', withRule({ kind: 'everyNth', n: 2, points: 1 }), 'earningRules.0.when.on'],
    ['spend on a visit', withRule(perAmount(1), { when: { on: ['visit'] } }), 'earningRules.0.when.on'],
    [
      'a limit twice',
      withRule(fixed(1), {
        limits: [
          { id: 'l', per: 'day', points: 1 },
          { id: 'l', per: 'week', points: 1 },
        ],
      }),
      'earningRules.0.limits.1.id',
    ],
    [
      'a rolling limit without a period',
      withRule(fixed(1), { limits: [{ id: 'l', per: 'rolling', points: 1 } as never] }),
      'earningRules.0.limits.0.period',
    ],
    ['tiers by points of no wallet', draft({ tiers: { metric: 'points:miles' } }), 'tiers.metric'],
    ['a metric that is none', draft({ tiers: { metric: 'profit' } }), 'tiers.metric'],
    ['tiers that do not begin at 0', draft({ tiers: { levels: [{ code: 'a', min: 1 }] } }), 'tiers.levels.0.min'],
    [
      'tiers that do not rise',
      draft({
        tiers: {
          levels: [
            { code: 'a', min: 0 },
            { code: 'b', min: 5 },
            { code: 'c', min: 5 },
          ],
        },
      }),
      'tiers.levels.2.min',
    ],
    [
      'a tier twice',
      draft({
        tiers: {
          levels: [
            { code: 'a', min: 0 },
            { code: 'a', min: 5 },
          ],
        },
      }),
      'tiers.levels.1.code',
    ],
    [
      'a conversion of a wallet into itself',
      draft({ wallets, conversions: [convert('points', 'points')] }),
      'conversions.0.to.wallet',
    ],
    [
      'a conversion into no wallet',
      draft({ wallets, conversions: [convert('points', 'miles')] }),
      'conversions.0.to.wallet',
    ],
    [
      'a reward of no wallet',
      draft({
        rewards: [{ id: 'r', name: { en: 'R' }, wallet: 'miles', cost: 1, gives: { kind: 'freeProduct', sku: 'A' } }],
      }),
      'rewards.0.wallet',
    ],
    ['an empty period', draft({ holdTtl: 'PT0S' }), 'holdTtl'],
    [
      'an expiry on no day',
      draft({ wallets: [{ ...wallets[0]!, expiry: { mode: 'fixedDay', monthDay: '02-30' } }] }),
      'wallets.0.expiry.monthDay',
    ],
    [
      'a beginning to round to and nothing to round',
      draft({ wallets: [{ ...wallets[0]!, pending: { mode: 'after', period: 'P1D', roundTo: 'start' } }] }),
      'wallets.0.pending.roundTo',
    ],
    [
      'more than the whole bill',
      draft({
        wallets: [
          { ...wallets[0]!, payWithPoints: { perPoints: 1, amountMinor: 1, maxShareOfBill: { num: 2, den: 1 } } },
        ],
      }),
      'wallets.0.payWithPoints.maxShareOfBill',
    ],
    [
      'a name without English',
      draft({ wallets: [{ code: 'points', name: { zh: '积分' } as never }] }),
      'wallets.0.name.en',
    ],
  ])('%s', (_name, document, path) => expect(problemsOf(document)).toContain(path));

  it('automatic conversions may follow each other, but not in a circle', () => {
    const three = [...wallets, { code: 'miles', name: { en: 'Miles' } }];
    const chain = [convert('points', 'dollars', 'automatic'), convert('dollars', 'miles', 'automatic')];
    expect(problemsOf(draft({ wallets: three, conversions: chain }))).toEqual([]);
    const back = [...chain, convert('miles', 'points', 'onRequest')];
    expect(problemsOf(draft({ wallets: three, conversions: back }))).toEqual([]);
    const circle = [...chain, convert('miles', 'points', 'automatic')];
    expect(problemsOf(draft({ wallets: three, conversions: circle }))).toContain('conversions.2.to.wallet');
  });

  it('all of it is told at once', () =>
    expect(
      problemsOf(
        draft({ earningRules: [rule('r', fixed(1), { wallet: 'miles' }), rule('r', times(2), { phase: 'base' })] }),
      ),
    ).toEqual(['earningRules.1.id', 'earningRules.0.wallet', 'earningRules.1.phase']));

  it('too much of anything is refused', () => {
    const many = Array.from({ length: 201 }, (_, index) => rule(`r${index}`, fixed(1)));
    expect(problemsOf(draft({ earningRules: many }))).toEqual(['earningRules']);
  });
});
