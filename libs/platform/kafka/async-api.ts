import { z } from 'zod';
import type { EventCatalogue, EventType } from '#libs/platform/kernel/event-catalogue';
import { reachedType, typePrefix, type Publishing } from './cloud-event';
import { handedSchema, resultSchema } from './ingress';
import type { Topic, Topics } from './topics';

type Json = Readonly<Record<string, unknown>>;

/** An AsyncAPI 3.0 document, to be served as JSON. */
export interface AsyncApiDocument {
  readonly asyncapi: '3.0.0';
  readonly info: Json;
  readonly defaultContentType: string;
  readonly channels: Readonly<Record<string, Json>>;
  readonly operations: Readonly<Record<string, Json>>;
  readonly components: {
    readonly messages: Readonly<Record<string, Json>>;
    readonly schemas: Readonly<Record<string, Json>>;
  };
}

/** What the document is made from. */
export interface AsyncApiNeeds {
  readonly topics: Topics;
  /** Every type of event that is published. */
  readonly catalogue: EventCatalogue;
  readonly publishing: Pick<Publishing, 'withheld'>;
  /** The schema of tickets from other systems. */
  readonly ticket: z.ZodType;
  readonly version: string;
}

const cloudEvents = 'application/cloudevents+json';
const json = 'application/json';

/** A schema in JSON Schema draft 7, which AsyncAPI builds on; what it cannot say is left open. */
const jsonSchemaOf = (schema: z.ZodType, io: 'input' | 'output', name: string, shared: Record<string, Json>): Json => {
  const {
    $schema: _,
    definitions = {},
    ...body
  } = z.toJSONSchema(schema, { target: 'draft-7', io, unrepresentable: 'any' });
  const moved = (part: unknown): Json =>
    JSON.parse(JSON.stringify(part).replaceAll('"#/definitions/', `"#/components/schemas/${name}.`)) as Json;
  for (const [key, definition] of Object.entries(definitions as Json)) shared[`${name}.${key}`] = moved(definition);
  return moved(body);
};

const text = (description: string, more: Json = {}): Json => ({ type: 'string', description, ...more });

const envelopeOf = (type: string, properties: Json, required: readonly string[]): Json => ({
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'time', 'logxid', 'logposition', ...required],
  properties: {
    specversion: { const: '1.0' },
    id: text('The same for every copy of the event.'),
    source: text('The chain whose log it is from.', { format: 'uri-reference' }),
    type: { const: type },
    time: text('When it happened.', { format: 'date-time' }),
    logxid: text('Where it stands in the log: first part.', { pattern: '^\\d+$' }),
    logposition: text('Where it stands in the log: second part.', { pattern: '^\\d+$' }),
    ...properties,
  },
});

const without = (schema: Json, fields: readonly string[]): Json => {
  const { properties, required, ...rest } = schema as { properties?: Json; required?: readonly string[] };
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => !fields.includes(name))),
    required: (required ?? []).filter((name) => !fields.includes(name)),
  };
};

const factSchema = (
  { type, version, schema }: EventType,
  withheld: readonly string[],
  shared: Record<string, Json>,
): Json => {
  const data = jsonSchemaOf(schema, 'output', type, shared);
  return envelopeOf(
    typePrefix + type,
    {
      subject: text('The stream: what the fact is about.'),
      datacontenttype: { const: json },
      streamrevision: { type: 'integer', minimum: 0, description: 'Its number in the stream, without holes.' },
      schemaversion: { type: 'integer', minimum: version, description: 'Version of the schema of the data.' },
      recordedat: text('When it was recorded.', { format: 'date-time' }),
      meta: text('Who caused it, and what it goes back to: JSON as text.'),
      traceparent: text('W3C trace context.'),
      ...(withheld.length === 0 ? {} : { withheld: { const: true, description: 'Personal fields were left out.' } }),
      data: withheld.length === 0 ? data : without(data, withheld),
    },
    ['subject', 'streamrevision', 'schemaversion', 'recordedat', 'meta', 'data'],
  );
};

const reachedSchema = envelopeOf(reachedType, {}, []);

const message = (name: string, contentType: string, { keyedBy }: Topic): Json => ({
  name,
  contentType,
  payload: { $ref: `#/components/schemas/${name}` },
  bindings: { kafka: { key: { type: 'string', description: keyedBy }, bindingVersion: '0.5.0' } },
});

const channel = ({ name, partitions, retentionMs, carries }: Topic, messages: readonly string[]): Json => ({
  address: name,
  description: carries,
  messages: Object.fromEntries(messages.map((each) => [each, { $ref: `#/components/messages/${each}` }])),
  bindings: {
    kafka: {
      topic: name,
      partitions,
      topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': retentionMs },
      bindingVersion: '0.5.0',
    },
  },
});

const operation = (action: 'send' | 'receive', name: string, summary: string, more: Json = {}): Json => ({
  action,
  channel: { $ref: `#/channels/${name}` },
  summary,
  ...more,
});

const operations = {
  publishFacts: operation('send', 'facts', 'Every fact of the log, in its order per key.'),
  takeTickets: operation('receive', 'tickets', 'Tickets from other systems.', {
    reply: { channel: { $ref: '#/channels/ticketResults' } },
  }),
  putTicketsAside: operation('send', 'deadTickets', 'Tickets that could not be read, with the reason in a header.'),
};

/** The document of every topic, from the schemas that facts and tickets are checked against. */
export const asyncApiOf = ({ topics, catalogue, publishing, ticket, version }: AsyncApiNeeds): AsyncApiDocument => {
  const schemas: Record<string, Json> = {};
  const facts = catalogue.all();
  for (const each of facts) schemas[each.type] = factSchema(each, publishing.withheld[each.type] ?? [], schemas);
  schemas['LogReached'] = reachedSchema;
  schemas['HandedTicket'] = jsonSchemaOf(handedSchema(ticket), 'input', 'HandedTicket', schemas);
  schemas['TicketResult'] = jsonSchemaOf(resultSchema, 'output', 'TicketResult', schemas);
  schemas['DeadTicket'] = { description: 'The message as it came.' };
  const names = [...facts.map(({ type }) => type), 'LogReached'];
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Regulars',
      version,
      description: 'Facts of a chain’s members, at least once: equal ids are copies. Tickets from other systems.',
    },
    defaultContentType: json,
    channels: {
      facts: channel(topics.facts, names),
      tickets: channel(topics.tickets, ['HandedTicket']),
      ticketResults: channel(topics.ticketResults, ['TicketResult']),
      deadTickets: channel(topics.deadTickets, ['DeadTicket']),
    },
    operations,
    components: {
      messages: {
        ...Object.fromEntries(names.map((name) => [name, message(name, cloudEvents, topics.facts)])),
        HandedTicket: message('HandedTicket', json, topics.tickets),
        TicketResult: message('TicketResult', json, topics.ticketResults),
        DeadTicket: message('DeadTicket', json, topics.deadTickets),
      },
      schemas,
    },
  };
};
