import { inSlices } from './in-slices';

const busyFor = (ms: number): void => {
  const until = performance.now() + ms;
  while (performance.now() < until);
};

it('works through everything in its order', async () => {
  const done: number[] = [];
  const items = Array.from({ length: 100 }, (_, index) => index);
  await inSlices(items, (item) => {
    busyFor(0.05);
    done.push(item);
  });
  expect(done).toEqual(items);
});

it('lets others have their turn during long work', async () => {
  let turns = 0;
  let over = false;
  const other = (): void => {
    turns += 1;
    if (!over) setImmediate(other);
  };
  setImmediate(other);
  await inSlices(Array.from({ length: 160 }), () => busyFor(0.1));
  over = true;
  // 16 ms of work, and a turn for others about every millisecond.
  expect(turns).toBeGreaterThanOrEqual(4);
});

it('does little work in one go', async () => {
  let turns = 0;
  const other = setImmediate(() => (turns += 1));
  await inSlices([1, 2, 3], () => undefined);
  clearImmediate(other);
  expect(turns).toBe(0);
});

it('stops at the first failure', async () => {
  const done: number[] = [];
  const work = inSlices([1, 2, 3], (item) => {
    if (item === 2) throw new Error('no');
    done.push(item);
  });
  await expect(work).rejects.toThrow('no');
  expect(done).toEqual([1]);
});
