import { Wakeable, backOff } from './wakeable';

/** A wait that is not cut short outlasts the test. */
const forEver = 600_000;

const took = async (work: Promise<void>): Promise<number> => {
  const began = performance.now();
  await work;
  return performance.now() - began;
};

it('sleeps its time, unless it is woken', async () => {
  const rest = new Wakeable();
  expect(await took(rest.sleep(30))).toBeGreaterThan(25);
  setTimeout(() => rest.wake(), 5);
  await rest.sleep(forEver);
});

it('does not miss a call that came before the sleep', async () => {
  const rest = new Wakeable();
  rest.wake();
  await rest.sleep(forEver);
  rest.reset();
  expect(await took(rest.sleep(30))).toBeGreaterThan(25);
});

it('is not woken from a pause', async () => {
  const rest = new Wakeable();
  setTimeout(() => rest.wake(), 1);
  expect(await took(rest.pause(30))).toBeGreaterThan(25);
});

it('ends every wait, and all later ones at once', async () => {
  const rest = new Wakeable();
  setTimeout(() => rest.end(), 5);
  await Promise.all([rest.sleep(forEver), rest.pause(forEver)]);
  await rest.pause(forEver);
  expect(rest.ended).toBe(true);
});

it.each([
  [1, 25, 50],
  [2, 50, 100],
  [5, 400, 800],
  [8, 2_500, 5_000],
  [1_000, 2_500, 5_000],
])('after %i failures the wait is between %i and %i ms', (failures, least, most) => {
  for (let n = 0; n < 50; n += 1) {
    expect(backOff(failures)).toBeGreaterThanOrEqual(least);
    expect(backOff(failures)).toBeLessThanOrEqual(most);
  }
});
