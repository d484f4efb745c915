import { CachedCommandRunner } from './cached-command-runner';
import { TooBusy } from './command-runner';
import { answered, runnerFixture as fixture, smallSettings } from './testing/runner-fixture';
import { onTab, tabs } from './testing/tab';

describe('a command', () => {
  it('appends its facts and answers from the state after them', async () => {
    const { runner, log } = fixture();
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 7 }))).toEqual(
      answered({ balance: 7, revision: 0, facts: 1 }),
    );
    const [stored] = await log.readStream('tab-A', 0, 10);
    expect(stored).toMatchObject({
      type: 'TabPut',
      schemaVersion: 2,
      data: '{"amount":7}',
      occurredAt: 1_000,
      recordedAt: 5_000,
    });
  });

  it('reads nothing once its stream is known', async () => {
    const { runner, store } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k1'));
    const before = store.reads;
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k2'));
    expect([store.reads - before, store.appends]).toEqual([0, 2]);
  });

  it('is refused without leaving a trace', async () => {
    const { runner, log } = fixture();
    const refusal = { kind: 'refused', reason: 'too-much', detail: 'Only 0 is on the tab.' };
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 1 }, 'k'))).toEqual(refusal);
    expect(await log.findCommand('till-1', 'k')).toBeUndefined();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 1 }, 'k'))).toMatchObject({ kind: 'answered' });
  });

  it('asks for its context with the state it is decided on', async () => {
    const { runner, log } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }));
    await runner.execute({
      ...onTab('A', { kind: 'put', amount: 1 }),
      context: (state) => Promise.resolve(state.balance),
    });
    expect((await log.readStream('tab-A', 1, 1))[0]?.occurredAt).toBe(7);
  });

  it('stores who caused it and gives names back', async () => {
    const { runner, log } = fixture();
    await runner.execute({ ...onTab('A', { kind: 'put', amount: 1, note: 'n' }), meta: { actor: 'till-7' } });
    expect((await log.readStream('tab-A', 0, 1))[0]?.meta).toBe('{"actor":"till-7"}');
    const meta = ({ at }: { readonly at: number }) => ({ at: String(at) });
    await runner.execute({ ...onTab('A', { kind: 'put', amount: 1, times: 2 }), meta });
    expect((await log.readStream('tab-A', 1, 2)).map((each) => each.meta)).toEqual(['{"at":"1000"}', '{"at":"1000"}']);
    await runner.execute({ ...onTab('A', { kind: 'put', amount: 1 }), releases: ['note:n'] });
    expect((await log.findClaims(['note:n'])).size).toBe(0);
  });
});

describe('a repeated key', () => {
  it('gets the first answer again, byte for byte, and appends nothing', async () => {
    const { runner, log } = fixture();
    const first = await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'));
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'))).toEqual({ ...first, replayed: true });
    expect(await log.readStream('tab-A', 0, 10)).toHaveLength(2);
  });

  it('gets it even where the request would be refused by now', async () => {
    const { runner } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }));
    const first = await runner.execute(onTab('A', { kind: 'pay', amount: 7 }, 'k'));
    expect(await runner.execute(onTab('A', { kind: 'pay', amount: 7 }, 'k'))).toEqual({ ...first, replayed: true });
  });

  it('gets the first answer of a request that needed no facts', async () => {
    const { runner } = fixture();
    const first = await runner.execute(onTab('A', { kind: 'look' }, 'k'));
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }));
    expect(first).toEqual(answered({ balance: 0, revision: -1, facts: 0 }));
    expect(await runner.execute(onTab('A', { kind: 'look' }, 'k'))).toEqual({ ...first, replayed: true });
  });

  it('is a mismatch with another request, on this stream or another', async () => {
    const { runner, log } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'));
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 8 }, 'k'))).toEqual({ kind: 'idempotency-mismatch' });
    expect(await runner.execute(onTab('B', { kind: 'put', amount: 7 }, 'k'))).toEqual({ kind: 'idempotency-mismatch' });
    expect(await runner.execute(onTab('B', { kind: 'pay', amount: 7 }, 'k'))).toEqual({ kind: 'idempotency-mismatch' });
    expect(await log.readStream('tab-B', 0, 10)).toHaveLength(0);
  });

  it('sent many times at once has one effect and one answer', async () => {
    const { runner, log } = fixture();
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => runner.execute(onTab('A', { kind: 'put', amount: 7 }, 'k'))),
    );
    expect(new Set(outcomes.map((outcome) => outcome.kind === 'answered' && outcome.body)).size).toBe(1);
    expect(await log.readStream('tab-A', 0, 10)).toHaveLength(1);
  });
});

describe('a name taken', () => {
  it('by another stream is answered with its holder', async () => {
    const { runner } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 7, note: 'n' }));
    expect(await runner.execute(onTab('B', { kind: 'put', amount: 7, note: 'n' }, 'k'))).toEqual({
      kind: 'claim-taken',
      name: 'note:n',
      streamId: 'tab-A',
      revision: 0,
    });
  });

  it('by this stream through another process is decided again', async () => {
    const { runner, store, clock } = fixture();
    await runner.execute(onTab('A', { kind: 'put', amount: 1 }));
    await new CachedCommandRunner(store, clock, smallSettings).execute(
      onTab('A', { kind: 'put', amount: 7, note: 'n' }),
    );
    expect(await runner.execute(onTab('A', { kind: 'put', amount: 7, note: 'n' }))).toEqual(
      answered({ balance: 8, revision: 1, facts: 0 }),
    );
  });
});

describe('waiting', () => {
  it('256 commands wait for one stream, more are turned away at once, other streams are not concerned', async () => {
    const { runner } = fixture();
    const crowd = Array.from({ length: 257 }, () => runner.execute(onTab('A', { kind: 'put', amount: 1 })));
    await expect(runner.execute(onTab('A', { kind: 'put', amount: 1 }))).rejects.toBeInstanceOf(TooBusy);
    expect(await runner.execute(onTab('B', { kind: 'put', amount: 1 }))).toMatchObject({ kind: 'answered' });
    await Promise.all(crowd);
    expect((await runner.current(tabs, 'A')).state.balance).toBe(257);
    expect(runner.inFlight).toBe(0);
  });
});
