import type { Part } from '#libs/platform/runtime/lifecycle';
import { OnlyOneProcess } from './only-one-process';
import { openTabHouse, type TabHouse } from './testing/tab-house';

let house: TabHouse;

beforeAll(async () => {
  house = await openTabHouse();
});
afterAll(() => house.close());

const settings = { lookEveryMs: 50, patienceMs: 5_000 };

/** What runs at present, and what was told to start or stop. */
const stage = () => {
  const running = new Set<string>();
  const told: string[] = [];
  const fate = { startsAt: 1 };
  let starts = 0;
  const part = (who: string): Part => ({
    name: 'shared',
    start: () => {
      starts += 1;
      if (starts < fate.startsAt) throw new Error('not yet');
      running.add(who);
      told.push(`${who} starts`);
    },
    stop: async () => {
      running.delete(who);
      told.push(`${who} stops`);
    },
  });
  const one = (who: string) => new OnlyOneProcess(house.source, part(who), house.report, settings);
  return { running, told, fate, one };
};

const until = async (what: string, holds: () => boolean): Promise<void> => {
  const deadline = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`It never came to this: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

const endTheLocks = (): Promise<unknown> =>
  house.source.query(
    `SELECT pg_terminate_backend(pid) FROM pg_locks
     WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
  );

it('is one again soon after the lock was lost, whoever gets it then', async () => {
  const { running, told, one } = stage();
  const [first, second] = [one('one'), one('two')];
  first.start();
  await until('one runs', () => running.has('one'));
  second.start();
  for (let round = 1; round <= 3; round += 1) {
    const before = told.length;
    await endTheLocks();
    await until('the turn was given up and taken', () => told.length >= before + 2 && running.size === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(running.size).toBe(1);
    expect(house.reports.filter((report) => report === 'turn-lost')).toHaveLength(round);
  }
  await first.stop();
  await second.stop();
  expect(running.size).toBe(0);
});

it('gives the lock back when the part does not start, and tries again', async () => {
  const { running, told, fate, one } = stage();
  fate.startsAt = 3;
  const only = one('one');
  only.start();
  await until('it runs', () => running.has('one'));
  await only.stop();
  expect(told).toEqual(['one starts', 'one stops']);
  expect(house.reports.filter((report) => report === 'part-not-started')).toHaveLength(2);
});
