import { toText } from '#libs/platform/kernel/instant';
import {
  at,
  fixed,
  line,
  occasion,
  perAmount,
  purchase,
  rule,
  type RuleDraft,
  rulebookWith,
  standing,
  times,
} from '../../testing/programmes';
import type { Assessment } from '../occasion';
import { assess, limitWindows } from './assess';

type LimitDraft = NonNullable<RuleDraft['limits']>[number];

const daily = (points: number): LimitDraft => ({ id: 'daily', per: 'day', points });
const ticket = purchase([line(1, 10_000), line(2, 5000)]);
const give = (rules: readonly RuleDraft[], used: Record<string, number> = {}): Assessment =>
  assess(rulebookWith({ earningRules: [...rules] }), ticket, standing({ used }));

describe('a limit', () => {
  const base = rule('base', perAmount(1), { limits: [daily(100)] });

  it('clips what exceeds it and says so', () =>
    expect(give([base]).awards[0]).toMatchObject({
      points: 100,
      clips: [{ rule: 'base', limitId: 'daily', wouldBe: 150, given: 100 }],
      lines: [
        { lineNo: 1, points: 67 },
        { lineNo: 2, points: 33 },
      ],
    }));

  it('leaves what is left of its window', () => {
    expect(give([base], { 'base/daily': 60 }).awards[0]).toMatchObject({ points: 40 });
    expect(give([base], { 'base/daily': 0 }).awards[0]).toMatchObject({ points: 100 });
  });

  it('used up, the rule gives nothing', () => {
    expect(give([base], { 'base/daily': 100 })).toMatchObject({
      awards: [],
      notEarned: [{ rule: 'base', because: 'limit' }],
    });
    expect(give([base], { 'base/daily': 120 }).awards).toEqual([]);
  });

  it('cuts nothing when all fits', () =>
    expect(give([rule('base', perAmount(1), { limits: [daily(150)] })]).awards[0]).toMatchObject({
      points: 150,
      clips: [],
    }));

  it('per ticket counts nothing but this ticket', () =>
    expect(
      give([rule('base', perAmount(1), { limits: [{ id: 't', per: 'ticket', points: 20 }] })]).awards[0],
    ).toMatchObject({
      points: 20,
      clips: [{ limitId: 't', wouldBe: 150, given: 20 }],
    }));

  it('of several the tightest cuts', () => {
    const limits: LimitDraft[] = [daily(100), { id: 'monthly', per: 'month', points: 500 }];
    const rules = [rule('base', perAmount(1), { limits })];
    expect(give(rules, { 'base/monthly': 430 }).awards[0]).toMatchObject({
      points: 70,
      clips: [{ limitId: 'monthly' }],
    });
  });

  it('of a multiplier clips the part above the base', () => {
    const rules = [rule('base', perAmount(1)), rule('triple', times(3), { limits: [daily(200)] })];
    expect(give(rules).awards[0]).toMatchObject({
      points: 350,
      multipliers: [{ rule: 'triple', points: 300 }],
      clips: [{ rule: 'triple', limitId: 'daily', wouldBe: 300, given: 200 }],
    });
    expect(give(rules, { 'triple/daily': 200 })).toMatchObject({
      awards: [{ points: 150, multipliers: [] }],
      notEarned: [{ rule: 'triple', because: 'limit' }],
    });
  });

  it('of a multiplier is shared by the awards it raises', () => {
    const rules = [
      rule('a', perAmount(1)),
      rule('b', perAmount(1)),
      rule('triple', times(3), { limits: [daily(400)] }),
    ];
    expect(give(rules).awards.map(({ points }) => points)).toEqual([450, 250]);
  });

  it('of the base rule clips the whole, after that of the multiplier', () => {
    const rules = [base, rule('triple', times(3), { limits: [daily(200)] })];
    expect(give(rules).awards[0]).toMatchObject({
      points: 100,
      clips: [
        { rule: 'triple', wouldBe: 300, given: 200 },
        { rule: 'base', wouldBe: 350, given: 100 },
      ],
    });
  });

  it('counts for the best of a group', () => {
    const group = { exclusiveGroup: 'g' };
    const rules = [rule('a', fixed(100), { ...group, limits: [daily(30)] }), rule('b', fixed(50), group)];
    expect(give(rules).awards).toMatchObject([{ rule: 'b', points: 50 }]);
  });
});

describe('the window of a limit', () => {
  const moment = at('2026-08-12T10:00:00+10:00');
  const event = purchase([line(1, 100)], { at: moment });
  const windows = (limit: LimitDraft, on = event) =>
    limitWindows(rulebookWith({ earningRules: [rule('r', fixed(1), { limits: [limit] })] }), on).map(({ from, to }) => [
      toText(from),
      toText(to),
    ]);

  it.each<['day' | 'week' | 'month' | 'quarter' | 'year', string, string]>([
    ['day', '2026-08-11T14:00:00.000Z', '2026-08-12T14:00:00.000Z'],
    ['week', '2026-08-09T14:00:00.000Z', '2026-08-16T14:00:00.000Z'],
    ['month', '2026-07-31T14:00:00.000Z', '2026-08-31T14:00:00.000Z'],
    ['quarter', '2026-06-30T14:00:00.000Z', '2026-09-30T14:00:00.000Z'],
    ['year', '2025-12-31T13:00:00.000Z', '2026-12-31T13:00:00.000Z'],
  ])("is the store's %s", (per, from, to) => expect(windows({ id: 'l', per, points: 1 })).toEqual([[from, to]]));

  it('rolls back from the occasion, which it includes', () =>
    expect(windows({ id: 'l', per: 'rolling', period: 'P7D', points: 1 })).toEqual([
      ['2026-08-05T00:00:00.001Z', '2026-08-12T00:00:00.001Z'],
    ]));

  it('rolls back from later instants as well, as long as it holds the occasion', () => {
    const limit = { id: 'l', per: 'rolling', period: 'P7D', points: 1 } as const;
    const rulebook = rulebookWith({ earningRules: [rule('r', fixed(1), { limits: [limit, daily(5)] })] });
    const later = ['2026-08-13T00:00:00Z', '2026-08-18T23:59:59.999Z', '2026-08-19T00:00:00Z'].map((text) => at(text));
    expect(limitWindows(rulebook, event, later).map(({ limitId, to }) => [limitId, toText(to)])).toEqual([
      ['l', '2026-08-12T00:00:00.001Z'],
      ['l', '2026-08-13T00:00:00.001Z'],
      ['l', '2026-08-19T00:00:00.000Z'],
      [daily(5).id, '2026-08-12T14:00:00.000Z'],
    ]);
  });

  it('is all time', () =>
    expect(
      limitWindows(
        rulebookWith({ earningRules: [rule('r', fixed(1), { limits: [{ id: 'l', per: 'ever', points: 1 }] })] }),
        event,
      ),
    ).toEqual([{ rule: 'r', limitId: 'l', from: Number.MIN_SAFE_INTEGER, to: Number.MAX_SAFE_INTEGER }]));

  it('is none for a limit per ticket', () => expect(windows({ id: 'l', per: 'ticket', points: 1 })).toEqual([]));

  it('is of another zone in a store elsewhere', () =>
    expect(windows(daily(1), { ...event, store: { storeId: 'S9', timeZone: 'America/New_York' } })).toEqual([
      ['2026-08-11T04:00:00.000Z', '2026-08-12T04:00:00.000Z'],
    ]));

  it('is asked for only where the occasion can set the rule off', () => {
    const limits = [daily(1)];
    const rulebook = rulebookWith({
      earningRules: [
        rule('buy', fixed(1), { limits }),
        rule('come', fixed(1), { limits, when: { on: ['visit'] } }),
        rule('off', fixed(1), { limits, enabled: false }),
      ],
    });
    expect(limitWindows(rulebook, event).map(({ rule: id }) => id)).toEqual(['buy']);
    expect(limitWindows(rulebook, occasion('visit')).map(({ rule: id }) => id)).toEqual(['come']);
    expect(limitWindows(rulebook, occasion('activity:none'))).toEqual([]);
  });
});
