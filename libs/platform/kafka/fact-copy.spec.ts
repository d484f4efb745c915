import fc from 'fast-check';
import { z } from 'zod';
import type { StoredEvent } from '#libs/platform/event-store/event-store';
import { idOf } from '#libs/platform/kernel/decider';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { LoggedFact } from '#libs/platform/runtime/fact';
import { factMessage, type Publishing } from './cloud-event';
import { loggedCopy, publishedCopy, type PublishedCopy } from './fact-copy';

const catalogue = new EventCatalogue([
  eventType('TabPut', z.object({ amount: z.number() }), [(data) => ({ amount: data['cents'] })]),
  eventType('CardIssued', z.object({ cardId: z.string(), number: z.string().optional() })),
]);
const publishing: Publishing = { source: 'urn:regulars:spec', keyOf: idOf, withheld: { CardIssued: ['number'] } };

const factOf = (parts: Partial<StoredEvent> = {}): LoggedFact =>
  new LoggedFact(
    {
      ...{ eventId: '00000000-0000-5000-8000-000000000001', streamId: 'tab-a1', revision: 3 },
      ...{ type: 'TabPut', schemaVersion: 2, data: '{"amount":5}', meta: '{"actor":"till-7"}' },
      ...{ occurredAt: 1_000, recordedAt: 2_000, hash: '', xid: 900, position: 41 },
      ...parts,
    },
    catalogue,
  );

const publishedAs = (value: string): PublishedCopy | undefined =>
  publishedCopy({ value: Buffer.from(value) }, catalogue, publishing);
const published = (fact: LoggedFact): PublishedCopy | undefined => publishedAs(factMessage(fact, publishing).value);
const card = factOf({ type: 'CardIssued', schemaVersion: 1, data: '{"cardId":"c1","number":"sealed"}' });

it('is the same for what is logged and what is published of it, whatever it says', () =>
  fc.assert(
    fc.property(
      fc.record({
        type: fc.constantFrom('TabPut', 'TabPaid', 'CardIssued'),
        meta: fc.dictionary(fc.string(), fc.string()),
      }),
      fc.dictionary(fc.string(), fc.jsonValue()),
      ({ type, meta }, data) => {
        const fact = factOf({ type, meta: JSON.stringify(meta), data: JSON.stringify(data) });
        expect(published(fact)).toEqual({ ...loggedCopy(fact, publishing), leaks: false });
      },
    ),
  ));

it('says of which event of which stream it is, and sixteen digits', () => {
  expect(loggedCopy(factOf(), publishing)).toEqual({
    streamId: 'tab-a1',
    revision: 3,
    eventId: '00000000-0000-5000-8000-000000000001',
    digest: expect.stringMatching(/^[0-9a-f]{16}$/),
  });
});

it.each<[string, Partial<StoredEvent>]>([
  ['data', { data: '{"amount":6}' }],
  ['circumstances', { meta: '{"actor":"till-8"}' }],
  ['time', { occurredAt: 1_001 }],
  ['time of recording', { recordedAt: 2_001 }],
  ['id', { eventId: '00000000-0000-5000-8000-000000000002' }],
  ['type', { type: 'TabPaid' }],
])('has other digits when its %s is another', (_, parts) =>
  expect(loggedCopy(factOf(parts), publishing).digest).not.toBe(loggedCopy(factOf(), publishing).digest),
);

it('has the same digits wherever in the log it stands, and under whatever version it was published', () => {
  const { digest } = loggedCopy(factOf(), publishing);
  expect(loggedCopy(factOf({ xid: 1, position: 1 }), publishing).digest).toBe(digest);
  expect(loggedCopy(factOf({ schemaVersion: 1, data: '{"cents":5}' }), publishing).digest).toBe(digest);
  const { value } = factMessage(factOf(), publishing);
  const older = value.replace('"schemaversion":2', '"schemaversion":1').replace('"amount"', '"cents"');
  expect(publishedAs(older)?.digest).toBe(digest);
});

describe('fields that stay in the log', () => {
  it('do not count', () => {
    const other = factOf({ type: 'CardIssued', schemaVersion: 1, data: '{"cardId":"c1","number":"other"}' });
    expect(loggedCopy(other, publishing)).toEqual(loggedCopy(card, publishing));
    expect(published(card)).toMatchObject({ leaks: false });
  });

  it('are noticed where they got out, and only of their own type', () => {
    const { value } = factMessage(card, { ...publishing, withheld: {} });
    expect(publishedAs(value)).toEqual({ ...loggedCopy(card, publishing), leaks: true });
    const tab = factOf({ data: '{"amount":5,"number":"7"}' });
    expect(published(tab)).toMatchObject({ leaks: false });
  });
});

describe('a message without a fact that can be read', () => {
  const { value } = factMessage(factOf(), publishing);
  it.each([
    ['nothing', ''],
    ['no JSON', '{"type":'],
    ['null', 'null'],
    ['a list', '[1]'],
    ['an event of others', value.replace('regulars.TabPut', 'com.example.TabPut')],
    ['how far the log has been published', value.replace('regulars.TabPut', 'regulars.LogReached')],
    ['data that is no object', value.replace('{"amount":5}', '5')],
    ['data that is missing', value.replace('"data":{"amount":5}', '"data":null')],
    ['a revision in words', value.replace('"streamrevision":3', '"streamrevision":"3"')],
    ['no metadata', value.replace('"meta":', '"other":')],
  ])('has no copy: %s', (_, text) => expect(publishedAs(text)).toBeUndefined());

  it('has none without a body either', () =>
    expect(publishedCopy({ value: null }, catalogue, publishing)).toBeUndefined());

  it('has one without digits when its data cannot be lifted, so that it is found to differ', () => {
    const lifting = new EventCatalogue([
      eventType('TabPut', z.object({ amount: z.number() }), [
        () => {
          throw new TypeError('no cents');
        },
      ]),
    ]);
    const older = value.replace('"schemaversion":2', '"schemaversion":1');
    expect(publishedCopy({ value: Buffer.from(older) }, lifting, publishing)).toMatchObject({
      streamId: 'tab-a1',
      digest: '',
      leaks: false,
    });
  });
});
