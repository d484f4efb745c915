import { logStart } from '#libs/platform/event-store/event-store';
import type { Progress } from '#libs/platform/runtime/subscription';
import { keepsUp, ReadyWhen } from './readiness';

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

describe('a follower', () => {
  const place = { xid: 7, position: 7 };
  const late = { of: () => ({ distance: 1, seconds: 301 }) };
  const onTime = { of: () => ({ distance: 1, seconds: 300 }) };
  const progress = (what: Partial<Progress>): Progress => ({
    ...{ name: 'projector', position: place, behindMs: 0, failures: 0 },
    ...what,
  });

  it('keeps up while what it has not taken in is young enough', () => {
    expect(keepsUp(progress({}), onTime, 300)).toBe(true);
    expect(keepsUp(progress({}), { of: () => undefined }, 300)).toBe(true);
  });

  it('does not keep up when a transaction left open holds the log back from it for too long', () =>
    expect(keepsUp(progress({ behindMs: 0 }), late, 300)).toBe(false));

  it('does not count while it waits for its turn', () =>
    expect(keepsUp(progress({ position: undefined, behindMs: 900_000 }), late, 300)).toBe(true));

  it('may fail for a while, but not for ever', () => {
    const failing = { position: undefined, failures: 9 };
    expect(keepsUp(progress({ ...failing, behindMs: 300_000 }), onTime, 300)).toBe(true);
    expect(keepsUp(progress({ ...failing, behindMs: 300_001 }), onTime, 300)).toBe(false);
  });

  it('closes no till by a log that is held back, only by facts that the states in memory leave lying', () => {
    expect(keepsUp(progress({ name: 'state-cache' }), late, 300)).toBe(true);
    expect(keepsUp(progress({ name: 'state-cache', behindMs: 300_001 }), onTime, 300)).toBe(false);
  });
});
