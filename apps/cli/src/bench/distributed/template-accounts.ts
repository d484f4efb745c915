import {
  emptyStream,
  type AppendRequest,
  type CommandRecord,
  type EventStore,
  type NewEvent,
  type StoredEvent,
  type StreamTip,
} from '#libs/platform/event-store/event-store';
import { streamOf } from '#libs/platform/kernel/decider';
import { partId } from '#libs/platform/runtime/deterministic-id';
import { decodeEvent } from '#libs/platform/runtime/event-codec';
import { commandIdOf } from '#libs/platform/runtime/idempotency';
import type { StreamKind } from '#libs/platform/runtime/stream-kind';

/** One append of a member who is copied: what it stated. */
interface TemplateAppend {
  readonly category: string;
  readonly kind: StreamKind;
  readonly events: readonly NewEvent[];
}

/** A member who is copied, append by append. */
export interface Template {
  readonly memberId: string;
  readonly appends: readonly TemplateAppend[];
  /** What all copies share: ids of data keys. */
  readonly shared: ReadonlySet<string>;
}

/** What only one can have: a card is sealed and held by its owner, so copies have none. */
const ofOneOnly: ReadonlySet<string> = new Set(['CardIssued']);

const mostEvents = 10_000;
const uuids = /[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/g;
const uuidLength = 36;
/** Odd, so that different copies always give different numbers (2³² divided by the golden ratio). */
const spread = 0x9e3779b1;

/** Events of one append have ids that differ in the last four digits only. */
const commandOf = ({ streamId, eventId }: StoredEvent): string => `${streamId} ${eventId.slice(0, -4)}`;

/** Who did it stands in the copy as the bench, not as a policy because of an event that is not the copy's. */
const metaOf = ({ meta }: StoredEvent): string => {
  const { businessDate } = JSON.parse(meta) as { businessDate?: string };
  return JSON.stringify({ actor: 'bench', ...(businessDate === undefined ? {} : { businessDate }) });
};

/** The appends of one stream. */
const appendsOf = (kind: StreamKind, stored: readonly StoredEvent[]): readonly TemplateAppend[] => {
  const commands = new Map<string, StoredEvent[]>();
  for (const event of stored.filter(({ type }) => !ofOneOnly.has(type)))
    commands.set(commandOf(event), [...(commands.get(commandOf(event)) ?? []), event]);
  return [...commands.values()].map((events) => ({
    category: kind.category,
    kind,
    events: events.map((event) => ({ ...event, meta: metaOf(event) })),
  }));
};

const templateFrom = async (store: EventStore, kinds: readonly StreamKind[], memberId: string): Promise<Template> => {
  const shared = new Set<string>();
  const appends = new Map<string, readonly TemplateAppend[]>();
  for (const kind of kinds.filter(({ category }) => category === 'member' || category === 'account')) {
    const stored = await store.readStream(streamOf(kind.category, memberId), 0, mostEvents);
    const fold = (state: unknown, event: StoredEvent): unknown =>
      kind.evolve(state, decodeEvent(kind.catalogue, event));
    for (const keyId of kind.keysOf?.(stored.reduce(fold, kind.initial(memberId))).kept ?? []) shared.add(keyId);
    appends.set(kind.category, appendsOf(kind, stored));
  }
  // What a policy makes of an enrolment is there when it comes, so that it never writes where copies are written.
  const [booked, ...sales] = appends.get('account') ?? [];
  return { memberId, shared, appends: [...(booked ? [booked] : []), ...(appends.get('member') ?? []), ...sales] };
};

/** Reads members to be copied: what they really did, as the log has it. */
export const templatesFrom = (
  store: EventStore,
  kinds: readonly StreamKind[],
  memberIds: readonly string[],
): Promise<readonly Template[]> => Promise.all(memberIds.map((memberId) => templateFrom(store, kinds, memberId)));

/** A template's texts as a copy says them. */
const copyOf =
  ({ memberId, shared }: Template, copyId: string, number: number) =>
  (text: string): string =>
    text
      .replaceAll(memberId, copyId)
      .replaceAll(uuids, (start, offset: number, whole: string) =>
        shared.has(whole.slice(offset, offset + uuidLength))
          ? start
          : ((Number.parseInt(start, 16) + Math.imul(number, spread)) >>> 0).toString(16).padStart(8, '0'),
      );

/** The answer on record to what a copy was told. */
const answered = (key: string): CommandRecord => ({
  ...{ credential: 'bench', key, requestHash: key, status: 201, answer: '{}' },
});

const requestOf = (
  { kind, events: originals }: TemplateAppend,
  streamId: string,
  expected: StreamTip,
  copied: (text: string) => string,
): AppendRequest => {
  const command = answered(`${streamId} after ${expected.revision}`);
  const commandId = commandIdOf(streamId, command);
  const events = originals.map(({ type, schemaVersion, data, meta, occurredAt }, part): NewEvent => ({
    ...{ eventId: partId(commandId, part), type, schemaVersion, data: copied(data), meta, occurredAt },
  }));
  const facts = events.map(({ type, data, occurredAt: at }) => ({ type, at, data: JSON.parse(data) as object }));
  const claims = kind.claims?.(facts);
  return { streamId, events, expected, command, recordedAt: Date.now(), ...(claims && { claims }) };
};

/** One append of a copy. Those of one copy are to be taken one after the other, whichever of its streams they are on. */
export interface Turn {
  readonly copyId: string;
  readonly streamId: string;
  /** What to append; to be asked for when the copy's turn before this has been told where it ended. */
  request(): AppendRequest;
  /** Tells where the stream ends now. */
  appended(tip: StreamTip): void;
}

/** A group of copies that come to the shops by turns: everybody's first append, then everybody's second, and so on. */
export class LogMill {
  /** Where the streams of the present group end. */
  private tips = new Map<string, StreamTip>();
  private cohort = 0;
  private step = 0;
  private place = -1;

  constructor(
    private readonly templates: readonly Template[],
    private readonly cohortSize: number,
  ) {}

  /** Events of an append on average. */
  get eventsPerAppend(): number {
    const appends = this.templates.flatMap((template) => template.appends);
    return appends.reduce((sum, { events }) => sum + events.length, 0) / appends.length;
  }

  /** The next append. Those of one copy come in order. */
  next(): Turn {
    for (;;) {
      this.move();
      const number = this.cohort * this.cohortSize + this.place + 1;
      const template = this.templates[number % this.templates.length];
      const append = template?.appends[this.step];
      if (template !== undefined && append !== undefined) return this.turn(template, append, number);
    }
  }

  private turn(template: Template, append: TemplateAppend, number: number): Turn {
    const copyId = `C${String(number).padStart(8, '0')}`;
    const streamId = streamOf(append.category, copyId);
    // The group may have changed by the time that the last appends of the one before it are answered.
    const { tips } = this;
    return {
      ...{ copyId, streamId },
      request: () => requestOf(append, streamId, tips.get(streamId) ?? emptyStream, copyOf(template, copyId, number)),
      appended: (tip) => void tips.set(streamId, tip),
    };
  }

  private move(): void {
    this.place += 1;
    if (this.place < this.cohortSize) return;
    this.place = 0;
    this.step += 1;
    if (this.step < Math.max(...this.templates.map(({ appends }) => appends.length))) return;
    this.step = 0;
    this.cohort += 1;
    this.tips = new Map();
  }
}
