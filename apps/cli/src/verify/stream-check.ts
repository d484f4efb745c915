import { isDeepStrictEqual } from 'node:util';
import { emptyStream, type StreamTip } from '#libs/platform/event-store/event-store';
import { verifyChain } from '#libs/platform/event-store/hash-chain';
import { idOf, type DomainEvent } from '#libs/platform/kernel/decider';
import type { EventCatalogue, EventType } from '#libs/platform/kernel/event-catalogue';
import { decodeEvent } from '#libs/platform/runtime/event-codec';
import { isFirstPart, partId } from '#libs/platform/runtime/deterministic-id';
import { commandIdOf } from '#libs/platform/runtime/idempotency';
import type { StreamAudit, StreamKind } from '#libs/platform/runtime/stream-kind';
import type { ClaimRow, CommandRow, EventRow, StreamRow } from './log-rows';
import type { DifferenceKind, Report } from './findings';

/** What the other tables say of a stream. */
export interface SaidElsewhere {
  readonly claims: readonly ClaimRow[];
  readonly commands: readonly CommandRow[];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const known = new WeakMap<EventCatalogue, ReadonlyMap<string, EventType>>();

const typesOf = (catalogue: EventCatalogue): ReadonlyMap<string, EventType> => {
  const found = known.get(catalogue) ?? new Map(catalogue.all().map((each) => [each.type, each]));
  known.set(catalogue, found);
  return found;
};

/** Checks one stream, event by event, in the memory of its folded state. */
export class StreamCheck {
  private tip: StreamTip = emptyStream;
  private broken = false;
  private foldable = true;
  private state: unknown;
  private writtenAt = 0;
  private readonly audit: StreamAudit | undefined;
  /** Names that the facts take, with the revision of the fact. */
  private readonly names = new Map<string, number>();

  /** Ids of the first events of appends whose answers are on record, with their revisions. */
  private readonly appends = new Map<string, number>();

  constructor(
    private readonly streamId: string,
    private readonly kind: StreamKind | undefined,
    /** What is said of its end: undefined when nothing is, null when the store says so nowhere but in the events. */
    private readonly row: StreamRow | undefined | null,
    private readonly report: Report,
  ) {
    this.state = kind?.initial(idOf(streamId));
    this.audit = kind?.audit?.();
    if (kind === undefined) this.found('unreadable-event', 'the stream is of no known kind');
    if (row === undefined) this.found('wrong-tip', 'there are events, but no row that says where they end');
  }

  /** The next event of the stream. */
  take(event: EventRow): void {
    this.chain(event);
    if (this.kind?.isAnswered === true && isFirstPart(event.eventId)) this.appends.set(event.eventId, event.revision);
    const fact = this.decoded(event);
    if (fact === undefined) this.foldable = false;
    else this.apply(fact, event);
    this.writtenAt = Math.max(this.writtenAt, event.recordedAt);
    if (event.revision === this.row?.snapshotRevision) this.snapshot(this.row);
  }

  /** After the last event: what the stream adds up to, against what is said of it. Answers the final state. */
  finish({ claims, commands }: SaidElsewhere): unknown {
    this.end();
    if (this.foldable)
      for (const problem of this.audit?.problems(this.state, this.writtenAt) ?? [])
        this.found('not-conserved', problem);
    this.claimed(claims);
    for (const command of commands) this.answered(command);
    this.unanswered(commands);
    return this.foldable ? this.state : undefined;
  }

  private found(kind: DifferenceKind, what: string): void {
    this.report({ kind, where: this.streamId, what });
  }

  /** Each break is told once; the chain is then followed on from the event as it stands. */
  private chain(event: EventRow): void {
    const checked = verifyChain([event], this.tip);
    this.tip = { revision: event.revision, hash: event.hash };
    if (checked.kind === 'intact') return;
    if (checked.reason === 'gap')
      this.found('gap', `revision ${checked.revision} is missing, ${event.revision} follows`);
    else this.found('altered-event', `revision ${event.revision} (${event.type}) does not give its hash`);
    this.broken = true;
  }

  private decoded(event: EventRow): DomainEvent | undefined {
    const { kind } = this;
    if (kind === undefined) return undefined;
    const place = `revision ${event.revision} (${event.type})`;
    const type = typesOf(kind.catalogue).get(event.type);
    if (type === undefined) {
      this.found('unreadable-event', `${place} is of no known type`);
      return undefined;
    }
    try {
      const fact = decodeEvent<DomainEvent>(kind.catalogue, event);
      const fits = type.schema.safeParse(fact.data);
      if (fits.success) return fact;
      const [issue] = fits.error.issues;
      this.found('unreadable-event', `${place} does not fit: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
    } catch (error) {
      this.found('unreadable-event', `${place} cannot be read: ${messageOf(error)}`);
    }
    return undefined;
  }

  private apply(fact: DomainEvent, { revision }: EventRow): void {
    const { kind } = this;
    if (kind === undefined || !this.foldable) return;
    try {
      this.state = kind.evolve(this.state, fact);
      this.audit?.take(fact);
      for (const name of kind.claims?.([fact]) ?? []) this.names.set(name, revision);
    } catch (error) {
      this.foldable = false;
      this.found('unfoldable', `revision ${revision} (${fact.type}): ${messageOf(error)}`);
    }
  }

  private snapshot({ fold, snapshotRevision, state }: StreamRow): void {
    if (fold !== this.kind?.foldVersion || state === null || !this.foldable) return;
    const folded: unknown = JSON.parse(JSON.stringify(this.state));
    if (!isJson(state) || !isDeepStrictEqual(JSON.parse(state), folded))
      this.found('wrong-snapshot', `the snapshot at revision ${snapshotRevision} is not what the facts add up to`);
  }

  private end(): void {
    const { row, tip } = this;
    if (row === undefined || row === null) return;
    if (row.revision !== tip.revision)
      this.found('wrong-tip', `it should end at revision ${row.revision}, the last event is ${tip.revision}`);
    else if (row.hash !== tip.hash && !this.broken)
      this.found('wrong-tip', 'its row holds another hash than its last event');
    if (row.snapshotRevision !== null && row.snapshotRevision > tip.revision)
      this.found(
        'wrong-snapshot',
        `the snapshot is of revision ${row.snapshotRevision}, the last event is ${tip.revision}`,
      );
  }

  private claimed(claims: readonly ClaimRow[]): void {
    for (const { name, revision } of claims) {
      if (revision > this.tip.revision)
        this.found('wrong-claim', `${name} was taken at revision ${revision}, which there is not`);
      else if (this.kind?.claims !== undefined && this.foldable) this.backed(name, revision);
    }
    if (this.foldable) this.unclaimed(new Set(claims.map(({ name }) => name)));
  }

  /** Names that the facts take and nobody, or somebody else, holds; and names that an erasure should have given back. */
  private unclaimed(held: ReadonlySet<string>): void {
    for (const [name, revision] of this.names)
      if (!held.has(name))
        this.found('wrong-claim', `revision ${revision} takes ${name}, which this stream does not hold`);
    const erased = (this.kind?.keysOf?.(this.state).destroyed.length ?? 0) > 0;
    if (erased && held.size > 0) this.found('wrong-claim', `${held.size} identifiers are still held after the erasure`);
  }

  private backed(name: string, revision: number): void {
    const fact = this.names.get(name);
    if (fact === undefined) this.found('wrong-claim', `${name} is held, but no fact takes it`);
    else if (fact > revision)
      this.found('wrong-claim', `${name} is noted at revision ${revision}, before the fact at ${fact}`);
  }

  /** What was stated under a key would be stated again, were the same request to come once more. */
  private unanswered(commands: readonly CommandRow[]): void {
    if (this.appends.size === 0) return;
    for (const command of commands) this.appends.delete(partId(commandIdOf(this.streamId, command), 0));
    for (const revision of this.appends.values())
      this.found('wrong-command', `the answer to the command that stated revision ${revision} is not on record`);
  }

  private answered({ credential, key, revision, status, answer }: CommandRow): void {
    const which = `the answer to ${credential} ${key}`;
    if (revision > this.tip.revision)
      this.found('wrong-command', `${which} speaks of revision ${revision}, which there is not`);
    if (status < 200 || status > 299) this.found('wrong-command', `${which} has status ${status}`);
    if (!isJson(answer)) this.found('wrong-command', `${which} is no JSON`);
  }
}
