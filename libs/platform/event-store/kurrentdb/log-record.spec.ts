import fc from 'fast-check';
import { fact } from '#libs/platform/testing/event-store.fixtures';
import { StoreUnavailable, type NewEvent } from '../event-store';
import { linkEvents, type LinkedEvent } from '../hash-chain';
import { factIn, factRecord, placeOf, recordIdOf, serverPositionOf, type LogRecord } from './log-record';

const position = { commit: 5_000_000_128n, prepare: 5_000_000_000n };

const linked = (event: NewEvent, streamId = 'account-1'): LinkedEvent =>
  linkEvents({ streamId, expected: { revision: -1, hash: '' }, events: [event], recordedAt: 7 })[0]!;

/** A record as it comes back from the server, which has added something of its own to the metadata. */
const returned = (event: LinkedEvent): LogRecord => {
  const { id, type, text, metadata } = factRecord(event);
  const noted = JSON.stringify({ '$schema.name': type, ...metadata });
  return { streamId: event.streamId, id, revision: 4, type, text, metadata: noted, position };
};

const back = (event: NewEvent): unknown => factIn(returned(linked(event)));

it('brings a fact back as it was, with its place', () => {
  const event = linked(fact('a'));
  expect(factIn(returned(event))).toEqual({ ...event, xid: 5_000_000_128, position: 5_000_000_000 });
});

it('brings back whatever JSON there is', () =>
  fc.assert(fc.property(fc.json(), (data) => expect(back({ ...fact(0), data })).toMatchObject({ data }))));

it('brings back any other text', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (data, meta) =>
      expect(back({ ...fact(0), data, meta })).toMatchObject({ data, meta }),
    ),
  ));

it('gives a record an id that only the same event at the same place has', () => {
  const event = fact('a');
  const id = (of: LinkedEvent): string => factRecord(of).id;
  expect(id(linked(event))).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(id(linked(event))).toBe(id(linked(event)));
  const others = [linked(fact('a')), linked({ ...event, data: '{}' }), linked(event, 'account-2')];
  expect(new Set([linked(event), ...others].map(id)).size).toBe(4);
  expect(recordIdOf('f'.repeat(64))).toBe('ffffffff-ffff-8fff-bfff-ffffffffffff');
});

it.each([
  ['no metadata', ''],
  ['no JSON', '\u0001\u0002'],
  ['other metadata', '{"$correlationId":"x"}'],
  ['null', 'null'],
])('finds no fact in a record with %s', (_, metadata) =>
  expect(factIn({ ...returned(linked(fact(0))), metadata })).toBeUndefined(),
);

it('turns positions into places and back, as long as they are exact', () => {
  const place = placeOf({ position });
  expect(serverPositionOf(place)).toEqual(position);
  expect(placeOf({ position: { commit: 2n ** 53n - 1n, prepare: 0n } }).xid).toBe(Number.MAX_SAFE_INTEGER);
  expect(() => placeOf({ position: { commit: 2n ** 53n, prepare: 0n } })).toThrow(StoreUnavailable);
  expect(() => placeOf({ position: undefined })).toThrow(StoreUnavailable);
});
