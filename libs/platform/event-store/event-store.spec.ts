import fc from 'fast-check';
import { comparePositions, emptyStream, logStart, StoreUnavailable, type LogPosition } from './event-store';
import { linkEvents, verifyChain } from './hash-chain';
import { facts, appendOf, recorded, tipAfter } from '#libs/platform/testing/event-store.fixtures';
import { hexOf, toStoredEvent } from './stored-event-row';

const small = fc.integer({ min: 0, max: 5 });
const place: fc.Arbitrary<LogPosition> = fc.record({ xid: small, position: small });
const sign = (a: LogPosition, b: LogPosition): number => Math.sign(comparePositions(a, b)) + 0;

describe('places in the log', () => {
  it('are in one order, which begins before the first event', () =>
    fc.assert(
      fc.property(place, place, place, (a, b, c) => {
        expect(sign(a, a)).toBe(0);
        expect(sign(a, b) + sign(b, a)).toBe(0);
        if (sign(a, b) === 0) expect(a).toEqual(b);
        if (sign(a, b) <= 0 && sign(b, c) <= 0) expect(sign(a, c)).toBeLessThanOrEqual(0);
        expect(sign(logStart, a)).toBeLessThanOrEqual(0);
      }),
    ));

  it('go by transaction first: a later transaction may have the earlier position', () =>
    expect(sign({ xid: 7, position: 100 }, { xid: 8, position: 1 })).toBe(-1));

  it('stay apart where transactions and positions are as large as they get', () => {
    const far = { xid: 2 ** 52, position: 2 ** 52 };
    expect(sign(far, { ...far, position: far.position + 1 })).toBe(-1);
    expect(sign({ ...far, xid: far.xid + 1 }, far)).toBe(1);
  });
});

describe('the chain of a stream', () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 8 });

  it('is the same however its events are spread over appends, and leads where each append said it would', () =>
    fc.assert(
      fc.property(sizes, (counts) => {
        const events = facts(counts.reduce((sum, count) => sum + count, 0));
        const whole = linkEvents(appendOf({ streamId: 'account-1', events }));
        let tip = emptyStream;
        let from = 0;
        const spread = counts.flatMap((count) => {
          const append = appendOf({ streamId: 'account-1', expected: tip, events: events.slice(from, from + count) });
          from += count;
          tip = tipAfter(append);
          return linkEvents(append);
        });
        expect(spread).toEqual(whole);
        const stored = spread.map((link, index) => ({ ...link, xid: 1, position: index + 1 }));
        expect(verifyChain(stored)).toEqual({ kind: 'intact', tip });
      }),
    ));

  it('is another one for the same events in another stream, at another time or after others', () => {
    const events = facts(3);
    const tips = [
      tipAfter(appendOf({ streamId: 'account-1', events })),
      tipAfter(appendOf({ streamId: 'account-2', events })),
      tipAfter(appendOf({ streamId: 'account-1', events, recordedAt: recorded + 1 })),
      tipAfter(appendOf({ streamId: 'account-1', events, expected: { revision: -1, hash: 'ab' } })),
      tipAfter(appendOf({ streamId: 'account-1', events: [...events].reverse() })),
    ];
    expect(new Set(tips.map(({ hash }) => hash)).size).toBe(tips.length);
  });
});

it('a row of the log is an event with its numbers as numbers and its hash in hexadecimal', () => {
  const row = ['5', '12', 'account-M1', '3', 'PointsEarned', '2', '{"a":1}', '{}', 'e-1', '-1000', '1700', '\\xab01'];
  expect(toStoredEvent(row as unknown as Parameters<typeof toStoredEvent>[0])).toEqual({
    ...{ xid: 5, position: 12, streamId: 'account-M1', revision: 3, type: 'PointsEarned', schemaVersion: 2 },
    ...{ data: '{"a":1}', meta: '{}', eventId: 'e-1', occurredAt: -1_000, recordedAt: 1_700, hash: 'ab01' },
  });
  expect(hexOf('\\x')).toBe('');
});

it('an unavailable store keeps its reason for the log, and tells nothing of it in its message', () => {
  const cause = new Error('connect ECONNREFUSED 10.0.0.7:5432');
  const unavailable = new StoreUnavailable(cause);
  expect(unavailable).toMatchObject({ name: 'StoreUnavailable', cause });
  expect(unavailable.message).not.toContain('10.0.0.7');
});
