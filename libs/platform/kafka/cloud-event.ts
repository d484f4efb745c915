import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';
import type { LoggedFact } from '#libs/platform/runtime/fact';

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
