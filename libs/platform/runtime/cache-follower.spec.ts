import { CacheFollower } from './cache-follower';
import { CachedCommandRunner } from './cached-command-runner';
import { LogTail } from './log-tail';
import { Subscription } from './subscription';
import { runnerFixture, smallSettings } from './testing/runner-fixture';
import { onTab, tabCatalogue, tabs } from './testing/tab';

/** This process, whose store can be made to fail, and another one on the same log. */
const processes = () => {
  const { log, store, clock, runner } = runnerFixture();
  const other = new CachedCommandRunner(log, clock, smallSettings);
  const tail = new LogTail(store, tabCatalogue);
  const settings = { batchSize: 10, pollMs: 10 };
  const subscription = new Subscription(tail, new CacheFollower(runner, tail), () => undefined, settings);
  const balance = async (): Promise<number> => (await runner.current(tabs, 'A')).state.balance;
  return { log, store, runner, other, subscription, balance };
};

it('tells of what others write after the start of the process', async () => {
  const { log, other, subscription, balance } = processes();
  await other.execute(onTab('A', { kind: 'put', amount: 1 }));
  subscription.start();
  await subscription.caughtUp(await log.head());
  expect(await balance()).toBe(1);
  await other.execute(onTab('A', { kind: 'put', amount: 2 }));
  await subscription.caughtUp(await log.head());
  expect(await balance()).toBe(3);
  await subscription.stop();
});

it('leaves nothing in memory of what was read before it knew where the log ends', async () => {
  const { log, store, other, subscription, balance } = processes();
  await other.execute(onTab('A', { kind: 'put', amount: 1 }));
  store.fate = () => 'lost';
  subscription.start();
  while (subscription.progress().failures === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  store.fate = () => 'works';
  expect(await balance()).toBe(1);
  await other.execute(onTab('A', { kind: 'put', amount: 2 }));
  await subscription.caughtUp(await log.head());
  expect(await balance()).toBe(3);
  await subscription.stop();
});
