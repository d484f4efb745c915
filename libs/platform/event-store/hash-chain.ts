import { hash } from 'node:crypto';
import type { Instant } from '#libs/platform/kernel/instant';
import { emptyStream, type NewEvent, type StoredEvent, type StreamTip } from './event-store';

/** Everything an event's hash covers besides the previous hash: all of the event but its place in the log. */
export interface HashedEvent extends NewEvent {
  readonly streamId: string;
  readonly revision: number;
  readonly recordedAt: Instant;
}

/** A netstring: the length in UTF-8 bytes, a colon, the text, a comma. Joined netstrings can be read in one way only. */
const netstring = (text: string): string => `${Buffer.byteLength(text)}:${text},`;

/** The same of a text that is ASCII by its nature, whose bytes need no counting: hashes, ids, numbers. */
const asciiNetstring = (text: string): string => `${text.length}:${text},`;

/**
 * SHA-256 (hex, 64 digits) of an event: the concatenated netstrings, in UTF-8, of previous hash ('' for the first
 * event of a stream), stream id, revision, event id, type, schema version, data, meta, occurred at and recorded at
 * (milliseconds). Numbers are written in decimal. Data and meta are hashed as the texts they are stored as.
 */
export const eventHash = (previous: string, event: HashedEvent): string =>
  hash(
    'sha256',
    asciiNetstring(previous) +
      netstring(event.streamId) +
      asciiNetstring(String(event.revision)) +
      asciiNetstring(event.eventId) +
      netstring(event.type) +
      asciiNetstring(String(event.schemaVersion)) +
      netstring(event.data) +
      netstring(event.meta) +
      asciiNetstring(String(event.occurredAt)) +
      asciiNetstring(String(event.recordedAt)),
    'hex',
  );

/** A new event with the place in its stream, and the hash, that an append gives it. */
export interface LinkedEvent extends HashedEvent {
  readonly hash: string;
}

/** The part of an append that decides its hashes. */
export interface Linkable {
  readonly streamId: string;
  readonly expected: StreamTip;
  readonly events: readonly NewEvent[];
  readonly recordedAt: Instant;
}

/** The events of an append as links of its stream's chain, starting after `expected`. */
export const linkEvents = ({ streamId, expected, events, recordedAt }: Linkable): LinkedEvent[] => {
  const links: LinkedEvent[] = [];
  let { revision, hash: previous } = expected;
  for (const { eventId, type, schemaVersion, data, meta, occurredAt } of events) {
    revision++;
    const link = { streamId, revision, eventId, type, schemaVersion, data, meta, occurredAt, recordedAt, hash: '' };
    link.hash = eventHash(previous, link);
    previous = link.hash;
    links.push(link);
  }
  return links;
};

/** The first event that does not follow from those before it. */
export interface ChainBreak {
  readonly kind: 'broken';
  readonly streamId: string;
  /** The revision that was due. */
  readonly revision: number;
  /** `gap`: another revision stood there; `altered`: the event's content does not give its hash. */
  readonly reason: 'gap' | 'altered';
  readonly event: StoredEvent;
}

/** Every event follows from the one before; `tip` is where a next page of the same stream must go on. */
export interface ChainIntact {
  readonly kind: 'intact';
  readonly tip: StreamTip;
}

/**
 * Checks the events of one stream, ascending from `start`, and answers the first break. Pages of a long stream are
 * checked one after another, each from the tip of the one before.
 */
export const verifyChain = (
  events: Iterable<StoredEvent>,
  start: StreamTip = emptyStream,
): ChainIntact | ChainBreak => {
  let tip = start;
  for (const event of events) {
    const revision = tip.revision + 1;
    if (event.revision !== revision) {
      return { kind: 'broken', streamId: event.streamId, revision, reason: 'gap', event };
    }
    if (eventHash(tip.hash, event) !== event.hash) {
      return { kind: 'broken', streamId: event.streamId, revision, reason: 'altered', event };
    }
    tip = { revision, hash: event.hash };
  }
  return { kind: 'intact', tip };
};
