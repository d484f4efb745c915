import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Fact, LoggedFact } from '#libs/platform/runtime/fact';

/** Before the name of every type of message, so that it is told apart from those of other systems. */
export const typePrefix = 'regulars.';

/** The type of the message that says how far the log has been published. */
export const reachedType = `${typePrefix}LogReached`;

/** How facts are published. */
export interface Publishing {
  /** CloudEvents `source`: which chain's log the facts are from, a URI reference such as `urn:regulars:northwind`. */
  readonly source: string;
  /** What keeps its order: facts of one key arrive as they are in the log. Usually the member's id. */
  readonly keyOf: (streamId: string) => string;
  /**
   * Fields that stay in the log, by type of event: everything personal, sealed or not. Our own read models look such
   * facts up in the log, other systems do without.
   */
  readonly withheld: Readonly<Record<string, readonly string[]>>;
}

/** A message on its way to a topic. */
export interface OutgoingMessage {
  readonly key: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

const contentType = 'application/cloudevents+json; charset=UTF-8';

const published = (fact: LoggedFact, fields: readonly string[] | undefined): string =>
  fields === undefined
    ? fact.dataText
    : JSON.stringify(Object.fromEntries(Object.entries(fact.data).filter(([name]) => !fields.includes(name))));

const textAt = (instant: Instant): string => new Date(instant).toISOString();

/** Meta is looked into only where it may be worth it. */
const traceOf = ({ metaText, meta }: LoggedFact): string | undefined =>
  metaText.includes('"traceparent"') ? meta['traceparent'] : undefined;

/**
 * A fact as a CloudEvent 1.0 in structured JSON. Extensions say where it stands in its stream and in the log, its schema
 * version, and its circumstances. A header repeats what finds it in the log should the body be unreadable.
 */
export const factMessage = (fact: LoggedFact, { source, keyOf, withheld }: Publishing): OutgoingMessage => {
  const { streamId, revision, type, place } = fact;
  const fields = Object.hasOwn(withheld, type) ? withheld[type] : undefined;
  const traceparent = traceOf(fact);
  const envelope = {
    specversion: '1.0',
    id: fact.eventId,
    source,
    type: typePrefix + type,
    subject: streamId,
    time: textAt(fact.at),
    datacontenttype: 'application/json',
    streamrevision: revision,
    logxid: String(place.xid),
    logposition: String(place.position),
    schemaversion: fact.schemaVersion,
    recordedat: textAt(fact.recordedAt),
    meta: fact.metaText,
    ...(fields === undefined ? {} : { withheld: true }),
    ...(traceparent === undefined ? {} : { traceparent }),
  };
  // The data is text already: it is put in as it is.
  const value = `${JSON.stringify(envelope).slice(0, -1)},"data":${published(fact, fields)}}`;
  const headers = { 'content-type': contentType, fact: `${streamId}@${revision}` };
  return { key: keyOf(streamId), value, headers: traceparent === undefined ? headers : { ...headers, traceparent } };
};

/** Says to one partition that every fact of its keys up to a place has been sent before. */
export const reachedMessage = (place: LogPosition, at: Instant, source: string): Omit<OutgoingMessage, 'key'> => ({
  value: JSON.stringify({
    specversion: '1.0',
    id: `reached-${place.xid}-${place.position}`,
    source,
    type: reachedType,
    time: textAt(at),
    logxid: String(place.xid),
    logposition: String(place.position),
  }),
  headers: { 'content-type': contentType },
});

/** A fact as it came over the bus, equal in everything to the one in the log. */
export class ReceivedFact implements Fact {
  private dataNow: object | undefined;
  private metaNow: Readonly<Record<string, string>> | undefined;

  constructor(
    private readonly envelope: FactEnvelope,
    readonly type: string,
    private readonly catalogue: EventCatalogue,
    readonly place: LogPosition,
  ) {}

  get data(): object {
    this.dataNow ??= this.catalogue.upcast(this.type, this.envelope.schemaversion, this.envelope.data);
    return this.dataNow;
  }

  get meta(): Readonly<Record<string, string>> {
    this.metaNow ??= JSON.parse(this.envelope.meta) as Readonly<Record<string, string>>;
    return this.metaNow;
  }

  /** The schema version of {@link data}, as in {@link LoggedFact}. */
  get schemaVersion(): number {
    return Math.max(this.envelope.schemaversion, this.catalogue.versionOf(this.type));
  }

  get at(): Instant {
    return Date.parse(this.envelope.time);
  }

  get recordedAt(): Instant {
    return Date.parse(this.envelope.recordedat);
  }

  get streamId(): string {
    return this.envelope.subject;
  }

  get revision(): number {
    return this.envelope.streamrevision;
  }

  get eventId(): string {
    return this.envelope.id;
  }
}

/** What a message that carries a fact says. */
export interface FactEnvelope {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly streamrevision: number;
  readonly logxid: string;
  readonly logposition: string;
  readonly schemaversion: number;
  readonly recordedat: string;
  readonly meta: string;
  readonly withheld?: boolean;
  readonly data: Record<string, unknown>;
}

/** A fact that says by which program it can be understood. */
export interface VersionedFact extends Fact {
  readonly schemaVersion: number;
}

/** What a message turned out to be. */
export type Arrival =
  | { readonly kind: 'fact'; readonly fact: VersionedFact }
  /** There is a fact, but it must be looked up in the log. */
  | { readonly kind: 'pointer'; readonly streamId: string; readonly revision: number; readonly place?: LogPosition }
  | { readonly kind: 'reached'; readonly place: LogPosition }
  /** Of another kind: not ours to read. */
  | { readonly kind: 'foreign' }
  | { readonly kind: 'unreadable'; readonly error: string };

/** A message as it comes from a topic. */
export interface IncomingMessage {
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, Buffer | string | readonly (Buffer | string)[] | undefined>>;
}

const texts = ['id', 'subject', 'time', 'logxid', 'logposition', 'recordedat', 'meta'] as const;
const numbers = ['streamrevision', 'schemaversion'] as const;

const isFactEnvelope = (value: Readonly<Record<string, unknown>>): boolean =>
  texts.every((name) => typeof value[name] === 'string') &&
  numbers.every((name) => Number.isSafeInteger(value[name])) &&
  typeof value['data'] === 'object' &&
  value['data'] !== null;

/** The envelope of a message that carries a fact whole; undefined for every other message. Total. */
export const envelopeIn = ({ value }: IncomingMessage): FactEnvelope | undefined => {
  try {
    const read = JSON.parse(value?.toString('utf8') ?? 'null') as Readonly<Record<string, unknown>> | null;
    const type = read?.['type'];
    const isOurs = typeof type === 'string' && type.startsWith(typePrefix) && type !== reachedType;
    return read !== null && isOurs && isFactEnvelope(read) ? (read as unknown as FactEnvelope) : undefined;
  } catch {
    return undefined;
  }
};

const placeOf = (value: Readonly<Record<string, unknown>>): LogPosition | undefined => {
  const place = { xid: Number(value['logxid']), position: Number(value['logposition']) };
  return Number.isSafeInteger(place.xid) && Number.isSafeInteger(place.position) ? place : undefined;
};

const arrivalOf = (value: Readonly<Record<string, unknown>>, catalogue: EventCatalogue): Arrival | undefined => {
  const { type } = value;
  if (typeof type !== 'string') return undefined;
  if (!type.startsWith(typePrefix)) return { kind: 'foreign' };
  const place = placeOf(value);
  if (place === undefined) return undefined;
  if (type === reachedType) return { kind: 'reached', place };
  if (!isFactEnvelope(value)) return undefined;
  const envelope = value as unknown as FactEnvelope;
  if (envelope.withheld === true)
    return { kind: 'pointer', streamId: envelope.subject, revision: envelope.streamrevision, place };
  return { kind: 'fact', fact: new ReceivedFact(envelope, type.slice(typePrefix.length), catalogue, place) };
};

const pointerIn = ({ headers }: IncomingMessage): Arrival | undefined => {
  const [, streamId, revision] = /^(.+)@(\d{1,15})$/s.exec(headers?.['fact']?.toString() ?? '') ?? [];
  return streamId === undefined ? undefined : { kind: 'pointer', streamId, revision: Number(revision) };
};

/** Reads a message. One whose body is damaged still says by its headers which fact it carried. Total. */
export const readMessage = (message: IncomingMessage, catalogue: EventCatalogue): Arrival => {
  let error = 'The message is no event of ours, nor of anybody else.';
  try {
    const value = JSON.parse(message.value?.toString('utf8') ?? 'null') as Readonly<Record<string, unknown>> | null;
    const arrival = value === null ? undefined : arrivalOf(value, catalogue);
    if (arrival !== undefined) return arrival;
  } catch (problem) {
    error = problem instanceof Error ? problem.message : String(problem);
  }
  return pointerIn(message) ?? { kind: 'unreadable', error };
};
