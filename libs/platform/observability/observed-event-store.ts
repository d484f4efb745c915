import type {
  AppendOutcome,
  AppendRequest,
  ClaimHolder,
  CommandRecord,
  EventStore,
  LoadedStream,
  LogPosition,
  ReadEvent,
  StoredEvent,
} from '#libs/platform/event-store/event-store';
import type { Metrics } from './metrics';
import { inSpan } from './tracing';

/** A log whose appends are measured, and traced where tracing is on. Everything else passes through. */
export class ObservedEventStore implements EventStore {
  constructor(
    private readonly store: EventStore,
    private readonly metrics: Metrics,
  ) {}

  append(request: AppendRequest): Promise<AppendOutcome> {
    const began = performance.now();
    return inSpan('append', () => this.store.append(request)).then(
      (outcome) => {
        this.count(outcome.kind, began);
        return outcome;
      },
      (error: unknown) => {
        this.count('unavailable', began);
        throw error;
      },
    );
  }

  load(streamId: string, foldVersion?: number): Promise<LoadedStream> {
    return this.store.load(streamId, foldVersion);
  }

  readStream(streamId: string, fromRevision: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.store.readStream(streamId, fromRevision, limit);
  }

  readAll(after: LogPosition, limit: number): Promise<readonly ReadEvent[]> {
    return this.store.readAll(after, limit);
  }

  pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]> {
    return this.store.pages(after, limit);
  }

  head(): Promise<LogPosition> {
    return this.store.head();
  }

  latest(): Promise<LogPosition> {
    return this.store.latest();
  }

  findCommand(credential: string, key: string): Promise<CommandRecord | undefined> {
    return this.store.findCommand(credential, key);
  }

  findClaims(names: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    return this.store.findClaims(names);
  }

  onAppended(listener: () => void): () => void {
    return this.store.onAppended(listener);
  }

  close(): Promise<void> {
    return this.store.close();
  }

  private count(outcome: AppendOutcome['kind'] | 'unavailable', began: number): void {
    this.metrics.appended(outcome, (performance.now() - began) / 1_000);
  }
}
