import fc from 'fast-check';
import { v5 } from 'uuid';
import { joined, uuidFrom } from './deterministic-id';

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
