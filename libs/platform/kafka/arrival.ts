import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Fact } from '#libs/platform/runtime/fact';
import { reachedType, typePrefix } from './cloud-event';

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
  | {
      readonly kind: 'pointer';
      readonly streamId: string;
      readonly revision: number;
      readonly eventId?: string;
      readonly place?: LogPosition;
    }
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
  const { id: eventId, subject: streamId, streamrevision: revision } = envelope;
  if (envelope.withheld === true) return { kind: 'pointer', streamId, revision, eventId, place };
  return { kind: 'fact', fact: new ReceivedFact(envelope, type.slice(typePrefix.length), catalogue, place) };
};

const pointerIn = ({ headers }: IncomingMessage): Arrival | undefined => {
  const [, streamId, revision] = /^(.+)@(\d{1,15})$/s.exec(headers?.['fact']?.toString() ?? '') ?? [];
  return streamId === undefined ? undefined : { kind: 'pointer', streamId, revision: Number(revision) };
};

/** Where `factMessage` of `cloud-event.ts` begins a fact's data. Within a JSON text the quotes would stand behind a backslash. */
const dataMark = ',"data":';

/** What stands before a fact's data, where `factMessage` wrote it; undefined for every other message. Total. */
const headIn = (value: Buffer): Readonly<Record<string, unknown>> | undefined => {
  const end = value.indexOf(dataMark);
  try {
    return end < 0 ? undefined : (JSON.parse(`${value.toString('utf8', 0, end)}}`) as Record<string, unknown>);
  } catch {
    return undefined;
  }
};

/** Whether anybody looks at what facts of a type say. */
type Wants = (type: string) => boolean;

/** A fact of a type that nobody wants: its data stays unread, and counts as none. Undefined for every other message. */
const unwanted = ({ value }: IncomingMessage, catalogue: EventCatalogue, wants: Wants): Arrival | undefined => {
  const head = value === null ? undefined : headIn(value);
  const type = head?.['type'];
  if (typeof type !== 'string' || !type.startsWith(typePrefix) || wants(type.slice(typePrefix.length)))
    return undefined;
  return arrivalOf({ ...head, data: {}, withheld: false }, catalogue);
};

/** What all of a message's body says. Throws when it is no JSON. */
const whole = ({ value }: IncomingMessage, catalogue: EventCatalogue): Arrival | undefined => {
  const read = JSON.parse(value?.toString('utf8') ?? 'null') as Readonly<Record<string, unknown>> | null;
  return read === null ? undefined : arrivalOf(read, catalogue);
};

/** Reads a message. One whose body is damaged still says by its headers which fact it carried. Total. */
export const readMessage = (
  message: IncomingMessage,
  catalogue: EventCatalogue,
  { wants }: { readonly wants?: Wants } = {},
): Arrival => {
  let error = 'The message is no event of ours, nor of anybody else.';
  try {
    const arrival = (wants && unwanted(message, catalogue, wants)) ?? whole(message, catalogue);
    if (arrival !== undefined) return arrival;
  } catch (problem) {
    error = problem instanceof Error ? problem.message : String(problem);
  }
  return pointerIn(message) ?? { kind: 'unreadable', error };
};
