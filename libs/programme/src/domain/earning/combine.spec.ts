import { fixed, rule } from '../../testing/programmes';
import { give, given, passedOver, oilAndParts } from '../../testing/assessments';

describe('rules of one phase', () => {
  const rules = [rule('a', fixed(5)), rule('b', fixed(9)), rule('c', fixed(7), { priority: 1 })];

  it('all give, by priority and then id', () => expect(given(give(rules))).toEqual(['c: 7', 'a: 5', 'b: 9']));

  it('the best gives', () => {
    const result = give(rules, { earning: { combine: { base: 'best' } } });
    expect([given(result), passedOver(result)]).toEqual([['b: 9'], ['c: exclusive', 'a: exclusive']]);
  });

  it('the first gives that has something to give', () => {
    const earning = { combine: { base: 'first' } } as const;
    expect(given(give(rules, { earning }))).toEqual(['c: 7']);
    const without = rules.map((each) => (each.id === 'c' ? { ...each, when: { tiers: ['gold'] } } : each));
    const tiers = { levels: [{ code: 'gold', min: 0 }] };
    expect(given(give(without, { earning, tiers }))).toEqual(['a: 5']);
  });

  it('a wallet may combine otherwise than the programme', () => {
    const wallets = [{ code: 'points', name: { en: 'Points' }, combine: { base: 'best' as const } }];
    expect(given(give(rules, { wallets }))).toEqual(['b: 9']);
  });

  it('of an exclusive group one gives, beside all others', () => {
    const group = { exclusiveGroup: 'g' };
    const grouped = [rule('a', fixed(5), group), rule('b', fixed(9), group), rule('c', fixed(7))];
    const result = give(grouped);
    expect([given(result), passedOver(result)]).toEqual([['b: 9', 'c: 7'], ['a: exclusive']]);
  });

  it('one that stops leaves nothing to those after it, in its phase and wallet only', () => {
    const stopping = [
      ...rules,
      rule('stop', fixed(1), { priority: 2, stopAfter: true }),
      rule('bonus', fixed(3), { phase: 'bonus' }),
    ];
    const result = give(stopping);
    expect(given(result)).toEqual(['stop: 1', 'bonus: 3']);
    expect(passedOver(result)).toEqual(['c: stopped', 'a: stopped', 'b: stopped']);
  });

  it('one that gives nothing stops nothing', () => {
    const stop = { priority: 2, stopAfter: true, limits: [{ id: 'l', per: 'day' as const, points: 1 }] };
    const result = give([...rules, rule('stop', fixed(1), stop)], {}, oilAndParts, { used: { 'stop/l': 1 } });
    expect(given(result)).toEqual(['c: 7', 'a: 5', 'b: 9']);
    expect(passedOver(result)).toEqual(['stop: limit']);
    const beaten = [
      rule('low', fixed(1), { priority: 2, stopAfter: true, exclusiveGroup: 'g' }),
      rule('high', fixed(9), { exclusiveGroup: 'g', priority: 3 }),
      rule('z', fixed(2)),
    ];
    expect(given(give(beaten))).toEqual(['high: 9', 'z: 2']);
  });
});
