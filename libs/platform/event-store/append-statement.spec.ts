import { accepted, appendOf, facts } from '#libs/platform/testing/event-store.fixtures';
import { planBatch, waitingFor, type Batch, type Waiting } from './append-batch';
import { appendStatement } from './append-statement';
import { byteaArray, int2Array, int4Array, int8Array, textArray, uuidArray } from './binary-array';
import type { AppendRequest } from './event-store';

const waits = (request: AppendRequest): Waiting =>
  waitingFor(request, { resolve: () => undefined, reject: () => undefined });
const batchOf = (appends: readonly Waiting[]): Batch =>
  planBatch(appends, { appends: 256, events: 4096, size: 1_000_000 });
const statementOf = (...requests: readonly AppendRequest[]) => appendStatement(batchOf(requests.map(waits)));

/** Two appends in a row to one stream, then one to another. */
const threeAppends = (parts: readonly Partial<AppendRequest>[] = []) => {
  const first = waits(appendOf({ streamId: 'account-1', events: facts(2), ...parts[0] }));
  const second = waits(appendOf({ streamId: 'account-1', expected: first.tip, events: facts(1), ...parts[1] }));
  const other = waits(appendOf({ streamId: 'account-2', ...parts[2] }));
  return { first, second, other, values: appendStatement(batchOf([first, second, other])).values };
};

describe('the rows of streams', () => {
  it('are moved once each, from where the first append expects them to where the last one leads', () => {
    const { second, other, values } = threeAppends();
    expect(values.slice(0, 5)).toEqual([
      textArray(['account-1', 'account-2']),
      int4Array([-1, -1]),
      byteaArray(['', '']),
      int4Array([2, 0]),
      byteaArray([second.tip.hash, other.tip.hash]),
    ]);
  });

  it('keep the last snapshot of a move, and are left without where none is told', () => {
    const snapshot = (revision: number) => ({ foldVersion: 3, revision, state: `{"at":${revision}}` });
    const { values } = threeAppends([{ snapshot: snapshot(1) }, { snapshot: snapshot(2) }]);
    expect(values.slice(5, 8)).toEqual([
      int4Array([3, undefined]),
      int4Array([2, undefined]),
      textArray(['{"at":2}', undefined]),
    ]);
    expect(threeAppends([{ snapshot: snapshot(1) }]).values[7]).toEqual(textArray(['{"at":1}', undefined]));
  });
});

it('writes events column by column in the order of the batch, each with the number of its move', () => {
  const { first, second, other, values } = threeAppends();
  const events = [first, second, other].flatMap((append) => append.events);
  expect(values.slice(8, 18)).toEqual([
    int4Array([1, 1, 1, 2]),
    int4Array([0, 1, 2, 0]),
    textArray(events.map(({ type }) => type)),
    int2Array(events.map(({ schemaVersion }) => schemaVersion)),
    textArray(events.map(({ data }) => data)),
    textArray(events.map(({ meta }) => meta)),
    uuidArray(events.map(({ eventId }) => eventId)),
    byteaArray(events.map(({ hash }) => hash)),
    int8Array(events.map(({ occurredAt }) => occurredAt)),
    int8Array(events.map(({ recordedAt }) => recordedAt)),
  ]);
});

it('notes commands at the revision that each of them led to, not at that of the whole move', () => {
  const { values } = threeAppends([
    { command: accepted('k1') },
    { command: { ...accepted('k2'), credential: 'till-8', status: 200, answer: '{}' } },
  ]);
  expect(values.slice(18)).toEqual([
    int4Array([1, 1]),
    int4Array([1, 2]),
    textArray(['till-7', 'till-8']),
    textArray(['k1', 'k2']),
    textArray(['a1b2', 'a1b2']),
    int2Array([201, 200]),
    textArray(['{"points":5}', '{}']),
  ]);
});

describe('names', () => {
  it('are no part of the statement where no append has any', () => {
    const plain = statementOf(appendOf());
    expect(plain.name).toBe('append');
    expect(plain.text).not.toContain('log.claims');
    const named = statementOf(appendOf({ claims: ['card:1'] }), appendOf());
    expect(named.name).toBe('append-with-names');
    expect(named.values).toHaveLength(plain.values.length + 5);
  });

  it('are taken at the revision after their own append, and given back', () => {
    const { values } = threeAppends([{ claims: ['card:1'] }, { claims: ['card:2'], releases: ['card:3'] }]);
    expect(values.slice(25)).toEqual([
      int4Array([1]),
      textArray(['card:3']),
      int4Array([1, 1]),
      int4Array([1, 2]),
      textArray(['card:1', 'card:2']),
    ]);
  });

  it('that an append names twice are taken once, and those it also gives back are taken', () => {
    const { values } = statementOf(appendOf({ claims: ['a', 'b', 'a'], releases: ['b', 'c'] }));
    expect([values[26], values[29]]).toEqual([textArray(['c']), textArray(['a', 'b'])]);
  });
});

it('has as many values as its text has places, with and without names', () => {
  for (const { text, values } of [statementOf(appendOf()), statementOf(appendOf({ releases: ['a'] }))]) {
    const places = [...text.matchAll(/\$(\d+)::/g)].map(([, number]) => Number(number));
    expect([...new Set(places)].sort((a, b) => a - b)).toEqual(values.map((_, index) => index + 1));
  }
});

it('names a prepared statement after its text: one name, one text', () => {
  const one = statementOf(appendOf());
  const many = statementOf(...Array.from({ length: 20 }, () => appendOf({ command: accepted() })));
  expect([many.name, many.text]).toEqual([one.name, one.text]);
});
