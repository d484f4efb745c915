import { comparePositions } from '#libs/platform/event-store/event-store';
import type { EventStore, LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { LoggedFact } from './fact';

/** The fewest facts to read together at the end of the log. */
const pageSize = 1_000;

/** Which share stays when there are too many: dropping many at a time moves the rest seldom. */
const kept = 0.75;

/**
 * The end of the log, read once for all subscribers in the process: whoever is near the head gets the same facts, parsed
 * once, from memory. Whoever is further behind reads the store.
 */
export class LogTail {
  private recent: LoggedFact[] = [];
  /** The place right before the first recent fact. */
  private since: LogPosition | undefined;
  private reading: { readonly after: LogPosition; readonly facts: Promise<readonly LoggedFact[]> } | undefined;

  /** @param capacity how many facts to keep in memory */
  constructor(
    private readonly store: Pick<EventStore, 'readAll' | 'head' | 'latest' | 'onAppended'>,
    private readonly catalogue: EventCatalogue,
    private readonly capacity = 24_000,
  ) {}

  /** At most `limit` facts after a place, in log order. Rejects with `StoreUnavailable`. */
  async read(after: LogPosition, limit: number): Promise<readonly LoggedFact[]> {
    const end = this.recent.at(-1)?.place ?? this.since;
    if (this.since !== undefined && end !== undefined && comparePositions(after, this.since) >= 0) {
      if (comparePositions(after, end) < 0) return this.fromMemory(after, limit);
    } else if (this.since !== undefined) {
      return this.fromStore(after, limit);
    }
    const facts = await this.atHead(after, Math.max(limit, pageSize));
    return facts.length > limit ? facts.slice(0, limit) : facts;
  }

  /** The place of the last fact that can be read now. */
  head(): Promise<LogPosition> {
    return this.store.head();
  }

  /** The place of the last committed fact, even if it cannot be read yet. */
  latest(): Promise<LogPosition> {
    return this.store.latest();
  }

  /** Calls back, coalesced, when there may be something new; answers how to end that. */
  onAppended(listener: () => void): () => void {
    return this.store.onAppended(listener);
  }

  private fromMemory(after: LogPosition, limit: number): readonly LoggedFact[] {
    let low = 0;
    let high = this.recent.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const fact = this.recent[middle];
      if (fact !== undefined && comparePositions(fact.place, after) <= 0) low = middle + 1;
      else high = middle;
    }
    return this.recent.slice(low, low + limit);
  }

  private async fromStore(after: LogPosition, limit: number): Promise<readonly LoggedFact[]> {
    const events = await this.store.readAll(after, limit);
    return events.map((event) => new LoggedFact(event, this.catalogue));
  }

  /** Reads on from the end, once for all who ask at the same place. */
  private atHead(after: LogPosition, limit: number): Promise<readonly LoggedFact[]> {
    if (this.reading !== undefined && comparePositions(this.reading.after, after) === 0) return this.reading.facts;
    const facts = this.fromStore(after, limit).then((read) => {
      this.keep(after, read);
      return read;
    });
    const reading = { after, facts };
    this.reading = reading;
    const done = (): void => {
      if (this.reading === reading) this.reading = undefined;
    };
    facts.then(done, done);
    return facts;
  }

  private keep(after: LogPosition, read: readonly LoggedFact[]): void {
    const end = this.recent.at(-1)?.place ?? this.since;
    if (end !== undefined && comparePositions(after, end) < 0) return;
    if (end === undefined || comparePositions(after, end) > 0) {
      this.recent = [];
      this.since = after;
    }
    this.recent.push(...read);
    if (this.recent.length <= this.capacity) return;
    const dropped = this.recent.splice(0, this.recent.length - Math.ceil(this.capacity * kept));
    this.since = dropped.at(-1)?.place;
  }
}
