import { at, fixed, historyWith, purchase, line, rule, standing } from '../../testing/programmes';
import { entry, metals, steps } from '../../testing/tier-histories';
import { assess } from '../earning/assess';
import { standingAfter } from './earned-path';
import { levelFor, qualified } from './qualification';
import { tierSteps } from './tier-steps';

/** Cases worked out in the public tests and documents of other systems, each named by its number and source. */
const lifetime = { window: { kind: 'lifetime' } } as const;

describe('T1 ERPNext: Bronze 0, Silver 10000, Gold 20000', () => {
  const levels = [
    { code: 'Bronze', min: 0 },
    { code: 'Silver', min: 10_000 },
    { code: 'Gold', min: 20_000 },
  ];
  it.each([
    [0, 6000, 'Bronze'],
    [0, 15_000, 'Silver'],
    [0, 25_000, 'Gold'],
    [4000, 500, 'Bronze'],
    [8000, 3000, 'Silver'],
    [18_000, 3000, 'Gold'],
    [22_000, 5000, 'Gold'],
  ])('spent %d so far, ticket of %d: %s', (before, ticket, tier) => {
    const rulebooks = historyWith(metals({ ...lifetime, levels }));
    const entries = [entry('2026-01-01', before), entry('2026-02-01', ticket)];
    const path = tierSteps({ rulebooks, entries, manual: [], until: at('2026-02-02T00:00:00Z') });
    expect(path.reduce(standingAfter, { code: 'Bronze', since: 0 }).code).toBe(tier);
  });
});

describe('T2 Talon.One: Bronze 100, Silver 200, Gold 300', () => {
  const levels = [
    { code: 'none', min: 0 },
    { code: 'Bronze', min: 100 },
    { code: 'Silver', min: 200 },
    { code: 'Gold', min: 300 },
  ];
  const rules = metals({ ...lifetime, levels });
  it.each([
    [99, 'none'],
    [100, 'Bronze'],
    [199, 'Bronze'],
    [200, 'Silver'],
    [299, 'Silver'],
    [300, 'Gold'],
  ])('%d is %s', (amount, tier) => {
    const rulebook = historyWith(rules).at(0);
    expect(rulebook && levels[levelFor(rulebook, amount)]?.code).toBe(tier);
  });
});

it('T3 Talon.One: a negative balance is left out of the sum', () => {
  const rulebook = historyWith(metals({ ...lifetime, metric: 'points:points' })).at(0);
  const entries = [
    entry('2026-01-01', 0, { points: { points: 120 } }),
    entry('2026-01-02', 0, { points: { points: -50 } }),
  ];
  expect(rulebook && qualified(rulebook, { entries }, at('2026-02-01T00:00:00Z'))).toBe(120);
});

it('T4 Loyalty-Demo: Silver in December, Gold from January; what happened on 15 December earns as Silver', () => {
  const bonus = (tier: string, points: number) =>
    rule(`${tier}${points}`, fixed(points), { phase: 'bonus', when: { tiers: [tier] } });
  const rulebooks = historyWith({ ...metals(lifetime), earningRules: [bonus('silver', 10), bonus('gold', 20)] });
  const entries = [entry('2025-11-01', 150), entry('2026-01-01', 60)];
  const path = tierSteps({ rulebooks, entries, manual: [], until: at('2026-01-10T00:00:00Z') });
  const occurred = at('2025-12-15T12:00:00+10:00');
  const tier = path.findLast((step) => step.at <= occurred)?.to ?? 'bronze';
  const rulebook = rulebooks.at(occurred);
  const late = purchase([line(1, 1000)], { at: occurred });
  expect(rulebook && assess(rulebook, late, standing({ tier })).awards.map((award) => award.rule)).toEqual([
    'silver10',
  ]);
  expect(path.at(-1)?.to).toBe('gold');
});

it('T5 Voucherify: reached 10 February, calendar quarters, end of next period: valid to the end of 30 June', () =>
  expect(
    steps({ window: { kind: 'calendar', unit: 'quarter' }, validity: 'endOfNextPeriod' }, [entry('2026-02-10', 100)], {
      until: '2026-02-11T00:00:00Z',
    }),
  ).toEqual(['2026-02-10T12:00 bronze > silver until 2026-07-01']));
