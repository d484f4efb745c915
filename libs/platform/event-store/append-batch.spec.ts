import fc from 'fast-check';
import { accepted, appendOf, fact, facts, someStream } from '#libs/platform/testing/event-store.fixtures';
import {
  commandId,
  endOf,
  judge,
  planBatch,
  waitingFor,
  type Batch,
  type Knowledge,
  type Waiting,
} from './append-batch';
import { emptyStream, type AppendRequest } from './event-store';

const limits = { appends: 256, events: 4096, size: 1_000_000 };
const waits = (request: AppendRequest): Waiting =>
  waitingFor(request, { resolve: () => undefined, reject: () => undefined });
const plan = (requests: readonly AppendRequest[], most = limits): Batch => planBatch(requests.map(waits), most);
const takenBy = ({ moves }: Batch): AppendRequest[] =>
  moves.flatMap((move) => move.appends.map((each) => each.request));

describe('planning a batch', () => {
  it('takes appends to different streams together, each a move of its own', () => {
    const requests = [appendOf(), appendOf(), appendOf()];
    const batch = plan(requests);
    expect(batch.moves.map((move) => move.streamId)).toEqual(requests.map((each) => each.streamId));
    expect(batch).toMatchObject({ size: 3, left: [], stoodBack: [] });
  });

  it('makes one move of appends that follow on from each other', () => {
    const streamId = someStream();
    const first = waits(appendOf({ streamId, events: facts(2) }));
    const second = waits(appendOf({ streamId, expected: first.tip, events: facts(3) }));
    const [move] = planBatch([first, second], limits).moves;
    expect(move).toMatchObject({ streamId, expected: emptyStream, appends: [first, second] });
    expect(move === undefined ? undefined : endOf(move)).toEqual({ revision: 4, hash: second.tip.hash });
  });

  it.each<[string, Partial<AppendRequest>, Partial<AppendRequest>]>([
    ['start from the same revision of a stream', { streamId: 'account-1' }, { streamId: 'account-1' }],
    ['carry the same command', { command: accepted('k') }, { command: accepted('k') }],
    ['claim the same name', { claims: ['ticket:1'] }, { claims: ['ticket:1', 'ticket:2'] }],
    ['claim and give back a name', { claims: ['ticket:1'] }, { releases: ['ticket:1'] }],
    ['give back and claim a name', { releases: ['ticket:1'] }, { claims: ['ticket:1'] }],
  ])('keeps the second of two back that %s', (_, one, other) => {
    const requests = [appendOf(one), appendOf(other), appendOf()];
    const batch = plan(requests);
    expect(takenBy(batch)).toEqual([requests[0], requests[2]]);
    expect(batch.left.map((each) => each.request)).toEqual([requests[1]]);
    expect(batch.stoodBack).toEqual(batch.left);
  });

  it('keeps the same key of another credential in, and a name apart from a key', () => {
    const requests = [
      appendOf({ command: accepted('k') }),
      appendOf({ command: { ...accepted('k'), credential: 'till-8' } }),
      appendOf({ claims: ['k'] }),
    ];
    expect(plan(requests).size).toBe(3);
  });

  it('leaves what is too much for the next batch, in order', () => {
    const requests = Array.from({ length: 10 }, () => appendOf({ events: facts(3) }));
    expect(plan(requests, { ...limits, appends: 4 }).left.map((each) => each.request)).toEqual(requests.slice(4));
    expect(plan(requests, { ...limits, events: 7 }).size).toBe(3);
  });

  it('takes an append that is larger than any batch should be', () => {
    expect(plan([appendOf({ events: facts(20) })], { ...limits, events: 7 }).size).toBe(1);
    expect(plan([appendOf()], { ...limits, size: 1 }).size).toBe(1);
  });

  it.each<[string, () => Partial<AppendRequest>]>([
    ['data', () => ({ events: [{ ...fact(0), data: 'y'.repeat(1_000) }] })],
    ['meta', () => ({ events: [{ ...fact(0), meta: 'y'.repeat(1_000) }] })],
    ['answers', () => ({ command: accepted(undefined, 'y'.repeat(1_000)) })],
    ['snapshots', () => ({ snapshot: { foldVersion: 1, revision: 0, state: 'y'.repeat(1_000) } })],
  ])('leaves large %s for the next batch', (_, partsOf) => {
    const requests = Array.from({ length: 10 }, () => appendOf(partsOf()));
    const batch = plan(requests, { ...limits, size: 3_001 });
    expect(batch).toMatchObject({ size: 3, stoodBack: [] });
    expect(batch.left.map((each) => each.request)).toEqual(requests.slice(3));
  });

  it('loses none, repeats none, takes at least one, and never moves a stream or writes a name or key twice', () => {
    const few = (prefix: string) => fc.integer({ min: 0, max: 3 }).map((number) => `${prefix}${number}`);
    const request = fc
      .record({ stream: few('account-'), names: fc.uniqueArray(few('name-'), { maxLength: 2 }), key: few('key-') })
      .map(({ stream, names, key }) => appendOf({ streamId: stream, claims: names, command: accepted(key) }));
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 30 }), (requests) => {
        const queue = requests.map(waits);
        const batch = planBatch(queue, limits);
        const taken = batch.moves.flatMap((move) => move.appends);
        expect(taken.length).toBeGreaterThan(0);
        expect(new Set([...taken, ...batch.left])).toEqual(new Set(queue));
        expect(taken.length + batch.left.length).toBe(queue.length);
        expect(batch.left).toEqual(queue.filter((each) => !taken.includes(each)));
        const written = taken.flatMap(({ request: { command, claims } }) => [commandId(command!), ...(claims ?? [])]);
        expect(new Set(written).size).toBe(written.length);
        expect(new Set(batch.moves.map((move) => move.streamId)).size).toBe(batch.moves.length);
      }),
    );
  });
});

describe('judging what could not be written', () => {
  const nothing: Knowledge = { commands: new Map(), claims: new Map(), tips: new Map() };
  const command = accepted('k');
  const holder = { streamId: 'account-9', revision: 3 };
  const outcomeOf = (request: AppendRequest, known: Partial<Knowledge>): unknown => {
    const waiting = waits(request);
    return judge([waiting], { ...nothing, ...known }).get(waiting);
  };

  it('finds nothing against an append that the log has room for', () => {
    expect(outcomeOf(appendOf({ command, claims: ['a'] }), {})).toBeUndefined();
  });

  it('names a known command before a conflict, and a conflict before a taken name', () => {
    const streamId = 'account-1';
    const request = appendOf({ streamId, command, claims: ['free', 'taken'] });
    const commands = new Map([[commandId(command), { ...command, answer: '{"first":true}' }]]);
    const claims = new Map([['taken', holder]]);
    const tips = new Map([[streamId, { revision: 2, hash: 'ab' }]]);
    expect(outcomeOf(request, { commands, claims, tips })).toEqual({
      kind: 'duplicate-command',
      command: { ...command, answer: '{"first":true}' },
    });
    expect(outcomeOf(request, { claims, tips })).toEqual({ kind: 'conflict' });
    expect(outcomeOf(request, { claims })).toEqual({ kind: 'claim-taken', name: 'taken', by: holder });
  });

  it('lets an append follow on from one before it that passes, and not from one that does not', () => {
    const first = waits(appendOf({ streamId: 'account-1', command }));
    const second = waits(appendOf({ streamId: 'account-1', expected: first.tip }));
    expect(judge([first, second], nothing).size).toBe(0);
    const commands = new Map([[commandId(command), command]]);
    expect(judge([first, second], { ...nothing, commands }).get(second)).toEqual({ kind: 'conflict' });
  });

  it('does not call two rivals a conflict while the stream still is where both expect it', () => {
    const rivals = [waits(appendOf({ streamId: 'account-1' })), waits(appendOf({ streamId: 'account-1' }))];
    expect(judge(rivals, nothing).size).toBe(0);
  });
});
