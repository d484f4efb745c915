import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { appendOf, facts, tipAfter } from '#libs/platform/testing/event-store.fixtures';
import { emptyStream, type StoredEvent } from './event-store';
import { eventHash, linkEvents, verifyChain, type HashedEvent } from './hash-chain';

const event: HashedEvent = {
  streamId: 'account-M1',
  revision: 0,
  eventId: '5f1c1f0e-6c1d-5b7a-9d2a-0d6f1f4f7a10',
  type: 'PointsEarned',
  schemaVersion: 1,
  data: '{"points":5}',
  meta: '{}',
  occurredAt: 1,
  recordedAt: 2,
};

const stored = (count: number): StoredEvent[] =>
  linkEvents(appendOf({ events: facts(count) })).map((link, index) => ({ ...link, xid: 1, position: index + 1 }));

describe('the hash of an event', () => {
  it('is SHA-256 over netstrings of the previous hash and every field, counted in bytes', () => {
    const text =
      '2:ab,10:account-M1,1:0,36:5f1c1f0e-6c1d-5b7a-9d2a-0d6f1f4f7a10,12:PointsEarned,1:1,13:{"名":"会"},2:{},1:1,1:2,';
    const bytes = text.replace('13:', `${Buffer.byteLength('{"名":"会"}')}:`);
    expect(eventHash('ab', { ...event, data: '{"名":"会"}' })).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it.each([
    ['streamId', 'account-M2'],
    ['revision', 1],
    ['eventId', '5f1c1f0e-6c1d-5b7a-9d2a-0d6f1f4f7a11'],
    ['type', 'PointsHeld'],
    ['schemaVersion', 2],
    ['data', '{"points":6}'],
    ['meta', '{"actor":"x"}'],
    ['occurredAt', 3],
    ['recordedAt', 3],
  ] as const)('covers %s', (field, value) => {
    expect(eventHash('', { ...event, [field]: value })).not.toBe(eventHash('', event));
  });

  it('covers the previous hash', () => expect(eventHash('ab', event)).not.toBe(eventHash('', event)));

  it('cannot be had by moving text from one field to the next', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (type, data, cut) => {
        const joined = type + data;
        const at = cut % (joined.length + 1);
        const moved = { ...event, type: joined.slice(0, at), data: joined.slice(at) };
        expect(eventHash('', moved) === eventHash('', { ...event, type, data })).toBe(moved.type === type);
      }),
    );
  });
});

describe('linking', () => {
  it('gives each event the next revision and the hash over the one before', () => {
    const request = appendOf({ expected: { revision: 4, hash: 'ab' }, events: facts(2) });
    const [first, second] = linkEvents(request);
    expect([first?.revision, second?.revision]).toEqual([5, 6]);
    expect(first?.hash).toBe(eventHash('ab', first!));
    expect(second?.hash).toBe(eventHash(first!.hash, second!));
    expect(tipAfter(request)).toEqual({ revision: 6, hash: second?.hash });
  });

  it('leaves the tip where it is without events', () => {
    expect(tipAfter(appendOf({ events: [] }))).toEqual(emptyStream);
  });
});

describe('verifying', () => {
  it('finds a chain intact, in one go or page by page', () => {
    const events = stored(10);
    const tip = { revision: 9, hash: events[9]?.hash };
    expect(verifyChain(events)).toEqual({ kind: 'intact', tip });
    const half = verifyChain(events.slice(0, 5));
    if (half.kind !== 'intact') throw new Error('broken');
    expect(verifyChain(events.slice(5), half.tip)).toEqual({ kind: 'intact', tip });
    expect(verifyChain([])).toEqual({ kind: 'intact', tip: emptyStream });
  });

  it('finds the first event that was altered, whatever was altered', () => {
    fc.assert(
      fc.property(
        fc.nat(9),
        fc.constantFrom('data', 'meta', 'type', 'eventId', 'hash'),
        fc.constantFrom('occurredAt', 'recordedAt', 'schemaVersion'),
        (index, text, number) => {
          const events = stored(10);
          const whole = events[index]!;
          for (const altered of [{ [text]: `${whole[text]} ` }, { [number]: whole[number] + 1 }]) {
            const found = verifyChain(events.with(index, { ...whole, ...altered }));
            expect(found).toMatchObject({ kind: 'broken', reason: 'altered', revision: index });
          }
        },
      ),
    );
  });

  it('finds an event that was removed, repeated or swapped', () => {
    const events = stored(4);
    const [a, b, c, d] = events as [StoredEvent, StoredEvent, StoredEvent, StoredEvent];
    expect(verifyChain([a, c, d])).toMatchObject({ kind: 'broken', reason: 'gap', revision: 1, event: c });
    expect(verifyChain([a, b, b, c])).toMatchObject({ kind: 'broken', reason: 'gap', revision: 2, event: b });
    expect(verifyChain([a, c, b, d])).toMatchObject({ kind: 'broken', revision: 1, event: c });
    expect(verifyChain([b])).toMatchObject({ kind: 'broken', reason: 'gap', revision: 0 });
  });

  it('finds a history rewritten from one event on, at the next page', () => {
    const events = stored(6);
    const rewritten = linkEvents(appendOf({ streamId: events[0]!.streamId, events: facts(3) }));
    const forged = events.map((each, index) => ({ ...each, ...rewritten[index] }));
    expect(verifyChain(forged)).toMatchObject({ kind: 'broken', reason: 'altered', revision: 3 });
  });
});
