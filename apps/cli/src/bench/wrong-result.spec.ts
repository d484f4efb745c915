import { expectSame, WrongResult } from './wrong-result';

it('has nothing to say where both are the same', () => expect(() => expectSame('points', 7, 7)).not.toThrow());

it.each([
  [6, 7, 'No figures: points of M1: 6 instead of 7.'],
  [8, 7, 'No figures: points of M1: 8 instead of 7.'],
  [NaN, 7, 'No figures: points of M1: NaN instead of 7.'],
  [0, 7, 'No figures: points of M1: 0 instead of 7.'],
])('%d instead of %d makes every figure worthless', (found, expected, message) => {
  const compare = () => expectSame('points of M1', found, expected);
  expect(compare).toThrow(WrongResult);
  expect(compare).toThrow(message);
});
