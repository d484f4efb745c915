import { hash } from 'node:crypto';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { LoggedFact } from '#libs/platform/runtime/fact';
import { envelopeIn, type IncomingMessage } from './arrival';
import { typePrefix, type Publishing } from './cloud-event';

/** A fact in short, for comparing what is published with what is logged. */
export interface FactCopy {
  readonly streamId: string;
  readonly revision: number;
  readonly eventId: string;
  /** Sixteen digits that are the same for equal content, whichever version of the program published it. */
  readonly digest: string;
}

/** A published fact in short. */
export interface PublishedCopy extends FactCopy {
  /** True when it carries fields that are to stay in the log. */
  readonly leaks: boolean;
}

type Data = Readonly<Record<string, unknown>>;

const digestOf = (parts: readonly unknown[]): string => hash('sha1', JSON.stringify(parts), 'hex').slice(0, 16);

const withheldFrom = ({ withheld }: Publishing, type: string): readonly string[] =>
  (Object.hasOwn(withheld, type) ? withheld[type] : undefined) ?? [];

const without = (data: Data, fields: readonly string[]): Data =>
  fields.length === 0 ? data : Object.fromEntries(Object.entries(data).filter(([name]) => !fields.includes(name)));

/** A fact of the log in short. */
export const loggedCopy = (fact: LoggedFact, publishing: Publishing): FactCopy => {
  const { streamId, revision, eventId, type, at, recordedAt, metaText } = fact;
  const data = without(fact.data as Data, withheldFrom(publishing, type));
  return { streamId, revision, eventId, digest: digestOf([eventId, type, at, recordedAt, metaText, data]) };
};

/** A published fact in short; undefined for a message that carries no fact, or none that can be read. Total. */
export const publishedCopy = (
  message: IncomingMessage,
  catalogue: EventCatalogue,
  publishing: Publishing,
): PublishedCopy | undefined => {
  const envelope = envelopeIn(message);
  if (envelope === undefined) return undefined;
  const { id: eventId, subject: streamId, streamrevision: revision, meta } = envelope;
  const type = envelope.type.slice(typePrefix.length);
  const fields = withheldFrom(publishing, type);
  try {
    const data = without(catalogue.upcast(type, envelope.schemaversion, envelope.data), fields);
    const digest = digestOf([eventId, type, Date.parse(envelope.time), Date.parse(envelope.recordedat), meta, data]);
    return { streamId, revision, eventId, digest, leaks: fields.some((name) => Object.hasOwn(envelope.data, name)) };
  } catch {
    return { streamId, revision, eventId, digest: '', leaks: false };
  }
};
