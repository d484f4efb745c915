import type { AppendRequest, EventStore } from '#libs/platform/event-store/event-store';
import { emptyStream } from '#libs/platform/event-store/event-store';
import { verifyChain } from '#libs/platform/event-store/hash-chain';
import { accepted, appendOf, fact, facts, kinds, recorded, someStream, tipOf, tipAfter } from './event-store.fixtures';

/** Appends, conflicts, and that either is whole. */
export const appendingContract = (store: () => EventStore): void => {
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
  }, 360_000);

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

/** Appends made together that follow on from each other. */
export const followingContract = (store: () => EventStore): void => {
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
