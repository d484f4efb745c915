import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { identify, isRunning } from './process-identity';

it('knows this process again', () => {
  const self = identify(process.pid);
  expect(self).toMatchObject({ pid: process.pid });
  expect(self!.startedAt).not.toBe('');
  expect(identify(process.pid)).toEqual(self);
  expect(isRunning(self!)).toBe(true);
});

it('does not take a process for an earlier one of the same number', () => {
  expect(isRunning({ pid: process.pid, startedAt: 'long ago' })).toBe(false);
});

it('tells two processes apart, and sees one end', async () => {
  const children = [spawn('sleep', ['60']), spawn('sleep', ['60'])];
  await Promise.all(children.map((child) => once(child, 'spawn')));
  const [one, other] = children.map((child) => identify(child.pid!));
  expect(one).not.toEqual(other);
  expect(isRunning(one!)).toBe(true);
  children.forEach((child) => child.kill('SIGKILL'));
  await Promise.all(children.map((child) => once(child, 'close')));
  expect(isRunning(one!)).toBe(false);
  expect(identify(one!.pid)).toBeUndefined();
});

it('finds no process under an impossible number', () => expect(identify(2 ** 30)).toBeUndefined());
