import { Coalescer } from './coalescer';

/** Doubles numbers, slowly, and remembers which came together. */
const doubler = (most?: number) => {
  const batches: (readonly number[])[] = [];
  const coalescer = new Coalescer<number, number>(async (numbers) => {
    batches.push(numbers);
    await new Promise(setImmediate);
    if (numbers.includes(13)) throw new Error('thirteen');
    return numbers.map((each) => 2 * each);
  }, most);
  return { coalescer, batches };
};

describe('a coalescer', () => {
  it('asks the first at once and the rest together', async () => {
    const { coalescer, batches } = doubler();
    expect(await Promise.all([1, 2, 3].map((each) => coalescer.add(each)))).toEqual([2, 4, 6]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it('asks no more at a time than it may', async () => {
    const { coalescer, batches } = doubler(2);
    await Promise.all([1, 2, 3, 4, 5, 6].map((each) => coalescer.add(each)));
    expect(batches).toEqual([[1], [2, 3], [4, 5], [6]]);
  });

  it('fails only those who were asked together, and goes on', async () => {
    const { coalescer } = doubler();
    const outcomes = await Promise.allSettled([1, 13, 2].map((each) => coalescer.add(each)));
    expect(outcomes.map((each) => each.status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(await coalescer.add(4)).toBe(8);
  });
});
