import { inTurns, load, median, quantile, summaryOf, type Round } from './statistics';

it.each<[readonly number[], number]>([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
  [[], NaN],
])('the median of %j is %d', (values, middle) => expect(median(values)).toBe(middle));

it('takes quantiles by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([0.5, 0.99, 1, 0].map((share) => quantile(hundred, share))).toEqual([50, 99, 100, 1]);
  expect(quantile([], 0.5)).toBeNaN();
});

const round = (done: number, latencies: readonly number[]): Round => ({ done, seconds: 2, latencies });

it('sums rounds up by the median of their rates and the quantiles of all their requests', () =>
  expect(summaryOf([round(10, [1, 2]), round(40, [3]), round(20, [4, 100])])).toEqual({
    perSecond: 10,
    p50: 3,
    p99: 100,
  }));

it('lets everyone have their turn, again and again', async () => {
  const order: string[] = [];
  const contender = (name: string, done: number) => ({
    name,
    round: async () => {
      order.push(name);
      return round(done, [1]);
    },
  });
  const seen: string[] = [];
  const results = await inTurns([contender('a', 2), contender('b', 4)], 2, (name) => seen.push(name));
  expect(order).toEqual(['a', 'b', 'a', 'b']);
  expect(seen).toEqual(order);
  expect([...results].map(([name, { perSecond }]) => [name, perSecond])).toEqual([
    ['a', 1],
    ['b', 2],
  ]);
});

describe('load', () => {
  it('keeps so many calls in flight, each lane one after the other', async () => {
    let inFlight = 0;
    let most = 0;
    const lanes = new Set<number>();
    const { done, latencies, seconds } = await load(4, 60, async (lane) => {
      lanes.add(lane);
      most = Math.max(most, (inFlight += 1));
      await new Promise((resolve) => setTimeout(resolve, 5));
      inFlight -= 1;
    });
    expect(most).toBe(4);
    expect([...lanes].sort()).toEqual([0, 1, 2, 3]);
    expect(done).toBe(latencies.length);
    expect(seconds).toBeGreaterThan(0.05);
  });

  it('fails with the first call that fails', () =>
    expect(load(2, 1_000, () => Promise.reject(new Error('refused')))).rejects.toThrow('refused'));
});
