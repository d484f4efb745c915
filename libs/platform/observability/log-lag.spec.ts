import type { LogPosition } from '#libs/platform/event-store/event-store';
import { LogLag } from './log-lag';

const place = (number: number): LogPosition => ({ xid: number, position: number });

const watching = () => {
  const scene = { now: 0, end: place(0), away: false };
  const log = { latest: () => (scene.away ? Promise.reject(new Error('away')) : Promise.resolve(scene.end)) };
  const lag = new LogLag(log, () => scene.now);
  const at = async (ms: number, end: number): Promise<void> => {
    scene.now = ms;
    scene.end = place(end);
    await lag.look();
  };
  return { scene, lag, at };
};

it('cannot tell before it has looked', () => expect(watching().lag.of(place(0))).toBeUndefined());

it('is none at the end of the log, however long nothing happens', async () => {
  const { scene, lag, at } = watching();
  await at(0, 7);
  scene.now = 60_000;
  expect(lag.of(place(7))).toEqual({ distance: 0, seconds: 0 });
  expect(lag.of(place(9))).toEqual({ distance: 0, seconds: 0 });
});

it('counts from when the log first went past the place', async () => {
  const { scene, lag, at } = watching();
  await at(0, 10);
  await at(1_000, 20);
  await at(2_000, 30);
  scene.now = 5_000;
  expect(lag.of(place(15))).toEqual({ distance: 15, seconds: 4 });
  expect(lag.of(place(20))).toEqual({ distance: 10, seconds: 3 });
});

it('grows while the log cannot be asked', async () => {
  const { scene, lag, at } = watching();
  await at(0, 10);
  scene.away = true;
  await at(9_000, 10);
  expect(lag.of(place(4))).toEqual({ distance: 6, seconds: 9 });
});

it('remembers long enough without growing for ever', async () => {
  const { lag, at } = watching();
  for (let second = 1; second <= 20_000; second += 1) await at(second * 1_000, second);
  expect(lag.of(place(10_000))?.seconds).toBeGreaterThan(9_000);
  expect(lag.of(place(10_000))?.seconds).toBeLessThan(11_000);
  expect(lag.of(place(19_998))).toMatchObject({ distance: 2 });
});

it('looks by itself once it is started', async () => {
  const { lag } = watching();
  await lag.start();
  expect(lag.of(place(0))).toEqual({ distance: 0, seconds: 0 });
  await lag.stop();
});
