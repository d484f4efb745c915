import { logStart } from '#libs/platform/event-store/event-store';
import { ReadyWhen } from './readiness';

const answering = { head: () => Promise.resolve(logStart) };

it('holds while the store answers', async () => {
  expect(await new ReadyWhen(answering).holds()).toBe(true);
  expect(await new ReadyWhen({ head: () => Promise.reject(new Error('away')) }).holds()).toBe(false);
});

it('does not wait for a store that never answers', async () => {
  expect(await new ReadyWhen({ head: () => new Promise(() => undefined) }).holds()).toBe(false);
});

it.each([
  ['one that does not hold', () => false],
  ['one that does not hold after a while', () => Promise.resolve(false)],
  ['one that cannot be told', () => Promise.reject(new Error('away'))],
  [
    'one that throws',
    () => {
      throw new Error('broken');
    },
  ],
])('asks its other conditions too: %s', async (_, condition) => {
  const ready = new ReadyWhen(answering);
  ready.also(() => true);
  expect(await ready.holds()).toBe(true);
  ready.also(condition);
  expect(await ready.holds()).toBe(false);
});
