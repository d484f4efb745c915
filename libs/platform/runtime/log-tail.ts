import { comparePositions } from '#libs/platform/event-store/event-store';
import type { EventStore, LogPosition } from '#libs/platform/event-store/event-store';
import { pageFrom } from '#libs/platform/event-store/page-size';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { LoggedFact } from './fact';

/** The fewest facts to read together at the end of the log. */
const fewest = 1_000;

/** Which share stays when there are too many: dropping many at a time moves the rest seldom. */
const kept = 0.75;

/** How much of the end of the log stays in memory. */
export interface TailCapacity {
  readonly facts: number;
  /** By the rough weight of each fact. */
  readonly bytes: number;
}

/** Room for so many facts of the usual size; large tickets are fewer. */
const defaultCapacity: TailCapacity = { facts: 24_000, bytes: 128 * 1024 * 1024 };

/**
 * Rough bytes of a fact in memory once everybody has looked at it, as measured: between 2.2 (many short texts) and 4
 * (Chinese) for each unit of the texts that it was stored as, these being kept beside what parsing makes of them.
 */
const weigh = ({ size }: LoggedFact): number => 600 + 4 * size;

const sizeOfFact = ({ size }: LoggedFact): number => size;

/**
 * The end of the log, read once for all subscribers in the process: whoever is near the head gets the same facts, parsed
 * once, from memory. Whoever is further behind reads the store.
 */
export class LogTail {
  private recent: LoggedFact[] = [];
  /** What these weigh together. */
  private bytes = 0;
  /** The place right before the first recent fact. */
  private since: LogPosition | undefined;
  private reading: { readonly after: LogPosition; readonly facts: Promise<readonly LoggedFact[]> } | undefined;

  constructor(
    private readonly store: Pick<EventStore, 'readAll' | 'head' | 'latest' | 'onAppended'>,
    private readonly catalogue: EventCatalogue,
    private readonly capacity = defaultCapacity,
  ) {}

  /**
   * At most `limit` facts after a place, in log order. Fewer where they fill a page, as in the store; none only at the
   * end. Rejects with `StoreUnavailable`.
   */
  async read(after: LogPosition, limit: number): Promise<readonly LoggedFact[]> {
    const end = this.recent.at(-1)?.place ?? this.since;
    if (this.since !== undefined && end !== undefined && comparePositions(after, this.since) >= 0) {
      if (comparePositions(after, end) < 0) return this.fromMemory(after, limit);
    } else if (this.since !== undefined) {
      return this.fromStore(after, limit);
    }
    const facts = await this.atHead(after, Math.max(limit, fewest));
    return pageFrom(facts, 0, limit, sizeOfFact);
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
    return pageFrom(this.recent, low, limit, sizeOfFact);
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
      this.bytes = 0;
      this.since = after;
    }
    this.recent.push(...read);
    this.bytes += read.reduce((sum, fact) => sum + weigh(fact), 0);
    const { facts, bytes } = this.capacity;
    if (this.recent.length > facts || this.bytes > bytes) this.shrink(Math.ceil(facts * kept), bytes * kept);
  }

  /** Drops the oldest facts until the others are no more than so many, and weigh no more. */
  private shrink(facts: number, bytes: number): void {
    let count = 0;
    for (const fact of this.recent) {
      if (this.recent.length - count <= facts && this.bytes <= bytes) break;
      this.bytes -= weigh(fact);
      count += 1;
    }
    this.since = this.recent.splice(0, count).at(-1)?.place ?? this.since;
  }
}
