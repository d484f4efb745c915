import { fixed, occasion, perAmount, rule, times } from '../../testing/programmes';
import { give, given, passedOver } from '../../testing/assessments';

const half = perAmount(1, 200);
const lines = { categories: ['oil'] };

describe('multipliers', () => {
  const base = rule('base', perAmount(1));

  it('raise what base rules give and grant no lot of their own', () =>
    expect(give([base, rule('double', times(2))]).awards).toEqual([
      {
        rule: 'base',
        wallet: 'points',
        points: 38,
        lines: [
          { lineNo: 1, points: 20 },
          { lineNo: 2, points: 18 },
        ],
        multipliers: [{ rule: 'double', num: 2, den: 1, points: 19 }],
        clips: [],
        inputs: { amountMinor: 1900 },
      },
    ]));

  it('multiply the exact amounts, before rounding', () =>
    expect(given(give([rule('base', half), rule('double', times(2))]))).toEqual(['base: 19']));

  it('multiply only the lines they name', () =>
    expect(give([base, rule('oil', times(3), { when: { lines } })]).awards[0]).toMatchObject({
      points: 39,
      lines: [
        { lineNo: 1, points: 30 },
        { lineNo: 2, points: 9 },
      ],
    }));

  it('multiply each other across groups, each told with what it added in turn', () =>
    expect(give([base, rule('a', times(2)), rule('b', times(3, 2))]).awards[0]).toMatchObject({
      points: 57,
      multipliers: [
        { rule: 'a', points: 19 },
        { rule: 'b', points: 19 },
      ],
    }));

  it('of an exclusive group the best applies, line by line', () => {
    const group = { exclusiveGroup: 'promo' };
    const result = give([base, rule('all', times(2), group), rule('oil', times(3), { ...group, when: { lines } })]);
    expect(result.awards[0]).toMatchObject({
      points: 48,
      multipliers: [
        { rule: 'all', points: 9 },
        { rule: 'oil', points: 20 },
      ],
    });
    const beaten = give([base, rule('small', times(2), group), rule('large', times(3), group)]);
    expect(given(beaten)).toEqual(['base: 57']);
    expect(passedOver(beaten)).toEqual(['small: exclusive']);
  });

  it('of equals in a group the one with precedence', () => {
    const group = { exclusiveGroup: 'promo' };
    const result = give([base, rule('a', times(2), group), rule('b', times(4, 2), { ...group, priority: 1 })]);
    expect(result.awards[0]?.multipliers).toMatchObject([{ rule: 'b' }]);
  });

  it('stop those after them only when they multiply something', () => {
    const stopping = { priority: 1, stopAfter: true };
    expect(passedOver(give([base, rule('a', times(2), stopping), rule('b', times(3))]))).toEqual(['b: stopped']);
    const idle = give([
      rule('base', perAmount(1), { when: { lines } }),
      rule('a', times(2), { ...stopping, when: { lines: { categories: ['parts'] } } }),
      rule('b', times(3)),
    ]);
    expect(given(idle)).toEqual(['base: 30']);
    expect(passedOver(idle)).toEqual(['a: zero']);
  });

  it('together come to the ceiling at most', () => {
    const many = [rule('a', times(5)), rule('b', times(4))];
    expect(given(give([base, ...many]))).toEqual(['base: 190']);
    expect(given(give([base, ...many], { earning: { multiplierCeiling: 3 } }))).toEqual(['base: 57']);
  });

  it('may lower as well, down to nothing', () => {
    expect(give([base, rule('a', times(1, 2))]).awards[0]).toMatchObject({ points: 9, multipliers: [{ points: -10 }] });
    const none = give([base, rule('a', times(0))]);
    expect([given(none), passedOver(none)]).toEqual([[], ['base: zero', 'a: zero']]);
  });

  it('by one change nothing, and none is told of one without a base', () => {
    expect(passedOver(give([base, rule('a', times(3, 3))]))).toEqual(['a: zero']);
    expect(passedOver(give([rule('bonus', fixed(5), { phase: 'bonus' }), rule('a', times(3))]))).toEqual(['a: zero']);
  });

  it('multiply the bonus phase only where the programme says so, and never the fixed phase', () => {
    const rules = [
      base,
      rule('bonus', fixed(5), { phase: 'bonus' }),
      rule('last', fixed(7), { phase: 'fixed' }),
      rule('x', times(2)),
    ];
    expect(given(give(rules))).toEqual(['base: 38', 'bonus: 5', 'last: 7']);
    expect(given(give(rules, { earning: { multiplicand: 'baseAndBonus' } }))).toEqual([
      'base: 38',
      'bonus: 10',
      'last: 7',
    ]);
  });

  it('without a list of lines multiply a fixed base too, with one they do not', () => {
    expect(given(give([rule('base', fixed(5)), rule('x', times(3))]))).toEqual(['base: 15']);
    expect(given(give([rule('base', fixed(5)), rule('x', times(3), { when: { lines } })]))).toEqual(['base: 5']);
    expect(
      given(
        give(
          [rule('base', fixed(5), { when: { on: ['visit'] } }), rule('x', times(3), { when: { on: ['visit'] } })],
          {},
          occasion('visit'),
        ),
      ),
    ).toEqual(['base: 15']);
  });

  it('multiply their own wallet only', () => {
    const wallets = [
      { code: 'points', name: { en: 'Points' } },
      { code: 'miles', name: { en: 'Miles' } },
    ];
    const rules = [base, rule('miles', perAmount(1), { wallet: 'miles' }), rule('x', times(2), { wallet: 'miles' })];
    expect(given(give(rules, { wallets }))).toEqual(['base: 19', 'miles: 38']);
  });
});
