import { StoreUnavailable } from '#libs/platform/event-store/event-store';
import type {
  AppendOutcome,
  AppendRequest,
  CommandRecord,
  EventStore,
  LoadedStream,
  LogPosition,
  ReadEvent,
  StoredEvent,
} from '#libs/platform/event-store/event-store';
import { readOn } from '#libs/platform/event-store/read-on';

/** What becomes of the next call: it works, it is lost on the way there, or only its answer is lost on the way back. */
export type Fate = 'works' | 'lost' | 'answer-lost';

/** A store that can be made to fail call by call, as a broken connection does: the caller cannot tell which way. */
export class UnreliableStore implements EventStore {
  appends = 0;
  reads = 0;

  constructor(
    private readonly inner: EventStore,
    public fate: (method: 'append' | 'read') => Fate = () => 'works',
  ) {}

  append(request: AppendRequest): Promise<AppendOutcome> {
    this.appends += 1;
    return this.meet('append', () => this.inner.append(request));
  }

  load(streamId: string, foldVersion?: number): Promise<LoadedStream> {
    return this.read(() => this.inner.load(streamId, foldVersion));
  }

  readStream(streamId: string, fromRevision: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.read(() => this.inner.readStream(streamId, fromRevision, limit));
  }

  readAll(after: LogPosition, limit: number): Promise<readonly ReadEvent[]> {
    return this.read(() => this.inner.readAll(after, limit));
  }

  pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]> {
    return readOn((from) => this.readAll(from, limit), after);
  }

  head(): Promise<LogPosition> {
    return this.read(() => this.inner.head());
  }

  latest(): Promise<LogPosition> {
    return this.read(() => this.inner.latest());
  }

  findCommand(credential: string, key: string): Promise<CommandRecord | undefined> {
    return this.read(() => this.inner.findCommand(credential, key));
  }

  findClaims(names: readonly string[]): ReturnType<EventStore['findClaims']> {
    return this.read(() => this.inner.findClaims(names));
  }

  onAppended(listener: () => void): () => void {
    return this.inner.onAppended(listener);
  }

  close(): Promise<void> {
    return this.inner.close();
  }

  private read<T>(call: () => Promise<T>): Promise<T> {
    this.reads += 1;
    return this.meet('read', call);
  }

  private async meet<T>(method: 'append' | 'read', call: () => Promise<T>): Promise<T> {
    const fate = this.fate(method);
    if (fate === 'lost') throw new StoreUnavailable('the connection broke');
    const result = await call();
    if (fate === 'answer-lost') throw new StoreUnavailable('the connection broke');
    return result;
  }
}
