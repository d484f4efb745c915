import { TooBusy } from './command-runner';
import { StreamQueue } from './stream-queue';

it('gives turns in the order of arrival', async () => {
  const queue = new StreamQueue(3);
  const order: number[] = [];
  expect(queue.enter('a')).toBeUndefined();
  const waiting = [1, 2, 3].map(async (who) => {
    await queue.enter('a');
    order.push(who);
    queue.leave('a');
  });
  expect(queue.size).toBe(4);
  queue.leave('a');
  await Promise.all(waiting);
  expect([order, queue.size]).toEqual([[1, 2, 3], 0]);
  expect(queue.enter('a')).toBeUndefined();
});

it('turns away whoever is one too many, and only on that stream', () => {
  const queue = new StreamQueue(1);
  expect(queue.enter('a')).toBeUndefined();
  expect(queue.enter('a')).toBeInstanceOf(Promise);
  expect(() => queue.enter('a')).toThrow(TooBusy);
  expect(queue.enter('b')).toBeUndefined();
  expect(queue.size).toBe(3);
});
