import {
  basket,
  fixed,
  line,
  perAmount,
  perUnit,
  purchase,
  occasion,
  rule,
  rulebookWith,
  standing,
} from '../../../testing/programmes';
import type { Award } from '../../occasion';
import { assess } from '../assess';
import { award, awardKinds, evaluationOf } from '../award-kinds';

const oil = { categories: ['oil'] };
const bought = [
  line(1, 1250, { category: 'oil', quantity: 2 }),
  line(2, 999, { category: 'parts', quantity: 3 }),
  line(3, 1, { category: 'oil' }),
];

const onlyAward = (of: Parameters<typeof rule>[1], lines?: object): Award | undefined =>
  assess(
    rulebookWith({ earningRules: [rule('r', of, lines ? { when: { lines } } : {})] }),
    purchase(bought),
    standing(),
  ).awards[0];

describe('points per amount', () => {
  it('count the earning base of all lines, exactly, and round once', () =>
    expect(onlyAward(perAmount(1))).toMatchObject({ points: 22, inputs: { amountMinor: 2250 } }));
  it('count matching lines only', () =>
    expect(onlyAward(perAmount(1, 10), oil)).toMatchObject({
      points: 125,
      inputs: { amountMinor: 1251 },
      lines: [{ lineNo: 1, points: 125 }],
    }));
  it('stay exact for the dearest of tickets', () => {
    const rulebook = rulebookWith({ earningRules: [rule('r', perAmount(999_999_937, 1_000_000_007))] });
    const { awards } = assess(rulebook, purchase([line(1, 999_999_999_989)]), standing());
    expect(awards[0]?.points).toBe(Number((999_999_937n * 999_999_999_989n) / 1_000_000_007n));
  });
});

describe('points per unit', () => {
  it('count the quantity of every line', () =>
    expect(onlyAward(perUnit(100))).toMatchObject({
      points: 600,
      inputs: { units: 6 },
      lines: [
        { lineNo: 1, points: 200 },
        { lineNo: 2, points: 300 },
        { lineNo: 3, points: 100 },
      ],
    }));
  it('count matching lines only', () => expect(onlyAward(perUnit(7), oil)).toMatchObject({ points: 21 }));
});

describe('fixed points', () => {
  it('are given once a ticket and come from no line', () =>
    expect(onlyAward(fixed(50))).toMatchObject({ points: 50, lines: [], inputs: { occasions: 1 } }));
  it('come from the lines the rule names, by their earning base', () =>
    expect(onlyAward(fixed(50), { categories: ['oil', 'parts'] })?.lines).toEqual([
      { lineNo: 1, points: 28 },
      { lineNo: 2, points: 22 },
    ]));
  it('come from free lines in equal parts', () => {
    const rulebook = rulebookWith({ earningRules: [rule('r', fixed(5), { when: { lines: oil } })] });
    const free = basket([line(1, 0, { category: 'oil' }), line(2, 0, { category: 'oil' })]);
    expect(assess(rulebook, purchase(free), standing()).awards[0]?.lines).toEqual([
      { lineNo: 1, points: 3 },
      { lineNo: 2, points: 2 },
    ]);
  });
  it('are given for tickets worth nothing too', () => {
    const rulebook = rulebookWith({ earningRules: [rule('r', fixed(5))] });
    expect(assess(rulebook, purchase([]), standing()).awards).toMatchObject([{ points: 5 }]);
  });
});

describe('points for every nth visit', () => {
  const rulebook = rulebookWith({
    earningRules: [rule('r', { kind: 'everyNth', n: 3, points: 20 }, { when: { on: ['visit'] } })],
  });
  it.each([0, 1, 2, 3, 4, 5])('after %d visits', (visits) => {
    const { awards, notEarned } = assess(rulebook, occasion('visit'), standing({ visits }));
    if ((visits + 1) % 3 === 0)
      expect(awards).toMatchObject([{ points: 20, lines: [], inputs: { visit: visits + 1 } }]);
    else expect(notEarned).toEqual([{ rule: 'r', because: 'zero' }]);
  });
});

describe('the kinds of award', () => {
  it('each answer to their own settings only', () => {
    const settings = [perAmount(1), fixed(1), perUnit(1), { kind: 'everyNth' as const, n: 2, points: 1 }];
    expect(awardKinds.map(({ code }) => code)).toEqual(settings.map(({ kind }) => kind));
    for (const each of settings) {
      expect(awardKinds.filter((kind) => kind.bind(each)).map(({ code }) => code)).toEqual([each.kind]);
      expect(award.parse(each)).toEqual(each);
    }
  });
  it('have no evaluation for a multiplier, which reckons nothing itself', () =>
    expect(evaluationOf({ kind: 'multiplier', num: 2, den: 1 })).toBeUndefined());
  it('refuse settings of no kind', () => expect(award.safeParse({ kind: 'cashback', percent: 2 }).success).toBe(false));
});
