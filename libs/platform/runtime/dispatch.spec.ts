import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { TooBusy } from './command-runner';
import { causedBy, inLanes, isMistake, withRetries } from './dispatch';

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

it('the same cause has the same key, every other one another', () => {
  const keys = [
    causedBy('policy:a', 'e1', 0),
    causedBy('policy:a', 'e1', 1),
    causedBy('policy:a', 'e2', 0),
    causedBy('policy:b', 'e1', 0),
  ].map(({ key }) => key);
  expect(new Set(keys).size).toBe(4);
  expect(causedBy('policy:a', 'e1', 0)).toEqual({ credential: 'policy:a', key: keys[0], requestHash: keys[0] });
});

it('tries again while the store is away, not after other errors, and not for ever', async () => {
  let calls = 0;
  const failing = (errors: readonly Error[]) => () => {
    const error = errors[calls++];
    return error === undefined ? Promise.resolve('done') : Promise.reject(error);
  };
  expect(await withRetries(failing([new StoreUnavailable('away'), new TooBusy('a')]))).toBe('done');
  calls = 0;
  await expect(withRetries(failing([new TypeError('wrong')]))).rejects.toBeInstanceOf(TypeError);
  expect(calls).toBe(1);
  calls = 0;
  await expect(withRetries(failing([new TooBusy('a'), new TooBusy('a')]), 2)).rejects.toBeInstanceOf(TooBusy);
});

it('tells mistakes in the program from neighbours that are away', () => {
  expect([new TypeError(), new RangeError(), JSON.parse].map(isMistake)).toEqual([true, true, false]);
  expect(isMistake(new StoreUnavailable('away'))).toBe(false);
});

it('works lane by lane in order, lanes side by side within bounds', async () => {
  const done: string[] = [];
  let atOnce = 0;
  let most = 0;
  const items = ['a1', 'b1', 'c1', 'a2', 'd1', 'b2', 'a3'];
  await inLanes(
    items,
    (item) => item.charAt(0),
    2,
    async (item) => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await pause(Math.random() * 4);
      atOnce -= 1;
      done.push(item);
    },
  );
  expect(most).toBe(2);
  for (const lane of 'abcd')
    expect(done.filter((item) => item.startsWith(lane))).toEqual(items.filter((item) => item.startsWith(lane)));
});

it('lets the other lanes end before it throws what went wrong in one', async () => {
  const done: string[] = [];
  const work = inLanes(
    ['a1', 'a2', 'b1', 'b2'],
    (item) => item.charAt(0),
    2,
    async (item) => {
      await pause(2);
      if (item === 'a1') throw new Error('no a');
      done.push(item);
    },
  );
  await expect(work).rejects.toThrow('no a');
  expect(done).toEqual(['b1', 'b2']);
});
