import { setImmediate as othersTurn } from 'node:timers/promises';
import { Wakeable, backOff } from './wakeable';

/** A wait that is not cut short outlasts the test. */
const forEver = 600_000;

/** Whether a wait is over now that whoever was woken has had a turn. */
const isOver = async (wait: Promise<void>): Promise<boolean> => {
  let over = false;
  void wait.then(() => (over = true));
  await othersTurn();
  return over;
};

it('sleeps its time, unless it is woken', async () => {
  const rest = new Wakeable();
  const slept = rest.sleep(30);
  expect(await isOver(slept)).toBe(false);
  await slept;
  const woken = rest.sleep(forEver);
  expect(await isOver(woken)).toBe(false);
  rest.wake();
  expect(await isOver(woken)).toBe(true);
});

it('does not miss a call that came before the sleep', async () => {
  const rest = new Wakeable();
  rest.wake();
  expect(await isOver(rest.sleep(forEver))).toBe(true);
  rest.reset();
  const slept = rest.sleep(30);
  expect(await isOver(slept)).toBe(false);
  await slept;
});

it('is not woken from a pause', async () => {
  const rest = new Wakeable();
  const paused = rest.pause(30);
  rest.wake();
  expect(await isOver(paused)).toBe(false);
  await paused;
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
