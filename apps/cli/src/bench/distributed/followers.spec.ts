import type { Pool } from 'pg';
import { busOf } from '../../bus';
import { Followers, watch } from './followers';
import type { ServiceRun } from './service-run';

/** A follower that has come so far when it is asked the first time, the second time, and so on. */
const coming = (...places: readonly number[]) => {
  let asked = 0;
  return async (): Promise<number> => places[Math.min(asked++, places.length - 1)] ?? 0;
};

const watched = (reading: () => Promise<number>, more: object = {}) => {
  const seen: number[] = [];
  const onProgress = (done: number): void => void seen.push(done);
  const caughtUp = watch({ reading, from: 100, until: 400, memoryEvery: 100, onProgress, ...more });
  return { seen, caughtUp };
};

it('is watched to its end, and tells how far it is', async () => {
  const { seen, caughtUp } = watched(coming(100, 150, 250, 400));
  expect(await caughtUp).toMatchObject({ events: 300, memory: [] });
  expect(seen).toEqual([0, 50, 150, 300]);
});

it('has the pace that it had once it had begun', async () => {
  const places = coming(100, 100, 100, 200, 300, 400);
  const looks: number[] = [];
  const reading = (): Promise<number> => {
    looks.push(performance.now());
    return places();
  };
  let seen = 0;
  const onProgress = (): void => void (seen = performance.now());
  const { perSecond } = await watched(reading, { onProgress }).caughtUp;
  // Two hundred events from the fourth look, at which it had begun, to the sixth, whenever these were.
  const [fourth = 0, fifth = 0, sixth = 0] = looks.slice(3);
  expect(perSecond).toBeGreaterThanOrEqual(200_000 / (seen - fourth));
  expect(perSecond).toBeLessThanOrEqual(200_000 / (sixth - fifth));
});

it('has no pace when it comes to the end at once', async () => {
  expect(await watched(coming(400)).caughtUp).toMatchObject({ events: 300, perSecond: NaN });
});

it('is asked for its memory at the start, on the way, and at the end', async () => {
  const memory = coming(1, 2, 3, 4);
  const service = { memory } as unknown as ServiceRun;
  expect((await watched(coming(150, 250, 350, 400), { service }).caughtUp).memory).toEqual([1, 2, 3, 4]);
});

it('is looked up where services note how far they are', async () => {
  const asked: unknown[][] = [];
  const pool = {
    query: (_: string, values: unknown[]) => {
      asked.push(values);
      return Promise.resolve({ rows: asked.length === 3 ? [] : [{ value: asked.length }] });
    },
  } as unknown as Pool;
  const { published, taken, reactedTo } = new Followers(pool, busOf({ kafkaPrefix: 'chain' }));
  expect([await published(), await taken(), await reactedTo()]).toEqual([1, 2, 0]);
  expect(asked).toEqual([[], ['chain.read-models'], ['chain.policies']]);
});
