import { z } from 'zod';
import { appendOf, recorded } from '#libs/platform/testing/event-store.fixtures';
import type { NewEvent } from '#libs/platform/event-store/event-store';
import { linkEvents } from '#libs/platform/event-store/hash-chain';
import type { DomainEvent } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { partId } from '#libs/platform/runtime/deterministic-id';
import { commandIdOf } from '#libs/platform/runtime/idempotency';
import type { StreamKind } from '#libs/platform/runtime/stream-kind';
import type { Difference } from './findings';
import type { EventRow, StreamRow } from './log-rows';
import { StreamCheck, type SaidElsewhere } from './stream-check';

interface Jar {
  readonly coins: number;
  readonly closed: boolean;
}

/** A jar of coins: what goes in is claimed by name, nobody takes out more than there is, and it can be erased. */
const jars: StreamKind = {
  category: 'jar',
  foldVersion: 3,
  catalogue: new EventCatalogue([
    eventType('CoinAdded', z.strictObject({ coin: z.string() })),
    eventType('CoinsTaken', z.strictObject({ coins: z.int() })),
    eventType('JarErased', z.strictObject({})),
  ]),
  initial: (): Jar => ({ coins: 0, closed: false }),
  evolve: (state, { type, data }) => {
    const jar = state as Jar;
    if (type === 'CoinAdded') return { ...jar, coins: jar.coins + 1 };
    if (type === 'JarErased') return { ...jar, closed: true };
    const { coins } = data as { coins: number };
    if (coins < 0) throw new Error('fewer than no coins');
    return { ...jar, coins: jar.coins - coins };
  },
  claims: (events: readonly DomainEvent[]) =>
    events.flatMap(({ type, data }) => (type === 'CoinAdded' ? [`coin:${(data as { coin: string }).coin}`] : [])),
  audit: () => ({
    take: () => undefined,
    problems: (state, writtenAt) =>
      (state as Jar).coins < 0 ? [`${-(state as Jar).coins} coins came from nowhere by ${writtenAt}`] : [],
  }),
  keysOf: (state) => ((state as Jar).closed ? { kept: [], destroyed: ['k1'] } : { kept: ['k1'], destroyed: [] }),
};

const event = (mark: number, type: string, data: object | string): NewEvent => ({
  eventId: `00000000-0000-5000-8000-${String(mark).padStart(12, '0')}`,
  type,
  schemaVersion: 1,
  data: typeof data === 'string' ? data : JSON.stringify(data),
  meta: '{}',
  occurredAt: recorded,
});
const added = (coin: string): NewEvent => event(coin.charCodeAt(0), 'CoinAdded', { coin });
const taken = (coins: number): NewEvent => event(500 + coins, 'CoinsTaken', { coins });

const logged = (...events: readonly NewEvent[]): readonly EventRow[] =>
  linkEvents(appendOf({ streamId: 'jar-1', events })).map((link, index) => ({ ...link, xid: 5, position: index + 1 }));

const rowOf = (events: readonly EventRow[], changes: Partial<StreamRow> = {}): StreamRow => ({
  ...{ streamId: 'jar-1', revision: events.length - 1, hash: events.at(-1)?.hash ?? '' },
  ...{ fold: null, snapshotRevision: null, state: null },
  ...changes,
});

const claimsOf = (...coins: readonly string[]) =>
  coins.map((coin, revision) => ({ streamId: 'jar-1', name: `coin:${coin}`, revision }));

interface Given extends Partial<SaidElsewhere> {
  readonly row?: StreamRow | undefined;
  readonly kind?: StreamKind | undefined;
}

/** Everything that is found about a stream, and what it adds up to. */
const check = (events: readonly EventRow[], given: Given = {}) => {
  const { claims = [], commands = [] } = given;
  const found: Difference[] = [];
  const row = 'row' in given ? given.row : rowOf(events);
  const checked = new StreamCheck('jar-1', 'kind' in given ? given.kind : jars, row, (each) => found.push(each));
  for (const each of events) checked.take(each);
  const state = checked.finish({ claims, commands });
  expect(found.every(({ where }) => where === 'jar-1')).toBe(true);
  return { state, found: found.map(({ kind, what }) => [kind, what]) };
};

const three = logged(added('a'), added('b'), taken(1));

describe('a sound stream', () => {
  it('is found to be so, and adds up', () =>
    expect(check(three, { claims: claimsOf('a', 'b') })).toEqual({ state: { coins: 1, closed: false }, found: [] }));

  it('may have a snapshot that its facts add up to, in whatever order its fields stand', () => {
    const row = rowOf(three, { fold: 3, snapshotRevision: 1, state: '{"closed":false,"coins":2}' });
    expect(check(three, { claims: claimsOf('a', 'b'), row }).found).toEqual([]);
  });

  it('may keep a snapshot of an earlier fold, which nobody reads', () => {
    const row = rowOf(three, { fold: 2, snapshotRevision: 1, state: '{"marbles":9}' });
    expect(check(three, { claims: claimsOf('a', 'b'), row }).found).toEqual([]);
  });
});

describe('the chain', () => {
  it('tells a missing event once, and follows on from there', () => {
    const events = logged(added('a'), taken(0), taken(0), added('b'));
    const claims = claimsOf('a', 'x', 'x', 'b').filter(({ name }) => name !== 'coin:x');
    expect(check(events.toSpliced(1, 1), { row: rowOf(events), claims }).found).toEqual([
      ['gap', 'revision 1 is missing, 2 follows'],
    ]);
  });

  it('tells an altered event once, and not those after it', () => {
    const altered = three.with(0, { ...three[0]!, occurredAt: recorded + 1 });
    expect(check(altered, { claims: claimsOf('a', 'b') }).found).toEqual([
      ['altered-event', 'revision 0 (CoinAdded) does not give its hash'],
    ]);
  });

  it.each<[string, Partial<StreamRow>, string]>([
    ['a later revision', { revision: 5 }, 'it should end at revision 5, the last event is 2'],
    ['an earlier revision', { revision: 1 }, 'it should end at revision 1, the last event is 2'],
    ['another hash', { hash: 'ab' }, 'its row holds another hash than its last event'],
  ])('does not end where its row says: %s', (_, changes, what) =>
    expect(check(three, { row: rowOf(three, changes), claims: claimsOf('a', 'b') }).found).toEqual([
      ['wrong-tip', what],
    ]),
  );

  it('needs a row that says where it ends', () =>
    expect(check(three, { row: undefined, claims: claimsOf('a', 'b') }).found).toEqual([
      ['wrong-tip', 'there are events, but no row that says where they end'],
    ]));

  it('has an end only where there are events', () =>
    expect(check([], { row: rowOf(three) }).found).toEqual([
      ['wrong-tip', 'it should end at revision 2, the last event is -1'],
    ]));
});

describe('the facts', () => {
  it.each<[string, NewEvent, RegExp]>([
    ['of no known type', event(1, 'CoinPolished', {}), /^revision 1 \(CoinPolished\) is of no known type$/],
    ['that are no JSON', event(1, 'CoinAdded', '{'), /^revision 1 \(CoinAdded\) cannot be read: /],
    ['without a field', event(1, 'CoinAdded', {}), /^revision 1 \(CoinAdded\) does not fit: coin /],
    ['with one too many', event(1, 'JarErased', { by: 'me' }), /^revision 1 \(JarErased\) does not fit: /],
  ])('%s cannot be read, and nothing is said of what they would add up to', (_, bad, what) => {
    const { state, found } = check(logged(added('a'), bad, taken(5)), { claims: claimsOf('a') });
    expect(state).toBeUndefined();
    expect(found).toEqual([['unreadable-event', expect.stringMatching(what)]]);
  });

  it('that cannot be folded are told once', () => {
    const { state, found } = check(logged(taken(-1), taken(-2)));
    expect(state).toBeUndefined();
    expect(found).toEqual([['unfoldable', 'revision 0 (CoinsTaken): fewer than no coins']]);
  });

  it('that do not add up are told with the time of the last one', () =>
    expect(check(logged(added('a'), taken(3)), { claims: claimsOf('a') }).found).toEqual([
      ['not-conserved', `2 coins came from nowhere by ${recorded}`],
    ]));

  it('of no known kind of stream are still a chain', () => {
    const altered = three.with(1, { ...three[1]!, meta: '{"actor":"x"}' });
    expect(check(altered, { kind: undefined, claims: claimsOf('a') }).found).toEqual([
      ['unreadable-event', 'the stream is of no known kind'],
      ['altered-event', 'revision 1 (CoinAdded) does not give its hash'],
    ]);
  });
});

describe('what is said elsewhere', () => {
  const claims = claimsOf('a', 'b');

  it.each<[string, Partial<StreamRow>, string]>([
    [
      'other content',
      { state: '{"coins":9,"closed":false}' },
      'the snapshot at revision 1 is not what the facts add up to',
    ],
    ['no JSON', { state: '{"coins":' }, 'the snapshot at revision 1 is not what the facts add up to'],
    ['no event', { snapshotRevision: 7, state: '{}' }, 'the snapshot is of revision 7, the last event is 2'],
  ])('a snapshot of %s', (_, changes, what) => {
    const row = rowOf(three, { fold: 3, snapshotRevision: 1, ...changes });
    expect(check(three, { row, claims }).found).toEqual([['wrong-snapshot', what]]);
  });

  it.each([
    ['of no fact', [...claims, ...claimsOf('z')], 'coin:z is held, but no fact takes it'],
    [
      'of no event',
      claims.with(1, { ...claims[1]!, revision: 9 }),
      'coin:b was taken at revision 9, which there is not',
    ],
    [
      'before its fact',
      claims.with(1, { ...claims[1]!, revision: 0 }),
      'coin:b is noted at revision 0, before the fact at 1',
    ],
    ['that is not there', claims.slice(0, 1), 'revision 1 takes coin:b, which this stream does not hold'],
  ])('a claim %s', (_, wrong, what) => expect(check(three, { claims: wrong }).found).toEqual([['wrong-claim', what]]));

  it('identifiers that outlive an erasure', () => {
    const erased = logged(added('a'), event(2, 'JarErased', {}));
    expect(check(erased, { claims: claimsOf('a') }).found).toEqual([
      ['wrong-claim', '1 identifiers are still held after the erasure'],
    ]);
  });

  const answer = { streamId: 'jar-1', credential: 'till-7', key: 'k', revision: 1, status: 201, answer: '{}' };

  it.each([
    [
      'revision 9, which there is not',
      { revision: 9 },
      'the answer to till-7 k speaks of revision 9, which there is not',
    ],
    ['a refusal, which is never kept', { status: 409 }, 'the answer to till-7 k has status 409'],
    ['no JSON', { answer: 'thanks' }, 'the answer to till-7 k is no JSON'],
  ])('an answer of %s', (_, changes, what) => {
    expect(check(three, { claims, commands: [answer] }).found).toEqual([]);
    expect(check(three, { claims, commands: [{ ...answer, ...changes }] }).found).toEqual([['wrong-command', what]]);
  });

  it('a command whose answer is gone, where all are kept; but none whose key the ids do not tell', () => {
    const idOf = (part: number): string => partId(commandIdOf('jar-1', { credential: 'till-7', key: 'k' }), part);
    const stated = [added('a'), added('b'), taken(1)].map((each, part) => ({ ...each, eventId: idOf(part) }));
    const kind = { ...jars, isAnswered: true };
    const found = (commands: SaidElsewhere['commands'], events = logged(...stated)) =>
      check(events, { claims, commands, kind }).found;
    const gone = [['wrong-command', 'the answer to the command that stated revision 0 is not on record']];
    expect(found([answer])).toEqual([]);
    expect([found([]), found([{ ...answer, key: 'other' }])]).toEqual([gone, gone]);
    expect(found([], three)).toEqual([]);
  });
});
