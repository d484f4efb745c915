import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import { systemClock } from './clock';
import { timerFixture } from './testing/timer-fixture';

it('holds up nobody but the key of what fails, and that in its order', async () => {
  const { runner, enter, commands, fate, reports, list } = timerFixture(systemClock);
  const works = fate.outcome;
  fate.outcome = (command) => {
    if (command.endsWith(' stuck')) throw new Error('an envelope that cannot be opened');
    return works(command);
  };
  // More than a page of what cannot be done lies before the rest.
  for (let each = 1; each <= 600; each += 1) enter('wake', `${each} stuck`, each);
  enter('expire', '1 stuck', 700);
  for (const [key, dueAt] of [
    ['a', 1],
    ['b', 300],
    ['c', 800],
  ] as const)
    enter('wake', key, dueAt);
  runner.start();
  const isPast = (): boolean => commands().length >= 3 && runner.progress().behindMs === 0;
  while (!isPast()) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(commands()).toEqual(['1 wake a', '300 wake b', '800 wake c']);
  expect(new Set(reports)).toEqual(new Set(['timer-held-up']));
  expect(runner.progress()).toMatchObject({ name: 'timers', position: undefined, behindMs: 0 });
  expect(runner.progress().failures).toBeGreaterThan(0);
  fate.outcome = works;
  list.entries = list.entries.filter(({ key }) => key.length === 1 || key === '1 stuck');
  while (commands().length < 5) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(commands().slice(3)).toEqual(['1 wake 1 stuck', '700 expire 1 stuck']);
  while (runner.progress().failures > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await runner.stop();
}, 30_000);

it('does not ask without end while all that is due rests', async () => {
  const { runner, enter, fate, list } = timerFixture(systemClock);
  fate.outcome = () => {
    throw new Error('never');
  };
  enter('wake', 'a', 1);
  let asked = 0;
  const due = list.due.bind(list);
  list.due = (until, limit) => {
    asked += 1;
    return due(until, limit);
  };
  runner.start();
  await new Promise((resolve) => setTimeout(resolve, 500));
  await runner.stop();
  expect(asked).toBeLessThan(10);
});

it('is as a whole not able to work while the store is away', async () => {
  const { runner, enter, fate } = timerFixture(systemClock);
  fate.outcome = () => {
    throw new StoreUnavailable('away');
  };
  enter('wake', 'a', 1);
  runner.start();
  while (runner.progress().failures === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(runner.progress().behindMs).toBeGreaterThan(0);
  await runner.stop();
}, 30_000);
