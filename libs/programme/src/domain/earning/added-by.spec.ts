import fc from 'fast-check';
import { addedBy } from './added-by';

const times = (rule: string, points: number) => ({ rule, num: 2, den: 1, points });
const clip = (rule: string, wouldBe: number, given: number) => ({ rule, limitId: 'day', wouldBe, given });

it.each([
  ['whole, where nothing was cut', [times('m', 10)], [], { m: 10 }],
  ['what its own limit left of it', [times('m', 10)], [clip('m', 10, 4)], { m: 4 }],
  ['nothing, where the limit of the rule took all of it', [times('m', 100)], [clip('base', 200, 10)], { m: 0 }],
  ['what the limit of the rule left', [times('m', 100)], [clip('base', 200, 150)], { m: 50 }],
  ['what was added last goes first', [times('m', 100), times('n', 40)], [clip('base', 240, 190)], { m: 90, n: 0 }],
  ['after its own limit the rule’s', [times('m', 10)], [clip('m', 10, 4), clip('base', 14, 12)], { m: 2 }],
  ['nothing, where it lowered the award', [times('half', -5)], [], { half: 0 }],
])('counts toward a multiplier %s', (_, multipliers, clips, expected) =>
  expect(Object.fromEntries(addedBy({ rule: 'base', multipliers, clips }))).toEqual(expected),
);

it('never more than was added, nor than was given in the end', () => {
  const added = fc.array(fc.nat(1_000), { maxLength: 4 });
  fc.assert(
    fc.property(fc.nat(1_000), added, fc.nat(5_000), (plain, points, room) => {
      const multipliers = points.map((each, index) => times(`m${index}`, each));
      const whole = points.reduce((sum, each) => sum + each, plain);
      const clips = whole > room ? [clip('base', whole, room)] : [];
      const left = addedBy({ rule: 'base', multipliers, clips });
      for (const { rule, points: most } of multipliers) expect(left.get(rule)).toBeLessThanOrEqual(most);
      const sum = [...left.values()].reduce((total, each) => total + each, 0);
      expect(sum).toBe(Math.min(whole - plain, Math.max(0, Math.min(whole, room) - plain)));
    }),
  );
});
