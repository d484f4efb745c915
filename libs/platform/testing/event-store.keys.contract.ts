import type { EventStore } from '#libs/platform/event-store/event-store';
import { emptyStream } from '#libs/platform/event-store/event-store';
import { accepted, appendOf, fact, facts, kinds, someStream, tipOf } from './event-store.fixtures';

/** Commands that are told twice. */
export const idempotencyContract = (store: () => EventStore): void => {
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

/** Names that are unique across streams. */
export const claimingContract = (store: () => EventStore): void => {
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
