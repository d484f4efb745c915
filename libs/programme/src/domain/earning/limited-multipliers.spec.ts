import { give, given, passedOver } from '../../testing/assessments';
import { fixed, line, perAmount, purchase, rule, type RuleDraft, times } from '../../testing/programmes';

const limited = (points: number, changes: Partial<RuleDraft> = {}): Partial<RuleDraft> => ({
  ...changes,
  limits: [{ id: 'day', per: 'day', points }],
});
const of = (category: string): Partial<RuleDraft> => ({ when: { lines: { categories: [category] } } });
const ten = rule('base', fixed(10));

describe('the limit of a multiplier', () => {
  it.each([0, 1])('clips what it adds to what there is without it, whoever has precedence (%d)', (priority) =>
    expect(
      give([ten, rule('triple', times(3)), rule('double', times(2), limited(1, { priority }))]).awards,
    ).toMatchObject([
      {
        points: 31,
        multipliers: [
          { rule: 'triple', points: 20 },
          { rule: 'double', points: 30 },
        ],
        clips: [{ rule: 'double', wouldBe: 30, given: 1 }],
      },
    ]),
  );

  it.each([0, 1])('leaves at least what there is without it, where another lowers (%d)', (priority) =>
    expect(given(give([ten, rule('triple', times(3), limited(1, { priority })), rule('half', times(1, 2))]))).toEqual([
      'base: 6',
    ]),
  );

  it('of several, each multiplies what the one before it left: the greatest first', () => {
    const rules = [ten, rule('a', times(2), limited(100)), rule('b', times(3), limited(1))];
    expect(give(rules).awards).toMatchObject([
      {
        points: 22,
        multipliers: [
          { rule: 'b', points: 20 },
          { rule: 'a', points: 11 },
        ],
      },
    ]);
  });

  it('of several, those that name lines come before those of all lines', () => {
    const rules = [
      rule('base', perAmount(1)),
      rule('a', times(9), limited(1)),
      rule('oil', times(2), limited(50, of('oil'))),
    ];
    expect(give(rules).awards).toMatchObject([{ points: 30, multipliers: [{ rule: 'oil' }, { rule: 'a' }] }]);
  });

  it('of equals, the widest first, whatever they are called', () => {
    const [wide, narrow] = [limited(100), limited(1)];
    expect(given(give([ten, rule('a', times(2), wide), rule('b', times(2), narrow)]))).toEqual(['base: 21']);
    expect(given(give([ten, rule('a', times(2), narrow), rule('b', times(2), wide)]))).toEqual(['base: 21']);
  });

  it('of one that lowers counts nothing', () =>
    expect(given(give([ten, rule('half', times(1, 2), limited(1))]))).toEqual(['base: 5']));

  it('leaves its points with the lines that it multiplies', () => {
    const rules = [rule('base', perAmount(1)), rule('oil', times(3), limited(5, of('oil')))];
    expect(give(rules).awards[0]?.lines).toEqual([
      { lineNo: 1, points: 15 },
      { lineNo: 2, points: 9 },
    ]);
  });

  it.each(['floor', 'halfUp', 'ceil'] as const)('is kept to where each line is rounded for itself (%s)', (rounding) => {
    const ticket = purchase([1, 2, 3].map((lineNo) => line(lineNo, 250)));
    const rules = [rule('base', perAmount(1), { roundPer: 'line', rounding }), rule('x', times(5, 2), limited(4))];
    const plain = give(rules.slice(0, 1), {}, ticket).awards[0]?.points ?? 0;
    expect(give(rules, {}, ticket).awards[0]?.points).toBe(plain + 4);
  });

  it('that leaves less of the best of a group than another would give makes room for that one', () => {
    const group = { exclusiveGroup: 'g' };
    const rules = [ten, rule('triple', times(3), limited(1, group)), rule('double', times(2), group)];
    expect([given(give(rules)), passedOver(give(rules))]).toEqual([['base: 20'], ['triple: exclusive']]);
    const wide = [ten, rule('triple', times(3), limited(15, group)), rule('double', times(2), group)];
    expect([given(give(wide)), passedOver(give(wide))]).toEqual([['base: 25'], ['double: exclusive']]);
  });

  it('counts where the best rule is looked for', () => {
    const rules = [
      rule('oil', perAmount(2), of('oil')),
      rule('parts', perAmount(4), of('parts')),
      rule('x', times(9), limited(5, of('oil'))),
    ];
    expect(given(give(rules, { earning: { combine: { base: 'best' } } }))).toEqual(['parts: 36']);
    const group = rules.map((each) => (each.id === 'x' ? each : { ...each, exclusiveGroup: 'g' }));
    expect(given(give(group))).toEqual(['parts: 36']);
  });

  it('is found soon, however often lines are cut crosswise', () => {
    const categories = Array.from({ length: 40 }, (_, index) => `c${index}`);
    const ticket = purchase(categories.map((category, index) => line(index + 1, 1001 + 7 * index, { category })));
    const rules = categories.map((category, index) =>
      rule(category, times(3, 2), {
        ...limited(3 + (index % 4)),
        when: { lines: { categories: categories.filter((_, place) => (place * 7 + index * 5) % 11 < 5) } },
      }),
    );
    const base = rule('base', perAmount(1, 97));
    const [plain] = give([base], {}, ticket).awards;
    const [award] = give([base, ...rules], {}, ticket).awards;
    const left = (award?.points ?? 0) - (plain?.points ?? 0);
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(rules.reduce((sum, { limits }) => sum + (limits?.[0]?.points ?? 0), 0));
  });
});
