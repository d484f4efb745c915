import type { EventStore } from '#libs/platform/event-store/event-store';
import { comparePositions, emptyStream, logStart } from '#libs/platform/event-store/event-store';
import { verifyChain } from '#libs/platform/event-store/hash-chain';
import {
  accepted,
  appendOf,
  facts,
  folded,
  pagesOf,
  readToEnd,
  settledHead,
  withoutHash,
  someStream,
  tipOf,
} from './event-store.fixtures';

/** Streams, with and without snapshot. */
export const loadingContract = (store: () => EventStore): void => {
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
    for (const [index, { tip, tail }] of loaded.entries()) {
      const whole = await store().readStream(requests[index]?.streamId ?? '', 0, 10);
      expect(tail).toMatchObject(whole.map(folded));
      expect(tail).toHaveLength(whole.length);
      expect(tip).toEqual({ revision: whole.at(-1)?.revision, hash: whole.at(-1)?.hash });
    }
  });

  it.each(['a\u0000', 'a\ud800', '\udc00b'])('has nothing under the name %j, which no log holds', async (part) => {
    const [there, name] = [someStream(), someStream()];
    const [streamId, claim, key] = [`account-${part}`, name + part, name + part];
    // What a name with half a character becomes as UTF-8.
    const lookAlike = (text: string): string => Buffer.from(text).toString();
    const command = accepted(name);
    tipOf(await store().append(appendOf({ streamId: there, claims: [name], command })));
    if (!part.includes('\u0000'))
      await store().append(appendOf({ claims: [lookAlike(claim)], command: { ...command, key: lookAlike(key) } }));
    const [loaded, absent, page, nothing, found, none, claims] = await Promise.all([
      ...[store().load(there), store().load(streamId)],
      ...[store().readStream(there, 0, 1), store().readStream(streamId, 0, 1)],
      ...[store().findCommand(command.credential, command.key), store().findCommand(command.credential, key)],
      store().findClaims([name, claim]),
    ]);
    expect([loaded, absent]).toMatchObject([{ tip: { revision: 0 } }, { tip: emptyStream, tail: [] }]);
    expect([page, nothing]).toMatchObject([{ length: 1 }, []]);
    expect([found, none]).toEqual([command, undefined]);
    expect([...(claims as ReadonlyMap<string, unknown>).keys()]).toEqual([name]);
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

/** The log as a whole, and the call back after appends. */
export const readingContract = (store: () => EventStore): void => {
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
        const own = await store().readStream(streamId, 0, 10);
        expect(verifyChain(own).kind).toBe('intact');
        expect(read.filter((each) => each.streamId === streamId)).toMatchObject(own.map(withoutHash));
      }
    }
  });

  it('hands the log over in pages, each as it would be read by itself, up to the end', async () => {
    const start = await settledHead(store());
    for (let index = 0; index < 3; index += 1) await store().append(appendOf({ events: facts(5) }));
    const whole = await readToEnd(store(), start, 15);
    for (const limit of [1, 4, 5, 15, 1_000]) {
      const pages = await pagesOf(store().pages(start, limit));
      expect(pages.map(({ length }) => length)).toEqual(
        Array.from({ length: Math.ceil(15 / limit) }, (_, index) => Math.min(limit, 15 - index * limit)),
      );
      expect(pages.flat()).toMatchObject(whole.map(withoutHash));
    }
    expect(await pagesOf(store().pages(whole.at(-1) ?? start, 4))).toEqual([]);
  });

  it('lets whoever reads pages stop before the end', async () => {
    const start = await settledHead(store());
    await store().append(appendOf({ events: facts(6) }));
    await readToEnd(store(), start, 6);
    for await (const page of store().pages(start, 2)) {
      expect(page).toHaveLength(2);
      break;
    }
    const again = await pagesOf(store().pages(start, 4));
    expect(again.map(({ length }) => length)).toEqual([4, 2]);
  });

  it('has its head at the last event that can be read', async () => {
    const head = await settledHead(store());
    expect(await store().readAll(head, 10)).toEqual([]);
    await store().append(appendOf());
    const [event, ...more] = await readToEnd(store(), head, 1);
    expect(more).toEqual([]);
    expect(await store().head()).toEqual({ xid: event?.xid, position: event?.position });
  });

  it('knows its latest event at once, whether it can be read yet or not', async () => {
    const head = await settledHead(store());
    await store().append(appendOf());
    const latest = await store().latest();
    const [event] = await readToEnd(store(), head, 1);
    expect(latest).toEqual({ xid: event?.xid, position: event?.position });
  });

  it('gives the same event whichever way it is read', async () => {
    const start = await settledHead(store());
    const request = appendOf({ events: facts(2) });
    await store().append(request);
    const all = await readToEnd(store(), start, 2);
    expect((await store().readStream(request.streamId, 0, 10)).map(withoutHash)).toEqual(all.map(withoutHash));
    expect((await store().load(request.streamId)).tail.map(folded)).toEqual(all.map(folded));
  });

  it('calls back after appends until told not to', async () => {
    let calls = 0;
    const stop = store().onAppended(() => void calls++);
    const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));
    await pause();
    const before = calls;
    await store().append(appendOf());
    while (calls === before) await pause();
    stop();
    const after = calls;
    await store().append(appendOf());
    await pause();
    expect(calls).toBe(after);
  });
};
