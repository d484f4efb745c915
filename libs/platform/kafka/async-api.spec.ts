import { z } from 'zod';
import { EventCatalogue, eventType } from '#libs/platform/kernel/event-catalogue';
import { asyncApiOf } from './async-api';
import { topicsOf } from './topics';

type Tree = { readonly [name: string]: Tree };

interface Nested {
  readonly name: string;
  readonly parts: readonly Nested[];
}
const nested: z.ZodType<Nested> = z.object({
  name: z.string(),
  get parts() {
    return z.array(nested);
  },
});

const catalogue = new EventCatalogue([
  eventType('CardIssued', z.object({ cardId: z.string(), number: z.string() })),
  eventType('PointsEarned', z.object({ points: z.int(), wallet: z.string().exactOptional() }), [(data) => data]),
  eventType('TreePlanted', z.object({ tree: nested })),
]);

const document = asyncApiOf({
  topics: topicsOf('chain'),
  catalogue,
  publishing: { withheld: { CardIssued: ['number'] } },
  ticket: z.strictObject({ memberId: z.string(), lines: z.array(z.object({ sku: z.string() })) }),
  version: '3',
});

const at = (reference: string): unknown =>
  reference
    .slice(2)
    .split('/')
    .reduce<unknown>((part, name) => (part as Tree | undefined)?.[name], document);

const referencesIn = (part: unknown): string[] => {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]) => (name === '$ref' ? [value as string] : referencesIn(value)));
};

const payloadOf = (name: string) => document.components.schemas[name] as unknown as Tree;

it('describes every topic by its own name and number of partitions', () => {
  expect(
    Object.values(document.channels).map(({ address, bindings }) => [
      address,
      (bindings as Tree)['kafka']?.['partitions'],
    ]),
  ).toEqual([
    ['chain.facts', 12],
    ['chain.tickets', 12],
    ['chain.ticket-results', 12],
    ['chain.tickets.dead', 1],
  ]);
  expect(document.asyncapi).toBe('3.0.0');
});

it('leads nowhere into the void', () => {
  const references = referencesIn(document);
  expect(references.length).toBeGreaterThan(15);
  for (const reference of references) expect([reference, typeof at(reference)]).toEqual([reference, 'object']);
});

it('names every type of fact once, as a message of the topic of facts', () => {
  const { messages } = document.channels['facts'] as unknown as { messages: object };
  expect(Object.keys(messages)).toEqual([...catalogue.all().map(({ type }) => type), 'LogReached']);
});

it('says what a fact looks like, at its present version', () => {
  const { properties, required } = payloadOf('PointsEarned');
  expect(properties?.['type']).toEqual({ const: 'regulars.PointsEarned' });
  expect(properties?.['schemaversion']).toMatchObject({ minimum: 2 });
  expect(properties?.['data']).toMatchObject({ required: ['points'], properties: { wallet: { type: 'string' } } });
  expect(required).toEqual(expect.arrayContaining(['id', 'subject', 'streamrevision', 'data']));
});

it('does not show what stays in the log', () => {
  const { properties } = payloadOf('CardIssued');
  expect(JSON.stringify(properties?.['data'])).not.toContain('number');
  expect(properties?.['data']).toMatchObject({ required: ['cardId'] });
  expect(properties?.['withheld']).toMatchObject({ const: true });
});

it('says how to hand in a ticket, and what comes back', () => {
  const handed = payloadOf('HandedTicket');
  expect(handed['required']).toEqual(['source', 'idempotencyKey', 'ticket']);
  expect(handed['properties']?.['ticket']).toMatchObject({ required: ['memberId', 'lines'] });
  expect(payloadOf('TicketResult')['required']).toEqual(['source', 'idempotencyKey', 'status']);
  expect(document.operations['takeTickets']).toMatchObject({ action: 'receive' });
});
