import { setTimeout as sleep } from 'node:timers/promises';
import { jsonEvent, KurrentDBClient } from '@kurrent/kurrentdb-client';
import { accepted, appendOf, fact, facts, tipOf } from '#libs/platform/testing/event-store.fixtures';
import { KurrentDbDouble } from '#libs/platform/testing/kurrentdb-double/kurrentdb-double';
import { StoreUnavailable, type AppendOutcome, type AppendRequest } from '../event-store';
import { verifyChain } from '../hash-chain';
import { KurrentDbEventStore } from './kurrentdb-event-store';

const patience = { startMs: 30_000, appendMs: 400, readMs: 3_000, confirmMs: 300, takeOverMs: 100 };

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

const lengthOf = async (request: AppendRequest): Promise<number> => (await store.load(request.streamId)).tail.length;

const until = async (reached: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 90_000; !reached(); await sleep(5)) {
    if (Date.now() > deadline) throw new Error('it took too long');
  }
};

/** What becomes of the client's own promise, were it used without a guard. */
const bare = async (
  act: (client: KurrentDBClient) => Promise<unknown>,
  client = KurrentDBClient.connectionString(double.url),
): Promise<'settled' | 'never settled'> => {
  const settled = act(client).then(
    () => 'settled' as const,
    () => 'settled' as const,
  );
  const fate = await Promise.race([settled, sleep(patience.appendMs * 2, 'never settled' as const)]);
  void client.dispose();
  return fate;
};

const record = jsonEvent({ type: 'X', data: {} });

/** One that many appends at once do not keep waiting too long; whatever it did wait out would outlast the test. */
const patientStore = (): Promise<KurrentDbEventStore> =>
  KurrentDbEventStore.open({ url: double.url, patience: { ...patience, appendMs: 600_000, readMs: 60_000 } });

describe('B1: an append that is never answered', () => {
  it('leaves the bare client waiting for ever', async () => {
    double.faults.plan('unanswered');
    expect(await bare((client) => client.appendToStream('x-1', [record], { deadline: 100 }))).toBe('never settled');
  });

  it.each(['unanswered', 'lost', 'late'] as const)('is settled by reading when it was %s', async (fault) => {
    for (const request of [appendOf({ events: facts(3) }), appendOf({ command: accepted(), claims: [`a:${fault}`] })]) {
      double.faults.plan(fault, 'account-');
      expect((await store.append(request)).kind).toBe('appended');
      expect(await lengthOf(request)).toBe(request.events.length);
    }
    await sleep(double.faults.lateMs);
    expect(double.log.all.filter((each) => each.type === 'PointsEarned')).toHaveLength(4);
  });

  it('is reported as unknown in the end, and a repeat of the command finds out', async () => {
    const request = appendOf({ command: accepted() });
    double.faults.plan('lost', 'account-', 5);
    await expect(store.append(request)).rejects.toThrow(StoreUnavailable);
    double.faults.clear();
    double.faults.plan('late', 'account-');
    await expect(store.append(request)).resolves.toMatchObject({ kind: 'appended' });
    expect(await store.append(request)).toMatchObject({ kind: 'duplicate-command', command: request.command });
    expect(await lengthOf(request)).toBe(1);
  });

  it('conflicts when another came first meanwhile', async () => {
    const request = appendOf();
    const other = await KurrentDbEventStore.open({ url: double.url });
    const patient = await KurrentDbEventStore.open({ url: double.url, patience: { ...patience, appendMs: 3_000 } });
    double.faults.plan('lost', 'account-');
    const pending = patient.append(request);
    await sleep(50);
    tipOf(await other.append({ ...request, events: [fact('first')] }));
    expect(await pending).toEqual({ kind: 'conflict' });
    expect(await lengthOf(request)).toBe(1);
    await patient.close();
    await other.close();
  });
});

describe('B2: a batch stream that the server half-closes', () => {
  it('swallows every later append of the bare client', async () => {
    const client = KurrentDBClient.connectionString(double.url);
    double.faults.plan('half-closed');
    const two = async (): Promise<unknown> => {
      void client.appendToStream('x-1', [record]);
      await until(() => double.log.stream('x-1') !== undefined);
      return client.appendToStream('x-2', [record]);
    };
    expect(await bare(two, client)).toBe('never settled');
    expect(double.log.stream('x-2')).toBeUndefined();
  });

  it('is noticed at once, and appends go on over another', async () => {
    const patient = await patientStore();
    const first = appendOf({ events: facts(2) });
    double.faults.plan('half-closed', 'account-');
    const tip = tipOf(await patient.append(first));
    const others = Array.from({ length: 20 }, () => appendOf());
    for (const each of others) tipOf(await patient.append(each));
    tipOf(await patient.append({ ...first, expected: tip, events: facts(2) }));
    expect(verifyChain(await store.readStream(first.streamId, 0, 100))).toMatchObject({
      kind: 'intact',
      tip: { revision: 3 },
    });
    await patient.close();
  });

  it('loses none of those under way at that moment', async () => {
    const patient = await patientStore();
    const requests = Array.from({ length: 50 }, () => appendOf({ events: facts(2) }));
    double.faults.plan('half-closed', requests[20]?.streamId);
    for (const outcome of await Promise.all(requests.map((each) => patient.append(each)))) tipOf(outcome);
    for (const each of requests) expect(await lengthOf(each)).toBe(2);
    await patient.close();
  });
});

describe('B3: numbers that JSON loses', () => {
  it('never reach the client as numbers: every digit comes back', async () => {
    const texts = [
      '{"big":9007199254740993}',
      '{"big":123456789012345678901234567890}',
      '{ "spaced" : 1.0 }',
      '"text"',
      'no json',
    ];
    const request = appendOf({ events: texts.map((data) => ({ ...fact(0), data })) });
    tipOf(await store.append(request));
    const { tail } = await store.load(request.streamId);
    expect(tail.map((each) => each.data)).toEqual(texts);
    expect(verifyChain(await store.readStream(request.streamId, 0, 100)).kind).toBe('intact');
  });

  it('keep their digits beside command and names as well', async () => {
    const request = appendOf({ events: [{ ...fact(0), data: '{"big":9007199254740993}' }], command: accepted() });
    tipOf(await store.append(request));
    expect((await store.load(request.streamId)).tail[0]?.data).toBe('{"big":9007199254740993}');
  });

  it('are refused at once when a caller hands over a BigInt instead of text', async () => {
    const data = { big: 1n } as unknown as string;
    await expect(store.append(appendOf({ events: [{ ...fact(0), data }] }))).rejects.toThrow(TypeError);
  });
});

describe('B4: a conflict whose revision the client makes up', () => {
  it('is a conflict all the same, and the next append finds the true revision', async () => {
    const lenient = await KurrentDbEventStore.open({ url: `${double.url}&throwOnAppendFailure=false`, patience });
    const request = appendOf({ events: facts(3) });
    const tip = tipOf(await store.append(request));
    expect(await lenient.append({ ...request, events: facts(1) })).toEqual({ kind: 'conflict' });
    expect(tipOf(await lenient.append({ ...request, expected: tip, events: facts(1) })).revision).toBe(3);
    await lenient.close();
  });
});

describe('B7: the first question, which has no deadline', () => {
  it('keeps the bare client waiting', async () => {
    double.faults.featureDelayMs = 60_000;
    expect(await bare((client) => client.appendToStream('x-1', [record], { deadline: 100 }))).toBe('never settled');
  });

  it('ends the start after the time granted', async () => {
    double.faults.featureDelayMs = 600_000;
    const opening = KurrentDbEventStore.open({ url: double.url, patience: { ...patience, startMs: 200 } });
    await expect(opening).rejects.toThrow(StoreUnavailable);
  });

  it('does not hold appends for ever either, when it is asked again after the connection broke', async () => {
    const request = appendOf({ command: accepted() });
    double.faults.featureDelayMs = 60_000;
    double.faults.plan('unavailable', 'account-');
    await expect(store.append(request)).rejects.toThrow(StoreUnavailable);
    double.faults.clear();
    tipOf(await store.append(request));
  });
});

describe('B9: a connection that breaks while many appends are under way', () => {
  it('takes no process down, and loses nothing', async () => {
    const requests = Array.from({ length: 120 }, (_, index) =>
      appendOf({ events: facts(3), ...(index % 2 === 0 ? { command: accepted() } : {}) }),
    );
    // A call begun on a channel that the client is about to close may stay without any answer: our own limit ends it.
    const settings = { url: double.url, patience: { ...patience, appendMs: 5_000, readMs: 60_000 } };
    const patient = await KurrentDbEventStore.open(settings);
    double.faults.plan('unavailable-after', requests[31]?.streamId);
    double.faults.plan('not-leader', requests[75]?.streamId);
    for (const outcome of await Promise.all(requests.map((each) => patient.append(each)))) tipOf(outcome);
    for (const each of requests) expect(await lengthOf(each)).toBe(3);
    await patient.close();
  });

  it('leaves nothing undecided when the whole server goes and comes back', async () => {
    const requests = Array.from({ length: 60 }, () => appendOf({ events: facts(3), command: accepted() }));
    const appends = Promise.allSettled(requests.map((each) => store.append(each)));
    await double.restart(30);
    await appends;
    /** As a till asks again that was told 503. */
    const atLast = (each: AppendRequest): Promise<AppendOutcome> =>
      store.append(each).catch((error: unknown) => {
        if (error instanceof StoreUnavailable) return atLast(each);
        throw error;
      });
    for (const each of requests) {
      const outcome = await atLast(each);
      expect(['appended', 'duplicate-command']).toContain(outcome.kind);
      expect(await lengthOf(each)).toBe(3);
    }
  });

  it('answers one of two replies to an append', async () => {
    const requests = [appendOf({ events: facts(2) }), appendOf({ command: accepted() })];
    for (const each of requests) double.faults.plan('twice', each.streamId);
    for (const each of requests) tipOf(await store.append(each));
    for (const each of requests) expect(await lengthOf(each)).toBe(each.events.length);
  });
});
