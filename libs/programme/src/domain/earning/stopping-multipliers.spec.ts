import fc from 'fast-check';
import { baskets } from '../../testing/arbitraries';
import { give, given, passedOver } from '../../testing/assessments';
import { perAmount, purchase, rule, type RuleDraft, times } from '../../testing/programmes';

const of = (category: string): Partial<RuleDraft> => ({ when: { lines: { categories: [category] } } });
const best = { earning: { combine: { base: 'best' } } } as const;

/** 10 points on oil, 45 on parts. */
const rules = [rule('oil', perAmount(1), of('oil')), rule('parts', perAmount(5), of('parts'))];
const stopping = { priority: 1, stopAfter: true };
const all = rule('triple', times(3));

const category = fc.constantFrom('oil', 'parts', 'care');
const how = fc.constantFrom('sum' as const, 'best' as const);
const raising = fc
  .tuple(category, fc.integer({ min: 2, max: 9 }), fc.boolean(), fc.option(fc.integer({ min: 1, max: 90 })))
  .map(([named, num, stopAfter, most]) =>
    rule('x', times(num), {
      ...of(named),
      stopAfter,
      limits: most === null ? [] : [{ id: 'l', per: 'day', points: most }],
    }),
  );
const givers = fc
  .array(fc.tuple(category, fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 90 })), {
    minLength: 2,
    maxLength: 3,
  })
  .map((drawn) =>
    drawn.map(([named, points, most], index) =>
      rule(`base${index}`, perAmount(points), { ...of(named), limits: [{ id: 'l', per: 'day', points: most }] }),
    ),
  );

describe('a multiplier that stops those after it', () => {
  it('stops them where what it multiplies is given', () => {
    const result = give([...rules, rule('stop', times(2), { ...stopping, ...of('parts') }), all], best);
    expect([given(result), passedOver(result)]).toEqual([['parts: 90'], ['triple: stopped', 'oil: exclusive']]);
  });

  it('stops nobody where what it multiplies is not the best', () => {
    const result = give([...rules, rule('stop', times(2), { ...stopping, ...of('oil') }), all], best);
    expect([given(result), passedOver(result)]).toEqual([['parts: 135'], ['stop: zero', 'oil: exclusive']]);
  });

  it('stops nobody where a limit takes all that it adds, or rounding', () => {
    const full = rule('oil', perAmount(1), { ...of('oil'), limits: [{ id: 'l', per: 'day', points: 10 }] });
    const cut = give([full, ...rules.slice(1), rule('stop', times(2), { ...stopping, ...of('oil') }), all]);
    expect(given(cut)).toEqual(['oil: 10', 'parts: 135']);
    const little = give([...rules, rule('stop', times(101, 100), { ...stopping, ...of('oil') }), all]);
    expect(given(little)).toEqual(['oil: 30', 'parts: 135']);
  });

  it('passes the word on to the next that stops', () => {
    const next = rule('next', times(4), { stopAfter: true, ...of('parts') });
    const result = give([...rules, rule('stop', times(2), { ...stopping, ...of('oil') }), next, all], best);
    expect([given(result), passedOver(result)]).toEqual([
      ['parts: 180'],
      ['stop: zero', 'triple: stopped', 'oil: exclusive'],
    ]);
  });

  it('and lowers what it multiplies does so, even down to nothing', () => {
    const none = rule('none', times(0), { ...stopping, ...of('oil') });
    expect(given(give([...rules, none, all]))).toEqual(['parts: 135']);
    const half = rule('half', times(1, 2), { ...stopping, ...of('oil') });
    expect(given(give([...rules, half, all]))).toEqual(['oil: 5', 'parts: 45']);
    expect(given(give([...rules, half, all], best))).toEqual(['parts: 135']);
  });

  it('and does not apply in the end might as well not be there', () =>
    fc.assert(
      fc.property(
        fc.array(raising, { minLength: 2, maxLength: 4 }),
        givers,
        baskets,
        how,
        (drawn, giving, basket, by) => {
          const multipliers = drawn.map((each, index) => ({ ...each, id: `x${index}` }));
          const awards = (earningRules: readonly RuleDraft[]) =>
            give([...giving, ...earningRules], { earning: { combine: { base: by } } }, purchase(basket)).awards;
          const told = awards(multipliers);
          const applied = told.flatMap((award) => award.multipliers.map((each) => each.rule));
          for (const stopping of multipliers) {
            if (!stopping.stopAfter || applied.includes(stopping.id)) continue;
            expect(awards(multipliers.filter((each) => each !== stopping))).toEqual(told);
          }
        },
      ),
      { numRuns: 300 },
    ));
});
