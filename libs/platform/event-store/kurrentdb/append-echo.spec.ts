import { setImmediate as turn } from 'node:timers/promises';
import { AppendEcho } from './append-echo';

const counting = () => {
  const echo = new AppendEcho();
  const heard: string[] = [];
  const listen = (name: string) => echo.add(() => void heard.push(name));
  return { echo, heard, listen };
};

it('calls everybody once at the next turn, however often it was raised until then', async () => {
  const { echo, heard, listen } = counting();
  listen('first');
  listen('second');
  for (let times = 0; times < 5; times++) echo.raise();
  expect(heard).toEqual([]);
  await turn();
  expect(heard).toEqual(['first', 'second']);
});

it('calls again for what is raised later, even by a listener', async () => {
  const { echo, heard, listen } = counting();
  listen('first');
  const end = echo.add(() => {
    end();
    echo.raise();
  });
  echo.raise();
  await turn();
  await turn();
  expect(heard).toEqual(['first', 'first']);
});

it('takes the same function twice as two listeners, and forgets one at a time', async () => {
  const { echo } = counting();
  let calls = 0;
  const count = (): void => void (calls += 1);
  const end = echo.add(count);
  echo.add(count);
  end();
  end();
  echo.raise();
  await turn();
  expect(calls).toBe(1);
});

it('is silent once told to be, also about what was raised before', async () => {
  const { echo, heard, listen } = counting();
  listen('first');
  echo.raise();
  echo.silence();
  await turn();
  expect(heard).toEqual([]);
});
