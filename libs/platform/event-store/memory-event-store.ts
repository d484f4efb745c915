import { assertStorable } from './append-request';
import {
  comparePositions,
  emptyStream,
  type AppendOutcome,
  type AppendRequest,
  type ClaimHolder,
  type CommandRecord,
  type EventStore,
  type LoadedStream,
  logStart,
  type LogPosition,
  type Snapshot,
  type ReadEvent,
  type StoredEvent,
  type StreamTip,
} from './event-store';
import { readOn } from './read-on';
import { linkEvents } from './hash-chain';
import { pageFrom, sizeOf } from './page-size';

interface MemoryStream {
  tip: StreamTip;
  readonly events: StoredEvent[];
  snapshot?: Snapshot;
}

const noStream = (): MemoryStream => ({ tip: emptyStream, events: [] });

const commandKey = (credential: string, key: string): string => JSON.stringify([credential, key]);

/**
 * The log in memory, for fast tests and sandboxes. Behaves as the PostgreSQL adapter does, and every call answers
 * asynchronously as it would there; an append takes effect, whole, before the call returns.
 */
export class MemoryEventStore implements EventStore {
  private readonly streams = new Map<string, MemoryStream>();
  private readonly log: StoredEvent[] = [];
  private readonly commands = new Map<string, CommandRecord>();
  private readonly holders = new Map<string, ClaimHolder>();
  private readonly listeners = new Set<() => void>();
  private transactions = 0;
  private wakeUpDue = false;

  async append(request: AppendRequest): Promise<AppendOutcome> {
    assertStorable(request);
    const refused = this.refusal(request);
    if (refused !== undefined) return refused;
    const tip = this.store(request);
    this.wakeListeners();
    return { kind: 'appended', tip };
  }

  async load(streamId: string, foldVersion?: number): Promise<LoadedStream> {
    const { tip, snapshot, events } = this.streams.get(streamId) ?? noStream();
    if (snapshot === undefined || (foldVersion !== undefined && snapshot.foldVersion !== foldVersion)) {
      return { tip, tail: events.slice() };
    }
    return { tip, snapshot, tail: events.slice(snapshot.revision + 1) };
  }

  async readStream(streamId: string, fromRevision: number, limit: number): Promise<readonly StoredEvent[]> {
    const from = Math.max(0, fromRevision);
    return (this.streams.get(streamId) ?? noStream()).events.slice(from, from + limit);
  }

  pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]> {
    return readOn((from) => this.readAll(from, limit), after);
  }

  async readAll(after: LogPosition, limit: number): Promise<readonly ReadEvent[]> {
    return pageFrom(this.log, this.indexAfter(after), limit, sizeOf);
  }

  async head(): Promise<LogPosition> {
    const last = this.log.at(-1);
    return last === undefined ? logStart : { xid: last.xid, position: last.position };
  }

  latest(): Promise<LogPosition> {
    return this.head();
  }

  async findCommand(credential: string, key: string): Promise<CommandRecord | undefined> {
    return this.commands.get(commandKey(credential, key));
  }

  async findClaims(names: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    const found = new Map<string, ClaimHolder>();
    for (const name of names) {
      const holder = this.holders.get(name);
      if (holder !== undefined) found.set(name, holder);
    }
    return found;
  }

  onAppended(listener: () => void): () => void {
    const own = (): void => listener();
    this.listeners.add(own);
    return () => void this.listeners.delete(own);
  }

  async close(): Promise<void> {
    this.listeners.clear();
  }

  /** Why an append is refused: first a command known already, then a stream that moved on, then a name taken. */
  private refusal({ streamId, expected, command, claims = [] }: AppendRequest): AppendOutcome | undefined {
    const known = command === undefined ? undefined : this.commands.get(commandKey(command.credential, command.key));
    if (known !== undefined) return { kind: 'duplicate-command', command: known };
    const { tip } = this.streams.get(streamId) ?? noStream();
    if (tip.revision !== expected.revision || tip.hash !== expected.hash) return { kind: 'conflict' };
    for (const name of claims) {
      const by = this.holders.get(name);
      if (by !== undefined) return { kind: 'claim-taken', name, by };
    }
    return undefined;
  }

  private store(request: AppendRequest): StreamTip {
    const { streamId, command } = request;
    const xid = ++this.transactions;
    const stream = this.streams.get(streamId) ?? noStream();
    for (const link of linkEvents(request)) {
      const event = { ...link, xid, position: this.log.length + 1 };
      stream.events.push(event);
      stream.tip = { revision: event.revision, hash: event.hash };
      this.log.push(event);
    }
    if (request.snapshot !== undefined) stream.snapshot = request.snapshot;
    this.streams.set(streamId, stream);
    if (command !== undefined) this.commands.set(commandKey(command.credential, command.key), { ...command });
    this.moveNames(request, stream.tip);
    return stream.tip;
  }

  private moveNames({ streamId, claims = [], releases = [] }: AppendRequest, { revision }: StreamTip): void {
    for (const name of releases) if (this.holders.get(name)?.streamId === streamId) this.holders.delete(name);
    for (const name of claims) this.holders.set(name, { streamId, revision });
  }

  /** The index of the first event after a place in the log, by bisection. */
  private indexAfter(after: LogPosition): number {
    let low = 0;
    let high = this.log.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const event = this.log[middle];
      if (event !== undefined && comparePositions(event, after) <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private wakeListeners(): void {
    if (this.wakeUpDue) return;
    this.wakeUpDue = true;
    setImmediate(() => {
      this.wakeUpDue = false;
      for (const listener of this.listeners) listener();
    });
  }
}
