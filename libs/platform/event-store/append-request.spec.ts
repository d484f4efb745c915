import { accepted, appendOf, fact, facts, recorded } from '#libs/platform/testing/event-store.fixtures';
import { assertStorable } from './append-request';
import type { AppendRequest } from './event-store';

const nul = 'a\u0000b';
const half = 'a\ud800';

it('lets every request pass that a log can hold', () => {
  const snapshot = { foldVersion: 1, revision: 0, state: '{}' };
  for (const request of [
    appendOf(),
    appendOf({ streamId: 'account-👩‍🔧', command: accepted('会员'), claims: ['ticket:\ud83d\ude00'] }),
    appendOf({ events: [], command: accepted() }),
    appendOf({ command: accepted(), claims: ['ticket:1'], releases: ['ticket:2'], snapshot }),
    appendOf({ expected: { revision: 3, hash: 'ab' }, events: facts(2), snapshot: { ...snapshot, revision: 5 } }),
    appendOf({ events: [{ ...fact(0), occurredAt: -recorded }] }),
  ]) {
    expect(() => assertStorable(request)).not.toThrow();
  }
});

it.each<[string, Partial<AppendRequest>]>([
  ['an event id that is no UUID', { events: [{ ...fact(0), eventId: 'e-1' }] }],
  ['an event id in capitals', { events: [{ ...fact(0), eventId: 'ABCDEF00-0000-5000-8000-000000000000' }] }],
  ['a schema version of 0', { events: [{ ...fact(0), schemaVersion: 0 }] }],
  ['a schema version beyond 32767', { events: [{ ...fact(0), schemaVersion: 40_000 }] }],
  ['half a millisecond', { events: [{ ...fact(0), occurredAt: 0.5 }] }],
  ['no instant', { recordedAt: NaN }],
  ['NUL in data', { events: [{ ...fact(0), data: nul }] }],
  ['NUL in meta', { events: [fact(0), { ...fact(0), meta: nul }] }],
  ['NUL in a type', { events: [{ ...fact(0), type: nul }] }],
  ['NUL in the stream', { streamId: nul }],
  ['NUL in a claim', { claims: [nul] }],
  ['NUL in a release', { releases: [nul] }],
  ['NUL in a key', { command: accepted(nul) }],
  ['NUL in an answer', { command: accepted('k', nul) }],
  ['NUL in a snapshot', { snapshot: { foldVersion: 1, revision: 0, state: nul } }],
  ['half a character in data', { events: [{ ...fact(0), data: half }] }],
  ['half a character in meta', { events: [{ ...fact(0), meta: half }] }],
  ['half a character in a type', { events: [{ ...fact(0), type: half }] }],
  ['half a character in the stream', { streamId: half }],
  ['half a character in a claim', { claims: ['ticket:1', half] }],
  ['half a character in a release', { releases: ['\udc00'] }],
  ['half a character in a key', { command: accepted(half) }],
  ['half a character in a credential', { command: { ...accepted(), credential: half } }],
  ['half a character in an answer', { command: accepted('k', half) }],
  ['half a character in a snapshot', { snapshot: { foldVersion: 1, revision: 0, state: half } }],
  ['a snapshot of another revision', { snapshot: { foldVersion: 1, revision: 1, state: '{}' } }],
  ['a snapshot of a fold below 0', { snapshot: { foldVersion: -1, revision: 0, state: '{}' } }],
  ['a status beyond 32767', { command: { ...accepted(), status: 40_000 } }],
  ['a stream with too long a name', { streamId: 'x'.repeat(1_025) }],
  ['a claim of too long a name', { claims: ['会'.repeat(342)] }],
  ['a revision beyond 2147483647', { expected: { revision: 2_147_483_647, hash: 'ab' } }],
  ['a revision before the first', { expected: { revision: -2, hash: '' } }],
  ['a fraction of a revision', { expected: { revision: 0.5, hash: 'ab' } }],
  ['a revision without its hash', { expected: { revision: 0, hash: '' } }],
  ['a hash without a revision', { expected: { revision: -1, hash: 'ab' } }],
])('refuses %s as a defect of the caller', (_, parts) => {
  expect(() => assertStorable(appendOf(parts))).toThrow(TypeError);
});
