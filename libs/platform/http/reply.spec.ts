import type { Outcome } from '#libs/platform/runtime/command-runner';
import { problem } from './problem';
import { Ready, ready, send, type ClaimProblem } from './reply';

type Reason = 'in-debt' | 'member-not-found';

const refusals = { 'in-debt': 409, 'member-not-found': 404 } as const;
const thrownBy = (outcome: Outcome<Reason>, claim?: ClaimProblem): unknown => {
  try {
    return send(outcome, refusals, claim);
  } catch (error) {
    return error;
  }
};

it.each([true, false])('sends an answer as it was stored, whether it is given again (%s) or not', (replayed) => {
  const sent = send<Reason>({ kind: 'answered', status: 201, body: '{"b":1, "a":2}', replayed }, refusals);
  expect(sent).toBeInstanceOf(Ready);
  expect(sent).toEqual({ status: 201, text: '{"b":1, "a":2}' });
});

it('makes a reply of what was not stored', () =>
  expect(ready({ status: 200, body: { items: [1], nextCursor: null } })).toEqual({
    status: 200,
    text: '{"items":[1],"nextCursor":null}',
  }));

it.each<[Reason, number]>([
  ['in-debt', 409],
  ['member-not-found', 404],
])('throws the refusal %s with its own status', (reason, status) => {
  expect(thrownBy({ kind: 'refused', reason, detail: 'No.' })).toMatchObject({ code: reason, status, detail: 'No.' });
  expect(thrownBy({ kind: 'refused', reason })).toMatchObject({ code: reason, status });
});

it('throws 422 for another request under the same key', () =>
  expect(thrownBy({ kind: 'idempotency-mismatch' })).toMatchObject({ code: 'idempotency-mismatch', status: 422 }));

describe('a name that another stream holds', () => {
  const taken = { kind: 'claim-taken', name: 'phone:0400', streamId: 'member-M2', revision: 4 } as const;

  it('is 409 and tells neither the name nor who holds it', () => {
    const found = thrownBy(taken);
    expect(found).toMatchObject({ code: 'already-taken', status: 409 });
    expect(JSON.stringify(found)).not.toMatch(/0400|M2/);
  });

  it('is whatever problem its context makes of it', () => {
    const found = thrownBy(taken, (name, { streamId, revision }) => problem(`${name} ${streamId} ${revision}`, 410));
    expect(found).toMatchObject({ code: 'phone:0400 member-M2 4', status: 410 });
  });
});
