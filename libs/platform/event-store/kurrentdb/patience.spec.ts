import { setTimeout as sleep } from 'node:timers/promises';
import { collect, TimedOut, within } from './patience';

const never = new Promise<never>(() => undefined);

async function* items(count: number, pauseMs: number): AsyncGenerator<number> {
  for (let item = 0; item < count; item++) {
    await sleep(pauseMs);
    yield item;
  }
}

it('hands on an answer that comes in time, and an error too', async () => {
  expect(await within(Promise.resolve(1), 50, 'It')).toBe(1);
  await expect(within(Promise.reject(new Error('no')), 50, 'It')).rejects.toThrow('no');
});

it('gives up on an answer that does not come, and leaves a late error unheard', async () => {
  await expect(within(never, 10, 'It')).rejects.toThrow(new TimedOut('It', 10));
  const late = sleep(20).then(() => Promise.reject(new Error('late')));
  await expect(within(late, 5, 'It')).rejects.toThrow(TimedOut);
  await sleep(30);
});

it('collects what keeps coming, however long it takes in all', async () =>
  expect(await collect(items(10, 15), 100, 'A read')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));

it('gives up on a source that pauses too long', async () => {
  async function* stuck(): AsyncGenerator<number> {
    yield 1;
    await never;
  }
  await expect(collect(stuck(), 20, 'A read')).rejects.toThrow('A read took longer than 20 ms.');
});
