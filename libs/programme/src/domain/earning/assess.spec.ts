import { fixed, perAmount, perUnit, rule, type RuleDraft, times } from '../../testing/programmes';
import { give, given, passedOver } from '../../testing/assessments';

const half = perAmount(1, 200);

describe('rounding', () => {
  it.each<[RuleDraft['rounding'], number]>([
    ['floor', 9],
    ['halfUp', 10],
    ['ceil', 10],
  ])('%s, once a ticket', (rounding, points) =>
    expect(given(give([rule('a', half, { rounding })]))).toEqual([`a: ${points}`]),
  );

  it('once a line where the rule says so', () => {
    expect(given(give([rule('a', half, { roundPer: 'line' })]))).toEqual(['a: 9']);
    expect(give([rule('a', half, { roundPer: 'line', rounding: 'ceil' })]).awards[0]).toMatchObject({
      points: 10,
      lines: [
        { lineNo: 1, points: 5 },
        { lineNo: 2, points: 5 },
      ],
    });
  });

  it('spreads the rounded points over the lines, so that the shares add up', () =>
    expect(give([rule('a', perAmount(1, 300))]).awards[0]?.lines).toEqual([
      { lineNo: 1, points: 3 },
      { lineNo: 2, points: 3 },
    ]));

  it('an award that rounds to nothing is not earned', () => {
    const result = give([rule('a', perAmount(1, 5000))]);
    expect([given(result), passedOver(result)]).toEqual([[], ['a: zero']]);
  });

  it('comes to no more than 10^12, however large the rate', () => {
    const most = 1_000_000_000_000;
    for (const roundPer of ['ticket', 'line'] as const) {
      const { points, lines } = give([rule('a', perAmount(1_000_000_000, 1), { roundPer })]).awards[0] ?? { lines: [] };
      expect(points).toBe(most);
      expect(lines.reduce((sum, share) => sum + share.points, 0)).toBe(most);
    }
  });

  it('each wallet and rule rounds for itself', () =>
    expect(given(give([rule('a', half), rule('b', half)]))).toEqual(['a: 9', 'b: 9']));
});

describe('what is told about rules that gave nothing', () => {
  it('each is named once, with the first reason', () => {
    const result = give([
      rule('off', fixed(1), { enabled: false }),
      rule('visit', fixed(1), { when: { on: ['visit'] } }),
      rule('elsewhere', fixed(1), { when: { stores: ['S2'] } }),
      rule('no-line', perUnit(1), { when: { lines: { skus: ['none'] } } }),
      rule('given', fixed(1)),
      rule('idle', times(2), { when: { lines: { skus: ['none'] } } }),
    ]);
    expect(given(result)).toEqual(['given: 1']);
    expect([...passedOver(result)].sort()).toEqual([
      'elsewhere: stores',
      'idle: lines',
      'no-line: lines',
      'off: disabled',
      'visit: on',
    ]);
  });
});
