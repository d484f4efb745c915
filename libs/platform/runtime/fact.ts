import type { DomainEvent } from '#libs/platform/kernel/decider';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import type { Instant } from '#libs/platform/kernel/instant';
import type { LogPosition, ReadEvent } from '#libs/platform/event-store/event-store';
import { sizeOf } from '#libs/platform/event-store/page-size';

/** A stored event as projections, policies and timers see it: data at its present schema version, and its circumstances. */
export interface Fact<E extends DomainEvent = DomainEvent> {
  readonly type: E['type'];
  readonly data: E['data'];
  /** When it happened. */
  readonly at: Instant;
  readonly recordedAt: Instant;
  readonly streamId: string;
  readonly revision: number;
  readonly eventId: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly place: LogPosition;
}

/** The fact of one type among a union of events. */
export type FactOf<E extends DomainEvent, T extends E['type']> = Fact<Extract<E, { readonly type: T }>>;

/** A fact of any type of a union of events, told apart by its `type`. */
export type AnyFactOf<E extends DomainEvent> = E extends DomainEvent ? Fact<E> : never;

/** A fact over a stored event. Data and meta are parsed when first looked at, then once for all readers. */
export class LoggedFact implements Fact {
  readonly type: string;
  private dataNow: object | undefined;
  private metaNow: Readonly<Record<string, string>> | undefined;

  constructor(
    private readonly stored: ReadEvent,
    private readonly catalogue: EventCatalogue,
  ) {
    this.type = stored.type;
  }

  get data(): object {
    if (this.dataNow === undefined) {
      const { type, schemaVersion, data } = this.stored;
      this.dataNow = this.catalogue.upcast(type, schemaVersion, JSON.parse(data) as Record<string, unknown>);
    }
    return this.dataNow;
  }

  /** The schema version of {@link data}: the present one, or a later one that this program does not know yet. */
  get schemaVersion(): number {
    return Math.max(this.stored.schemaVersion, this.catalogue.versionOf(this.type));
  }

  /** {@link data} as JSON text: as it is stored, unless it had to be lifted. */
  get dataText(): string {
    const { schemaVersion, data } = this.stored;
    return schemaVersion >= this.schemaVersion ? data : JSON.stringify(this.data);
  }

  /** {@link meta} as JSON text, as it is stored. */
  get metaText(): string {
    return this.stored.meta;
  }

  /** How long the texts are that it was stored as, see `sizeOf` of the store. */
  get size(): number {
    return sizeOf(this.stored);
  }

  get meta(): Readonly<Record<string, string>> {
    this.metaNow ??= JSON.parse(this.stored.meta) as Readonly<Record<string, string>>;
    return this.metaNow;
  }

  get at(): Instant {
    return this.stored.occurredAt;
  }

  get recordedAt(): Instant {
    return this.stored.recordedAt;
  }

  get streamId(): string {
    return this.stored.streamId;
  }

  get revision(): number {
    return this.stored.revision;
  }

  get eventId(): string {
    return this.stored.eventId;
  }

  get place(): LogPosition {
    return this.stored;
  }
}
