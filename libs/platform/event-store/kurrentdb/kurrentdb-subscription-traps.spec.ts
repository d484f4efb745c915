import { setTimeout as sleep } from 'node:timers/promises';
import { appendOf, facts, readToEnd, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { logStart } from '../event-store';
import { CatchUp, type Subscribe } from './catch-up';
import { KurrentDbConnection } from './kurrentdb-connection';
import { KurrentDbEventStore } from './kurrentdb-event-store';
import type { ServerPosition } from './log-record';
import { defaultPatience } from './patience';

const patience = { startMs: 30_000, confirmMs: 1_000 };

let double: KurrentDbDouble;
let store: KurrentDbEventStore;
const strays: unknown[] = [];
const stray = (error: unknown): void => void strays.push(error);

beforeAll(() => void process.on('unhandledRejection', stray));
afterAll(() => void process.off('unhandledRejection', stray));
beforeEach(async () => {
  double = await KurrentDbDouble.start();
  store = await KurrentDbEventStore.open({ url: double.url, patience });
});
afterEach(async () => {
  await store.close();
  double.stop();
  expect(strays).toEqual([]);
});

const until = async (reached: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 90_000; !reached(); await sleep(5)) {
    if (Date.now() > deadline) throw new Error('it took too long');
  }
};

describe('B5: a subscription that ends', () => {
  const heardAfter = async (event: () => void): Promise<void> => {
    let calls = 0;
    await until(() => double.subscribed > 0);
    store.onAppended(() => void calls++);
    const before = double.subscribed;
    event();
    await until(() => double.subscribed > before);
    await sleep(100);
    const other = await KurrentDbEventStore.open({ url: double.url });
    const heard = calls;
    tipOf(await other.append(appendOf()));
    await until(() => calls > heard);
    await other.close();
  };

  it('with an end and no error is opened again', () => heardAfter(() => double.endSubscriptions()));

  it('with an error and no end is opened again', () => heardAfter(() => double.killSubscriptions()));

  it('with its whole server is opened again once that is back', () => heardAfter(() => void double.restart(200)));

  it('without ever being confirmed is opened again', async () => {
    double.faults.withholdConfirmation = true;
    double.endSubscriptions();
    const before = double.subscribed;
    await until(() => double.subscribed >= before + 2);
    double.faults.clear();
    await heardAfter(() => double.endSubscriptions());
  });
});

describe('B6: leaving the iterator of a subscription', () => {
  it('emits an error that nothing in the process has to catch', async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): void => void uncaught.push(error);
    process.on('uncaughtExceptionMonitor', note);
    for (let round = 0; round < 5; round++) {
      const other = await KurrentDbEventStore.open({ url: double.url, patience });
      tipOf(await other.append(appendOf()));
      await other.close();
    }
    await sleep(50);
    process.off('uncaughtExceptionMonitor', note);
    expect(uncaught).toEqual([]);
  });
});

describe('B8: a checkpoint callback that fails', () => {
  it('does not stop the subscription', async () => {
    const connection = new KurrentDbConnection(double.url, defaultPatience);
    let events = 0;
    let checkpoints = 0;
    const fail = (): void => {
      checkpoints++;
      throw new Error('the checkpoint cannot be kept');
    };
    const heard = (): void => void events++;
    const pace = { confirmMs: 60_000, firstDelayMs: 10, longestDelayMs: 50 };
    const following = new CatchUp((after) => connection.subscribe(after, fail), logStart, heard, pace);
    following.start();
    const requests = Array.from({ length: 100 }, () => appendOf());
    await Promise.all(requests.map((each) => store.append(each)));
    await until(() => events >= 100);
    expect(checkpoints).toBeGreaterThan(1);
    expect(double.subscribed).toBe(2);
    await following.stop();
    await connection.close();
  });

  it('is never needed to go on where the server has looked already', async () => {
    const connection = new KurrentDbConnection(double.url, defaultPatience);
    const pace = { confirmMs: 60_000, firstDelayMs: 10, longestDelayMs: 50 };
    const starts: ServerPosition[] = [];
    const subscribe: Subscribe = (after, passed) => {
      starts.push(after);
      return connection.subscribe(after, passed);
    };
    const following = new CatchUp(subscribe, logStart, () => undefined, pace);
    following.start();
    await Promise.all(Array.from({ length: 100 }, () => store.append(appendOf({ events: facts(1) }))));
    const events = await readToEnd(store, logStart, 100);
    const last = { xid: events.at(-1)?.xid, position: events.at(-1)?.position };
    await until(() => following.position.position === last.position);
    double.endSubscriptions();
    await until(() => starts.length > 1);
    expect(starts[1]).toEqual({ commit: BigInt(last.xid ?? 0), prepare: BigInt(last.position ?? 0) });
    await following.stop();
    await connection.close();
  });
});
