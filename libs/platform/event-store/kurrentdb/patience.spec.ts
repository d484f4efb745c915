import { setTimeout as sleep } from 'node:timers/promises';
import { TimedOut, within } from './patience';

const never = new Promise<never>(() => undefined);

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
