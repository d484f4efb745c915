import fc from 'fast-check';
import { z } from 'zod';
import type { StoredEvent } from '#libs/platform/event-store/event-store';
import { idOf } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { LoggedFact, type Fact } from '#libs/platform/runtime/fact';
import { readMessage, type Arrival } from './arrival';
import { factMessage, reachedMessage, type Publishing } from './cloud-event';

const catalogue = new EventCatalogue([
  eventType('TabPut', z.object({ amount: z.number() }), [(data) => ({ amount: data['cents'] })]),
]);
const publishing: Publishing = { source: 'urn:regulars:spec', keyOf: idOf, withheld: { CardIssued: ['number'] } };

const stored = (parts: Partial<StoredEvent> = {}): StoredEvent => ({
  eventId: '00000000-0000-5000-8000-000000000001',
  type: 'TabPut',
  schemaVersion: 2,
  data: '{"amount":5}',
  meta: '{"actor":"till-7"}',
  occurredAt: Date.UTC(2026, 2, 1, 7, 20),
  recordedAt: Date.UTC(2026, 2, 1, 7, 21),
  streamId: 'tab-a1',
  revision: 3,
  hash: '',
  xid: 900,
  position: 41,
  ...parts,
});

const messageOf = (parts?: Partial<StoredEvent>) => factMessage(new LoggedFact(stored(parts), catalogue), publishing);

const read = (value: string, headers: Record<string, string> = {}): Arrival =>
  readMessage({ value: Buffer.from(value), headers }, catalogue);

const plain = ({ type, data, at, recordedAt, streamId, revision, eventId, meta, place }: Fact) => {
  const { xid, position } = place;
  return { type, data, at, recordedAt, streamId, revision, eventId, meta, place: { xid, position } };
};

it('is a CloudEvent 1.0 in structured JSON', () => {
  const { key, value, headers } = messageOf();
  expect(key).toBe('a1');
  expect(headers).toEqual({
    'content-type': 'application/cloudevents+json; charset=UTF-8',
    fact: 'tab-a1@3',
  });
  expect(JSON.parse(value)).toEqual({
    specversion: '1.0',
    id: '00000000-0000-5000-8000-000000000001',
    source: 'urn:regulars:spec',
    type: 'regulars.TabPut',
    subject: 'tab-a1',
    time: '2026-03-01T07:20:00.000Z',
    datacontenttype: 'application/json',
    streamrevision: 3,
    logxid: '900',
    logposition: '41',
    schemaversion: 2,
    recordedat: '2026-03-01T07:21:00.000Z',
    meta: '{"actor":"till-7"}',
    data: { amount: 5 },
  });
});

it('names its attributes as the specification allows', () => {
  const names = Object.keys(JSON.parse(messageOf({ meta: '{"traceparent":"00-1-2-01"}' }).value) as object);
  expect(names).toContain('traceparent');
  for (const name of names) expect(name).toMatch(/^[a-z0-9]{1,20}$/);
});

const events = fc.record({
  eventId: fc.uuid(),
  type: fc.constantFrom('TabPut', 'TabPaid', '__proto__'),
  data: fc.jsonValue().map((value) => JSON.stringify({ amount: 1, value })),
  meta: fc
    .dictionary(fc.oneof(fc.string(), fc.constant('traceparent')), fc.string())
    .map((meta) => JSON.stringify(meta)),
  occurredAt: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 0, 1) }),
  recordedAt: fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 0, 1) }),
  streamId: fc.string({ minLength: 1 }).map((id) => `tab-${id}`),
  revision: fc.nat(),
  xid: fc.maxSafeNat(),
  position: fc.maxSafeNat(),
});

it('arrives as it is in the log', () => {
  fc.assert(
    fc.property(events, (parts) => {
      const fact = new LoggedFact(stored(parts), catalogue);
      const { value, headers } = factMessage(fact, publishing);
      const arrival = readMessage({ value: Buffer.from(value), headers }, catalogue);
      if (arrival.kind !== 'fact') throw new Error(arrival.kind);
      expect(plain(arrival.fact)).toEqual(plain(fact));
    }),
  );
});

it('carries data at the present version, and lifts what an older program published', () => {
  const { value } = messageOf({ schemaVersion: 1, data: '{"cents":7}' });
  expect(JSON.parse(value)).toMatchObject({ schemaversion: 2, data: { amount: 7 } });
  const older = value.replace('"schemaversion":2', '"schemaversion":1').replace('amount', 'cents');
  expect(read(older)).toMatchObject({ kind: 'fact', fact: { data: { amount: 7 } } });
});

it('says of a later version than it knows which one it is', () => {
  const { value } = messageOf({ schemaVersion: 5, data: '{"amounts":[7]}' });
  expect(JSON.parse(value)).toMatchObject({ schemaversion: 5, data: { amounts: [7] } });
});

it('leaves personal fields in the log, and says where to look', () => {
  const { value } = messageOf({ type: 'CardIssued', data: '{"cardId":"c1","number":"sealed"}' });
  expect(JSON.parse(value)).toMatchObject({ withheld: true, data: { cardId: 'c1' } });
  expect(value).not.toContain('sealed');
  const { id: eventId } = JSON.parse(value) as { readonly id: string };
  const place = { xid: 900, position: 41 };
  expect(read(value)).toEqual({ kind: 'pointer', streamId: 'tab-a1', revision: 3, eventId, place });
});

it('tells how far the log has been published', () => {
  const { value, headers } = reachedMessage({ xid: 7, position: 8 }, 0, 'urn:regulars:spec');
  expect(read(value, { ...headers })).toEqual({ kind: 'reached', place: { xid: 7, position: 8 } });
});

describe('a message that is no whole fact', () => {
  const whole = messageOf().value;
  it.each([
    ['of another system', '{"specversion":"1.0","type":"com.example.Other"}', 'foreign'],
    ['not JSON', '{"type":', 'unreadable'],
    ['null', 'null', 'unreadable'],
    ['a number', '7', 'unreadable'],
    ['a list', '[]', 'unreadable'],
    ['without a type', '{}', 'unreadable'],
    ['without its data', whole.replace('"data":{"amount":5}', '"data":5'), 'unreadable'],
    ['without a place', whole.replace('"logxid":"900"', '"logxid":"x"'), 'unreadable'],
    ['with a revision in words', whole.replace('"streamrevision":3', '"streamrevision":"three"'), 'unreadable'],
  ])('is known for it: %s', (_, value, kind) => {
    expect(read(value).kind).toBe(kind);
    if (kind === 'unreadable')
      expect(read(value, { fact: 'tab-a1@3' })).toEqual({
        kind: 'pointer',
        streamId: 'tab-a1',
        revision: 3,
      });
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.option(fc.string(), { nil: undefined }), (bytes, revision) => {
        const headers = revision === undefined ? {} : { fact: `tab-a@${revision}` };
        expect(typeof readMessage({ value: Buffer.from(bytes), headers }, catalogue).kind).toBe('string');
      }),
    );
    expect(readMessage({ value: null }, catalogue).kind).toBe('unreadable');
  });
});

describe('facts of a type that nobody wants', () => {
  const wants = (type: string): boolean => type !== 'TabPut';
  const passed = (value: string, headers = {}) =>
    readMessage({ value: Buffer.from(value), headers }, catalogue, { wants });
  const placed = (arrival: Arrival) => {
    if (arrival.kind !== 'fact') throw new Error(arrival.kind);
    const { data, schemaVersion, ...rest } = { ...plain(arrival.fact), schemaVersion: arrival.fact.schemaVersion };
    return { read: Object.keys(data).length > 0, schemaVersion, ...rest };
  };

  it('are told apart as others are, without their data', () => {
    fc.assert(
      fc.property(events, (parts) => {
        const { value, headers } = messageOf({
          ...parts,
          type: 'TabPut',
          data: '{"amount":1,"data":{"deep":[",\\"data\\":"]}}',
        });
        const whole = placed(readMessage({ value: Buffer.from(value), headers }, catalogue));
        expect(whole.read).toBe(true);
        expect(placed(passed(value, headers))).toEqual({ ...whole, read: false });
      }),
    );
  });

  it('need neither data that can be read, nor a look into the log for what is withheld', () => {
    const { value } = messageOf();
    expect(placed(passed(value.slice(0, -5)))).toMatchObject({ streamId: 'tab-a1', revision: 3, read: false });
    const card = messageOf({ type: 'CardIssued', data: '{"cardId":"c1","number":"sealed"}' });
    const none = { wants: () => false };
    expect(readMessage({ value: Buffer.from(card.value) }, catalogue, none).kind).toBe('fact');
    expect(passed(card.value).kind).toBe('pointer');
  });

  it('leave everything else as it is', () => {
    const card = messageOf({ type: 'Other' });
    expect(passed(card.value)).toMatchObject({ kind: 'fact', fact: { type: 'Other', data: { amount: 5 } } });
    const reached = reachedMessage({ xid: 7, position: 9 }, 0, 'urn:regulars:spec');
    expect(passed(reached.value)).toEqual({ kind: 'reached', place: { xid: 7, position: 9 } });
    expect(passed('{"type":"someone.else","nested":{"a":1,"data":{}}}')).toEqual({ kind: 'foreign' });
    const turned = JSON.stringify(
      Object.fromEntries(Object.entries(JSON.parse(messageOf().value) as object).reverse()),
    );
    expect(passed(turned)).toMatchObject({ kind: 'fact', fact: { data: { amount: 5 } } });
    expect(passed('{"type":"regulars.TabPut","data":{}}', { fact: 'tab-a1@3' })).toMatchObject({
      kind: 'pointer',
      revision: 3,
    });
  });
});
