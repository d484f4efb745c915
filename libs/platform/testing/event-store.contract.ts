import type { AppendRequest, EventStore } from '#libs/platform/event-store/event-store';
import { comparePositions, emptyStream, logStart } from '#libs/platform/event-store/event-store';
import { tipAfter, verifyChain } from '#libs/platform/event-store/hash-chain';
import { accepted, appendOf, fact, facts, readToEnd, recorded, settledHead, someStream, tipOf } from './event-store.fixtures';

type Store = () => EventStore;

const kinds = (outcomes: readonly { kind: string }[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of outcomes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

const appending = (store: Store): void => {
  it('keeps events as they were given, in order, from revision 0 on', async () => {
    const request = appendOf({ events: facts(3) });
    const tip = tipOf(await store().append(request));
    const events = await store().readStream(request.streamId, 0, 10);
    expect(tip.revision).toBe(2);
    expect(tip.hash).toBe(events.at(-1)?.hash);
    expect(events.map((each) => each.revision)).toEqual([0, 1, 2]);
    events.forEach((stored, index) =>
      expect(stored).toMatchObject({ ...request.events[index], streamId: request.streamId, recordedAt: recorded }),
    );
  });

  it('goes on at the tip of the append before', async () => {
    const streamId = someStream();
    const first = tipOf(await store().append(appendOf({ streamId, events: facts(2) })));
    const second = tipOf(await store().append(appendOf({ streamId, expected: first, events: facts(2) })));
    expect(second.revision).toBe(3);
    expect((await store().load(streamId)).tip).toEqual(second);
  });

  it.each([
    ['before the stream exists', 0, { revision: 4, hash: 'ab' }],
    ['behind the tip', 3, { revision: 0, hash: 'ab' }],
    ['ahead of the tip', 3, { revision: 7, hash: 'ab' }],
    ['at a new stream that exists already', 3, emptyStream],
    ['at the right revision of another history', 3, { revision: 2, hash: 'ab' }],
  ])('conflicts %s, and changes nothing', async (_, present, expected) => {
    const streamId = someStream();
    if (present > 0) await store().append(appendOf({ streamId, events: facts(present) }));
    const command = accepted();
    const outcome = await store().append(appendOf({ streamId, expected, command, claims: [`ticket:${streamId}`] }));
    expect(outcome).toEqual({ kind: 'conflict' });
    expect((await store().load(streamId)).tail).toHaveLength(present);
    expect(await store().findCommand(command.credential, command.key)).toBeUndefined();
    expect((await store().findClaims([`ticket:${streamId}`])).size).toBe(0);
  });

  it('fails only the conflicting append of those made together', async () => {
    const streamId = someStream();
    await store().append(appendOf({ streamId, events: facts(1) }));
    const good = Array.from({ length: 20 }, () => appendOf());
    const bad = appendOf({ streamId, events: facts(1) });
    const outcomes = await Promise.all(
      [...good.slice(0, 10), bad, ...good.slice(10)].map((each) => store().append(each)),
    );
    expect(kinds(outcomes)).toEqual({ appended: 20, conflict: 1 });
    expect(outcomes[10]).toEqual({ kind: 'conflict' });
  });

  it('lets one of many parallel appends to one stream win', async () => {
    const streamId = someStream();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, mark) => store().append(appendOf({ streamId, events: [fact(mark)] }))),
    );
    expect(kinds(outcomes)).toEqual({ appended: 1, conflict: 49 });
    expect((await store().load(streamId)).tail).toHaveLength(1);
  });

  it('gets fifty writers of one stream through when each retries', async () => {
    const streamId = someStream();
    const write = async (mark: number): Promise<void> => {
      for (;;) {
        const { tip } = await store().load(streamId);
        const outcome = await store().append(appendOf({ streamId, expected: tip, events: [fact(mark)] }));
        if (outcome.kind === 'appended') return;
      }
    };
    await Promise.all(Array.from({ length: 50 }, (_, mark) => write(mark)));
    const events = await store().readStream(streamId, 0, 100);
    expect(new Set(events.map((each) => each.data)).size).toBe(50);
    expect(verifyChain(events).kind).toBe('intact');
  });

  it('rejects what no log can hold, and keeps what came with it', async () => {
    const good = [appendOf(), appendOf()];
    const bad = appendOf({ streamId: 'account-\u0000' });
    const [first, refused, second] = await Promise.allSettled(
      [good[0], bad, good[1]].map(async (each) => store().append(each as AppendRequest)),
    );
    expect(refused?.status).toBe('rejected');
    expect([first?.status, second?.status]).toEqual(['fulfilled', 'fulfilled']);
  });
};

const chaining = (store: Store): void => {
  it('takes appends to one stream that follow on from each other, made together', async () => {
    const streamId = someStream();
    const requests: AppendRequest[] = [];
    let expected = emptyStream;
    for (let mark = 0; mark < 20; mark++) {
      const request = appendOf({ streamId, expected, events: [fact(mark), fact(mark)], command: accepted() });
      requests.push(request);
      expected = tipAfter(request);
    }
    const outcomes = await Promise.all(requests.map((each) => store().append(each)));
    expect(kinds(outcomes)).toEqual({ appended: 20 });
    const events = await store().readStream(streamId, 0, 100);
    expect(verifyChain(events)).toEqual({ kind: 'intact', tip: expected });
    expect(events.map((each) => (JSON.parse(each.data) as { mark: number }).mark)).toEqual(
      Array.from({ length: 40 }, (_, index) => index >> 1),
    );
  });

  it('conflicts those that followed on from an append that was refused', async () => {
    const streamId = someStream();
    const known = accepted();
    await store().append(appendOf({ command: known }));
    const first = appendOf({ streamId, command: known });
    const second = appendOf({ streamId, expected: tipAfter(first) });
    const outcomes = await Promise.all([first, second, appendOf()].map((each) => store().append(each)));
    expect(outcomes.map((each) => each.kind)).toEqual(['duplicate-command', 'conflict', 'appended']);
    expect((await store().load(streamId)).tip).toEqual(emptyStream);
  });
};

const idempotency = (store: Store): void => {
  it('answers a known command with what it was answered then, ahead of any conflict', async () => {
    const streamId = someStream();
    const command = accepted('k-1' + streamId, '{"points":5}');
    await store().append(appendOf({ streamId, command }));
    const again = await store().append(
      appendOf({ streamId, command: { ...command, requestHash: 'other', answer: '{}' } }),
    );
    expect(again).toEqual({ kind: 'duplicate-command', command });
    expect(await store().findCommand(command.credential, command.key)).toEqual(command);
    expect((await store().load(streamId)).tail).toHaveLength(1);
  });

  it('keeps keys of different credentials apart', async () => {
    const command = accepted();
    await store().append(appendOf({ command }));
    const other = await store().append(appendOf({ command: { ...command, credential: 'till-8' } }));
    expect(other.kind).toBe('appended');
  });

  it.each(['one stream', 'fifty streams'])('lets one of fifty with the same key through, on %s', async (where) => {
    const streamId = someStream();
    const command = accepted();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, mark) =>
        store().append(appendOf({ ...(where === 'one stream' ? { streamId } : {}), events: [fact(mark)], command })),
      ),
    );
    expect(kinds(outcomes)).toEqual({ appended: 1, 'duplicate-command': 49 });
    for (const outcome of outcomes) if (outcome.kind === 'duplicate-command') expect(outcome.command).toEqual(command);
  });

  it('keeps the others of those made together when some keys are known', async () => {
    const known = Array.from({ length: 5 }, () => accepted());
    await Promise.all(known.map((command) => store().append(appendOf({ command }))));
    const mixed = Array.from({ length: 25 }, (_, index) => appendOf({ command: known[index] ?? accepted() }));
    const outcomes = await Promise.all(mixed.map((each) => store().append(each)));
    expect(kinds(outcomes)).toEqual({ 'duplicate-command': 5, appended: 20 });
    for (const { streamId } of mixed.slice(0, 5)) expect((await store().load(streamId)).tip).toEqual(emptyStream);
    for (const { streamId } of mixed.slice(5)) expect((await store().load(streamId)).tip.revision).toBe(0);
  });

  it('records a command that changed nothing, if the stream is where it is expected', async () => {
    const streamId = someStream();
    const onNothing = accepted();
    expect(await store().append(appendOf({ streamId, events: [], command: onNothing }))).toEqual({
      kind: 'appended',
      tip: emptyStream,
    });
    const tip = tipOf(await store().append(appendOf({ streamId })));
    const onSomething = accepted();
    expect(await store().append(appendOf({ streamId, expected: tip, events: [], command: onSomething }))).toEqual({
      kind: 'appended',
      tip,
    });
    expect(await store().append(appendOf({ streamId, events: [], command: accepted() }))).toEqual({ kind: 'conflict' });
    expect((await store().append(appendOf({ events: [], command: onSomething }))).kind).toBe('duplicate-command');
    expect((await store().load(streamId)).tail).toHaveLength(1);
  });
};

const claiming = (store: Store): void => {
  it('grants a name to one stream and says who holds it', async () => {
    const [name, other] = [`ticket:${someStream()}`, `phone:${someStream()}`];
    const holder = appendOf({ events: facts(2), claims: [name, other] });
    await store().append(holder);
    const by = { streamId: holder.streamId, revision: 1 };
    const command = accepted();
    const rival = appendOf({ claims: [name], command });
    expect(await store().append(rival)).toEqual({ kind: 'claim-taken', name, by });
    expect((await store().load(rival.streamId)).tip).toEqual(emptyStream);
    expect(await store().findCommand(command.credential, command.key)).toBeUndefined();
    expect(await store().findClaims([name, other, 'ticket:nobody'])).toEqual(
      new Map([
        [name, by],
        [other, by],
      ]),
    );
  });

  it('refuses a name to the very stream that holds it', async () => {
    const name = `ticket:${someStream()}`;
    const request = appendOf({ claims: [name] });
    const tip = tipOf(await store().append(request));
    const again = await store().append({ ...request, expected: tip, events: facts(1) });
    expect(again).toEqual({ kind: 'claim-taken', name, by: { streamId: request.streamId, revision: 0 } });
    const withRelease = await store().append({ ...request, expected: tip, events: facts(1), releases: [name] });
    expect(withRelease.kind).toBe('claim-taken');
  });

  it('grants a name to one of many that ask together', async () => {
    const name = `ticket:${someStream()}`;
    const requests = Array.from({ length: 30 }, (_, index) => appendOf(index % 3 === 0 ? {} : { claims: [name] }));
    const outcomes = await Promise.all(requests.map((each) => store().append(each)));
    expect(kinds(outcomes)).toEqual({ appended: 11, 'claim-taken': 19 });
    const winner = requests.find((each, index) => each.claims !== undefined && outcomes[index]?.kind === 'appended');
    expect((await store().findClaims([name])).get(name)?.streamId).toBe(winner?.streamId);
  });

  it('gives a released name to the next who asks; only its holder can release it', async () => {
    const name = `phone:${someStream()}`;
    const holder = appendOf({ claims: [name] });
    const tip = tipOf(await store().append(holder));
    await store().append(appendOf({ releases: [name] }));
    expect((await store().findClaims([name])).get(name)?.streamId).toBe(holder.streamId);
    await store().append({ ...holder, expected: tip, events: facts(1), claims: [], releases: [name] });
    expect((await store().findClaims([name])).size).toBe(0);
    expect((await store().append(appendOf({ claims: [name] }))).kind).toBe('appended');
  });

  it('reports a conflict rather than a taken name when both hold', async () => {
    const name = `ticket:${someStream()}`;
    const holder = appendOf({ claims: [name] });
    await store().append(holder);
    const stale = { ...holder, events: facts(1) };
    expect((await store().append(stale)).kind).toBe('conflict');
    const together = await Promise.all([stale, appendOf({ claims: [name] })].map((each) => store().append(each)));
    expect(together.map((each) => each.kind)).toEqual(['conflict', 'claim-taken']);
  });
};

const loading = (store: Store): void => {
  it('answers an unknown stream as one without events', async () => {
    expect(await store().load(someStream(), 1)).toEqual({ tip: emptyStream, tail: [] });
    expect(await store().readStream(someStream(), 0, 10)).toEqual([]);
  });

  it('loads the latest snapshot and only what came after it', async () => {
    const streamId = someStream();
    const old = { foldVersion: 2, revision: 1, state: '{"points":2}' };
    const snapshot = { foldVersion: 2, revision: 3, state: '{"points":4}' };
    let tip = tipOf(await store().append(appendOf({ streamId, events: facts(2), snapshot: old })));
    tip = tipOf(await store().append(appendOf({ streamId, expected: tip, events: facts(2), snapshot })));
    expect(await store().load(streamId, 2)).toEqual({ tip, snapshot, tail: [] });
    tip = tipOf(await store().append(appendOf({ streamId, expected: tip, events: facts(3) })));
    const loaded = await store().load(streamId, 2);
    expect(loaded).toMatchObject({ tip, snapshot });
    expect(loaded.tail.map((each) => each.revision)).toEqual([4, 5, 6]);
    expect(await store().load(streamId)).toEqual(loaded);
  });

  it('reads the whole stream when the snapshot is of another fold', async () => {
    const streamId = someStream();
    const snapshot = { foldVersion: 2, revision: 2, state: '{}' };
    const tip = tipOf(await store().append(appendOf({ streamId, events: facts(3), snapshot })));
    const loaded = await store().load(streamId, 3);
    expect(loaded.snapshot).toBeUndefined();
    expect(loaded.tip).toEqual(tip);
    expect(loaded.tail.map((each) => each.revision)).toEqual([0, 1, 2]);
  });

  it('loads many streams at once, each as it is', async () => {
    const requests = Array.from({ length: 40 }, (_, index) => appendOf({ events: facts((index % 4) + 1) }));
    await Promise.all(requests.map((each) => store().append(each)));
    const loaded = await Promise.all(requests.map((each) => store().load(each.streamId, 1)));
    loaded.forEach((stream, index) => {
      expect(stream.tail.map((each) => each.data)).toEqual(requests[index]?.events.map((each) => each.data));
      expect(stream.tip.hash).toBe(stream.tail.at(-1)?.hash);
    });
  });

  it('reads a part of a stream', async () => {
    const request = appendOf({ events: facts(10) });
    await store().append(request);
    const revisions = async (from: number, limit: number): Promise<number[]> =>
      (await store().readStream(request.streamId, from, limit)).map((each) => each.revision);
    expect(await revisions(4, 3)).toEqual([4, 5, 6]);
    expect(await revisions(8, 5)).toEqual([8, 9]);
    expect(await revisions(10, 5)).toEqual([]);
  });
};

const readingAll = (store: Store): void => {
  it('delivers every event once, in order, whatever the page size', async () => {
    const start = await settledHead(store());
    const requests = Array.from({ length: 12 }, () => appendOf({ events: facts(5) }));
    await Promise.all(requests.map((each) => store().append(each)));
    const ids = requests.flatMap((each) => each.events.map((event) => event.eventId)).sort();
    for (const limit of [1, 2, 7, 1000]) {
      const read = await readToEnd(store(), start, ids.length, limit);
      expect(read.map((each) => each.eventId).sort()).toEqual(ids);
      read.slice(1).forEach((event, index) => expect(comparePositions(read[index] ?? logStart, event)).toBeLessThan(0));
      for (const { streamId } of requests) {
        const own = read.filter((each) => each.streamId === streamId);
        expect(verifyChain(own).kind).toBe('intact');
      }
    }
  });

  it('has its head at the last event that can be read', async () => {
    const head = await settledHead(store());
    expect(await store().readAll(head, 10)).toEqual([]);
    await store().append(appendOf());
    const [event, ...more] = await readToEnd(store(), head, 1);
    expect(more).toEqual([]);
    expect(await store().head()).toEqual({ xid: event?.xid, position: event?.position });
  });

  it('gives the same event whichever way it is read', async () => {
    const start = await settledHead(store());
    const request = appendOf({ events: facts(2) });
    await store().append(request);
    const all = await readToEnd(store(), start, 2);
    expect(await store().readStream(request.streamId, 0, 10)).toEqual(all);
    expect((await store().load(request.streamId)).tail).toEqual(all);
  });

  it('calls back after appends until told not to', async () => {
    let calls = 0;
    const stop = store().onAppended(() => void calls++);
    const heard = async (): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return calls;
    };
    const before = await heard();
    await store().append(appendOf());
    expect(await heard()).toBeGreaterThan(before);
    stop();
    const after = await heard();
    await store().append(appendOf());
    expect(await heard()).toBe(after);
  });
};

/**
 * What every adapter of the event-store port must do, as a suite to be run against it.
 *
 * @param name the adapter, for the report
 * @param store the adapter under test; asked for anew in every test
 */
export const eventStoreContract = (name: string, store: Store): void => {
  describe(`${name}: appending`, () => appending(store));
  describe(`${name}: appends that follow on`, () => chaining(store));
  describe(`${name}: idempotency`, () => idempotency(store));
  describe(`${name}: claims`, () => claiming(store));
  describe(`${name}: loading`, () => loading(store));
  describe(`${name}: reading the log`, () => readingAll(store));
};
