import { accepted, appendOf, fact } from '#libs/platform/testing/event-store.fixtures';
import { commandId, judge, waitingFor, type Waiting } from './append-batch';
import { knowledgeOf, knowledgeStatement } from './append-knowledge';
import { textArray } from './binary-array';
import type { AppendRequest } from './event-store';

const waits = (request: AppendRequest): Waiting =>
  waitingFor(request, { resolve: () => undefined, reject: () => undefined });

/** Rows as the server answers them, every value a text. */
const known = { credential: 'till-7', key: 'k', requestHash: 'a1b2', status: 201, answer: '{"points":5}' };
const commandRow = ['command', 'till-7', 'k', 'a1b2', '201', '{"points":5}'];
const claimRow = ['claim', 'ticket:1', 'account-M2', null, '3', null];
const streamRow = ['stream', 'account-M1', 'ab', null, '4', null];

describe('the question', () => {
  it('asks for every key, name and stream that the appends touch', () => {
    const requests = [
      appendOf({ streamId: 'account-M1', command: accepted('k1'), claims: ['ticket:1', 'ticket:2'] }),
      appendOf({ streamId: 'account-M2' }),
      appendOf({ streamId: 'account-M3', command: { ...accepted('k2'), credential: 'till-8' }, releases: ['card:1'] }),
    ];
    expect(knowledgeStatement(requests.map(waits)).values).toEqual([
      textArray(['k1', 'k2']),
      textArray(['till-7', 'till-8']),
      textArray(['ticket:1', 'ticket:2']),
      textArray(['account-M1', 'account-M2', 'account-M3']),
    ]);
  });
});

describe('the answer', () => {
  it('of nothing knows nothing', () => {
    const { commands, claims, tips } = knowledgeOf([]);
    expect([commands.size, claims.size, tips.size]).toEqual([0, 0, 0]);
  });

  it('tells commands, names and streams apart, numbers as numbers', () => {
    const { commands, claims, tips } = knowledgeOf([commandRow, claimRow, streamRow]);
    expect([...commands]).toEqual([[commandId(known), known]]);
    expect([...claims]).toEqual([['ticket:1', { streamId: 'account-M2', revision: 3 }]]);
    expect([...tips]).toEqual([['account-M1', { revision: 4, hash: 'ab' }]]);
  });

  it('keeps the same key of two credentials apart', () =>
    expect(knowledgeOf([commandRow, commandRow.with(1, 'till-8')]).commands.size).toBe(2));

  it('is what an append is judged by', () => {
    const outcomeOf = (request: AppendRequest): unknown => {
      const waiting = waits(request);
      return judge([waiting], knowledgeOf([commandRow, claimRow, streamRow])).get(waiting);
    };
    expect(outcomeOf(appendOf({ command: accepted('k') }))).toEqual({ kind: 'duplicate-command', command: known });
    expect(outcomeOf(appendOf({ streamId: 'account-M1', events: [fact(0)] }))).toEqual({ kind: 'conflict' });
    expect(outcomeOf(appendOf({ claims: ['ticket:1'] }))).toMatchObject({ kind: 'claim-taken', name: 'ticket:1' });
    expect(outcomeOf(appendOf({ streamId: 'account-M1', expected: { revision: 4, hash: 'ab' } }))).toBeUndefined();
  });
});
