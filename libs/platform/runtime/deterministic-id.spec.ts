import fc from 'fast-check';
import { v5, validate, version } from 'uuid';
import { isFirstPart, joined, partId, uuidFrom } from './deterministic-id';

const namespace = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

it('gives the id of RFC 9562, appendix A.4', () =>
  expect(uuidFrom(namespace, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2'));

it('agrees with an independent implementation on every name', () =>
  fc.assert(
    fc.property(fc.uuid(), fc.string({ unit: 'grapheme' }), (space, name) => uuidFrom(space, name) === v5(name, space)),
  ));

it('agrees on long names and on namespaces that take turns', () => {
  const long = '会'.repeat(3_000);
  for (const space of [namespace, v5('other', namespace), namespace])
    for (const name of [long, 'short', long.slice(0, 1_360), '']) expect(uuidFrom(space, name)).toBe(v5(name, space));
});

it('joins different lists to different texts', () =>
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (left, right) => {
      const same = left.length === right.length && left.every((part, index) => part === right[index]);
      return (joined(...left) === joined(...right)) === same;
    }),
  ));

describe('the id of a part', () => {
  const whole = '2ed6657d-e927-568b-95e1-2665a8aea6a2';

  it('keeps all of the whole but its version and its end', () => {
    expect(partId(whole, 0)).toBe('2ed6657d-e927-868b-95e1-2665a8ae0000');
    expect(partId(whole, 0xabc)).toBe('2ed6657d-e927-868b-95e1-2665a8ae0abc');
  });

  it('is a uuid, another one for another part or another whole', () =>
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(0xffff), fc.nat(0xffff), (one, other, first, second) => {
        const [left, right] = [partId(uuidFrom(whole, one), first), partId(uuidFrom(whole, other), second)];
        expect([validate(left), version(left)]).toEqual([true, 8]);
        expect(left === right).toBe(one === other && first === second);
      }),
    ));

  it('tells whether it is the first', () =>
    fc.assert(
      fc.property(fc.string(), fc.nat(0xffff), (name, part) => {
        const id = uuidFrom(whole, name);
        expect([isFirstPart(partId(id, part)), isFirstPart(id)]).toEqual([part === 0, false]);
      }),
    ));

  it.each([-1, 0x1_0000, Number.NaN])('does not exist for %p', (part) =>
    expect(() => partId(whole, part)).toThrow(RangeError),
  );
});
