import { StateCache, cacheBytesFor, cacheLimitsOf } from './state-cache';
import type { Held } from './state-cache';

const held = (revision: number): Held<string> => ({
  state: `state ${revision}`,
  tip: { revision, hash: String(revision) },
  snapshotRevision: -1,
});

/** A load that ends when told to. */
const slowLoad = () => {
  let end: (result: Held<string>) => void = () => undefined;
  const read = (): Promise<Held<string>> => new Promise((resolve) => (end = resolve));
  return { read, end: (result: Held<string>) => end(result) };
};

it('lets the least recently used states go, by number and by weight', () => {
  const byNumber = new StateCache({ maxStates: 2, maxBytes: 1_000 });
  for (const stream of ['a', 'b']) byNumber.put(stream, held(0), 1);
  byNumber.get('a');
  byNumber.put('c', held(0), 1);
  expect(['a', 'b', 'c'].map((stream) => byNumber.get(stream) !== undefined)).toEqual([true, false, true]);
  const byWeight = new StateCache({ maxStates: 10, maxBytes: 100 });
  for (const stream of ['a', 'b', 'c']) byWeight.put(stream, held(0), 40);
  expect(byWeight.size).toBe(2);
  byWeight.put('d', held(0), 101);
  expect(byWeight.get('d')).toBeUndefined();
});

it.each([
  [0.1, 64],
  [1, 256],
  [1.5, 384],
  [4, 512],
  [64, 512],
])('keeps of a heap of %d GB %d MB for states', (gigabytes, megabytes) =>
  expect(cacheBytesFor(gigabytes * 1024 ** 3)).toBe(megabytes * 1024 ** 2),
);

it('keeps as many states as so many bytes may hold of them', () => {
  const cache = new StateCache(cacheLimitsOf(4_096));
  for (const stream of ['a', 'b', 'c', 'd']) cache.put(stream, held(0), 1_024);
  expect(cache.size).toBe(4);
  cache.put('e', held(0), 1_024);
  expect([cache.size, cache.bytes]).toEqual([4, 4_096]);
});

it('loads once for all who ask meanwhile', async () => {
  const cache = new StateCache({ maxStates: 2, maxBytes: 1_000 });
  const { read, end } = slowLoad();
  let reads = 0;
  const ask = () =>
    cache.load(
      'a',
      () => ((reads += 1), read()),
      () => 1,
    );
  const [first, second] = [ask(), ask()];
  end(held(4));
  expect([await first, await second, reads, cache.get('a')]).toEqual([held(4), held(4), 1, held(4)]);
});

it.each([
  ['a write', (cache: StateCache) => cache.put('a', held(5), 1), held(5)],
  ['a drop', (cache: StateCache) => cache.drop('a'), undefined],
  ['forgetting all', (cache: StateCache) => cache.clear(), undefined],
  ['a fact told', (cache: StateCache) => cache.dropBefore('a', 5), undefined],
])('does not keep a load that %s has outrun', async (_, outrun, expected) => {
  const cache = new StateCache({ maxStates: 2, maxBytes: 1_000 });
  const { read, end } = slowLoad();
  const loading = cache.load('a', read, () => 1);
  outrun(cache);
  end(held(4));
  await loading;
  expect(cache.get('a')).toEqual(expected);
});

it('keeps what includes a fact told already', () => {
  const cache = new StateCache({ maxStates: 2, maxBytes: 1_000 });
  cache.put('a', held(5), 1);
  cache.dropBefore('a', 5);
  expect(cache.get('a')).toEqual(held(5));
  cache.dropBefore('a', 6);
  expect(cache.get('a')).toBeUndefined();
});

it('keeps nothing of streams that do not exist, however many are asked for', async () => {
  const cache = new StateCache({ maxStates: 2, maxBytes: 1_000 });
  cache.put('a', held(0), 1);
  for (const stream of ['b', 'c', 'd']) {
    const loaded = await cache.load(
      stream,
      () => Promise.resolve(held(-1)),
      () => 1,
    );
    expect(loaded).toEqual(held(-1));
  }
  expect([cache.size, cache.get('a'), cache.get('d')]).toEqual([1, held(0), undefined]);
  const read = jest.fn(() => Promise.resolve(held(0)));
  await cache.load('d', read, () => 1);
  expect([read.mock.calls.length, cache.get('d')]).toEqual([1, held(0)]);
});

it('knows what each state it keeps was said to weigh', () => {
  const cache = new StateCache({ maxStates: 2, maxBytes: 1_000 });
  cache.put('a', held(5), 40);
  expect(cache.weighed('a')).toEqual({ state: 'state 5', bytes: 40 });
  cache.drop('a');
  expect(cache.weighed('a')).toBeUndefined();
});
