import { Pool } from 'pg';
import { waitingFor } from './append-batch';
import { AppendFlusher } from './append-flusher';
import { assertStorable, isStorable } from './append-request';
import { AppendSignal } from './append-signal';
import { CommandFinder } from './command-finder';
import {
  noStream,
  StoreUnavailable,
  type AppendOutcome,
  type AppendRequest,
  type ClaimHolder,
  type CommandRecord,
  type EventStore,
  type LoadedStream,
  type LogPosition,
  type ReadEvent,
  type StoredEvent,
} from './event-store';
import { connectionSettings, defaultPatience, LogConnection, type Patience } from './log-connection';
import { LogReader } from './log-reader';
import { prepareLog } from './log-schema';
import { spread } from './spread';
import { StreamLoader } from './stream-loader';
import { StreamPages } from './stream-pages';

/** How a log on PostgreSQL is run. Everything but the address has a default. */
export interface PostgresLogOptions {
  /** Connection string. */
  readonly url: string;
  /** Connections that append; all appends of one stream go over the same. Default 2: while one commits, the other writes. */
  readonly writers?: number;
  /** Connections that read. Default 4. */
  readonly readers?: number;
  /** Most appends in one batch. Default 256. */
  readonly batch?: number;
  /** Most appends that wait; more are rejected at once. Default 4096. */
  readonly waiting?: number;
  /** How long to wait for the database before it counts as unavailable. */
  readonly patience?: Patience;
  /** Told after each batch how many appends it took in. */
  readonly batched?: (appends: number) => void;
}

const eventsPerBatch = 4_096;
/** Usual appends never come so far; of large ones a full batch would take longer than a statement may. */
const sizePerBatch = 4 * 1024 * 1024;
const streamsPerStatement = 256;
/** Longer pages are read by themselves, so that those of many streams together stay small. */
const shortPage = 16;
/** The highest that the table can hold. */
const lastRevision = 0x7fff_ffff;

/**
 * The log on PostgreSQL. Appends travel in batches, one statement each; see `append-flusher.ts` for how they are
 * written and `log-reader.ts` for why no reader can skip an event.
 */
export class PostgresEventStore implements EventStore {
  private readonly flushers: readonly AppendFlusher[];
  private readonly mostWaiting: number;
  private readonly reader: LogReader;
  private readonly loader: StreamLoader;
  private readonly streamPages: StreamPages;
  private readonly commands: CommandFinder;
  private readonly signal: AppendSignal;
  private readonly pool: Pool;

  private constructor(options: PostgresLogOptions) {
    const patience = options.patience ?? defaultPatience;
    const settings = (name: string) => connectionSettings(options.url, `regulars ${name}`, patience);
    const writers = options.writers ?? 2;
    const readers = options.readers ?? 4;
    this.pool = new Pool({ ...settings('log reader'), max: readers });
    this.pool.on('error', () => undefined);
    this.reader = new LogReader(this.pool);
    const gathering = { together: streamsPerStatement, underWay: Math.max(1, readers >> 1) };
    this.loader = new StreamLoader(this.pool, gathering);
    this.streamPages = new StreamPages(this.pool, gathering);
    this.commands = new CommandFinder(this.pool, gathering);
    this.signal = new AppendSignal(this.pool, settings('log listener'));
    const limits = {
      appends: options.batch ?? 256,
      events: eventsPerBatch,
      size: sizePerBatch,
    };
    this.mostWaiting = options.waiting ?? 4_096;
    this.flushers = Array.from({ length: writers }, () => {
      const connection = new LogConnection(settings('log writer'));
      return new AppendFlusher(connection, limits, (appends) => {
        this.signal.raise();
        options.batched?.(appends);
      });
    });
  }

  /** Prepares the log's tables and opens it. Rejects when the database cannot be reached or prepared. */
  static async open(options: PostgresLogOptions): Promise<PostgresEventStore> {
    await prepareLog(options.url, options.patience);
    const store = new PostgresEventStore(options);
    store.signal.start();
    return store;
  }

  /** How many appends wait to be written. */
  get waiting(): number {
    return this.flushers.reduce((sum, flusher) => sum + flusher.waiting, 0);
  }

  append(request: AppendRequest): Promise<AppendOutcome> {
    return new Promise((resolve, reject) => {
      assertStorable(request);
      if (this.waiting >= this.mostWaiting) throw new StoreUnavailable(new Error('Too many appends are waiting.'));
      const flusher = this.flushers[this.flushers.length === 1 ? 0 : spread(request.streamId) % this.flushers.length];
      flusher?.add(waitingFor(request, { resolve, reject }));
    });
  }

  load(streamId: string, foldVersion?: number): Promise<LoadedStream> {
    if (!isStorable(streamId)) return Promise.resolve(noStream);
    return this.loader.load(streamId, foldVersion);
  }

  readStream(streamId: string, fromRevision: number, limit: number): Promise<readonly StoredEvent[]> {
    if (!isStorable(streamId)) return Promise.resolve([]);
    if (limit <= shortPage && fromRevision <= lastRevision) return this.streamPages.read(streamId, fromRevision, limit);
    return this.reader.readStream(streamId, fromRevision, limit);
  }

  readAll(after: LogPosition, limit: number): Promise<readonly ReadEvent[]> {
    return this.reader.readAll(after, limit);
  }

  pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]> {
    return this.reader.pages(after, limit);
  }

  head(): Promise<LogPosition> {
    return this.reader.head();
  }

  latest(): Promise<LogPosition> {
    return this.reader.latest();
  }

  findCommand(credential: string, key: string): Promise<CommandRecord | undefined> {
    if (!isStorable(credential) || !isStorable(key)) return Promise.resolve(undefined);
    return this.commands.find(credential, key);
  }

  findClaims(names: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    return this.reader.findClaims(names.filter(isStorable));
  }

  onAppended(listener: () => void): () => void {
    return this.signal.add(listener);
  }

  /** Writes what is queued, then closes every connection. Appends made afterwards are rejected. */
  async close(): Promise<void> {
    await Promise.all(this.flushers.map((flusher) => flusher.close()));
    await this.signal.close();
    await this.pool.end();
  }
}
