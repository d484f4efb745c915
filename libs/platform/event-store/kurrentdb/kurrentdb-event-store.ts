import { assertStorable, isStorable } from '../append-request';
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
} from '../event-store';
import { readOn } from '../read-on';
import { AppendEcho } from './append-echo';
import { Appender } from './appender';
import { CatchUp } from './catch-up';
import { KurrentDbConnection, type ServerIdentity } from './kurrentdb-connection';
import { LogReader } from './log-reader';
import { NameForgetting } from './name-forgetting';
import { defaultPatience, type Patience } from './patience';
import { Registry } from './registry';
import { Snapshots } from './snapshots';
import { StreamReader } from './stream-reader';
import { StreamTips } from './stream-tips';
import { SureWriter } from './sure-writer';
import { isFactType, isReservedStream } from './technical-records';

/** How a log on KurrentDB is run. Everything but the address has a default. */
export interface KurrentDbLogOptions {
  /** Connection string, `kurrentdb://…`. */
  readonly url: string;
  /** Most appends under way; more are rejected at once. Default 4096. */
  readonly waiting?: number;
  readonly patience?: Partial<Patience>;
}

const pace = { firstDelayMs: 50, longestDelayMs: 5_000 };

const assertOurs = ({ streamId, events }: AppendRequest): void => {
  if (isReservedStream(streamId)) throw new TypeError(`The stream name ${streamId} is reserved.`);
  for (const { type } of events) if (!isFactType(type)) throw new TypeError(`The event type ${type} is reserved.`);
};

/**
 * The log on KurrentDB, or EventStoreDB from 22.10 on. `README.md` tells what is stored where; `appender.ts` how an
 * append takes effect as a whole, `registry.ts` how names and commands are unique without tables, `name-forgetting.ts` what
 * becomes of names that were given back.
 */
export class KurrentDbEventStore implements EventStore {
  private readonly appender: Appender;
  private readonly reader: StreamReader;
  private readonly snapshots: Snapshots;
  private readonly registry: Registry;
  private readonly log: LogReader;
  private readonly echo = new AppendEcho();
  private readonly catchUp: CatchUp;
  private readonly forgetting: NameForgetting;
  private underWay = 0;
  private idle: (() => void)[] = [];
  private closed = false;

  private constructor(
    private readonly connection: KurrentDbConnection,
    /** Which server was met when the log was opened. */
    readonly server: ServerIdentity,
    private readonly settings: { readonly patience: Patience; readonly waiting: number; readonly start: LogPosition },
  ) {
    const { patience, start } = settings;
    const tips = new StreamTips();
    const writer = new SureWriter(connection);
    const snapshots = new Snapshots(connection);
    this.snapshots = snapshots;
    this.reader = new StreamReader(connection, tips, snapshots);
    this.registry = new Registry(connection, writer, patience);
    this.appender = new Appender({ writer, reader: this.reader, registry: this.registry, snapshots, tips });
    this.log = new LogReader(connection);
    this.forgetting = new NameForgetting(connection, writer, this.registry);
    const { confirmMs } = patience;
    this.catchUp = new CatchUp(
      (after, passed) => connection.subscribe(after, passed),
      start,
      () => this.echo.raise(),
      { ...pace, confirmMs },
    );
    connection.onRenewed(() => this.catchUp.renew());
  }

  /** Connects and asks which server it is. Rejects with `StoreUnavailable` when there is no answer in time. */
  static async open({ url, waiting = 4_096, ...options }: KurrentDbLogOptions): Promise<KurrentDbEventStore> {
    const patience = { ...defaultPatience, ...options.patience };
    const connection = new KurrentDbConnection(url, patience);
    try {
      const server = await connection.identify();
      const start = await new LogReader(connection).head();
      const store = new KurrentDbEventStore(connection, server, { patience, waiting, start });
      store.catchUp.start();
      store.forgetting.sweep();
      return store;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  async append(request: AppendRequest): Promise<AppendOutcome> {
    assertStorable(request);
    assertOurs(request);
    if (this.closed || this.underWay >= this.settings.waiting) {
      throw new StoreUnavailable(
        new Error(this.closed ? 'The event store is closed.' : 'Too many appends are waiting.'),
      );
    }
    this.underWay++;
    try {
      const outcome = await this.appender.append(request);
      if (outcome.kind === 'appended') {
        this.echo.raise();
        this.forgetting.forget(request.releases ?? []);
      }
      return outcome;
    } finally {
      this.underWay--;
      if (this.underWay === 0) for (const done of this.idle.splice(0)) done();
    }
  }

  load(streamId: string, foldVersion?: number): Promise<LoadedStream> {
    if (!isStorable(streamId)) return Promise.resolve(noStream);
    return this.reader.load(streamId, foldVersion);
  }

  readStream(streamId: string, fromRevision: number, limit: number): Promise<readonly StoredEvent[]> {
    if (!isStorable(streamId)) return Promise.resolve([]);
    return this.reader.readStream(streamId, fromRevision, limit);
  }

  pages(after: LogPosition, limit: number): AsyncIterable<readonly ReadEvent[]> {
    return readOn((from) => this.readAll(from, limit), after);
  }

  readAll(after: LogPosition, limit: number): Promise<readonly ReadEvent[]> {
    return this.log.readAll(after, limit);
  }

  head(): Promise<LogPosition> {
    return this.log.head();
  }

  /** The server shows what it has committed at once. */
  latest(): Promise<LogPosition> {
    return this.log.head();
  }

  findCommand(credential: string, key: string): Promise<CommandRecord | undefined> {
    if (!isStorable(credential) || !isStorable(key)) return Promise.resolve(undefined);
    return this.registry.findCommand(credential, key);
  }

  findClaims(names: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    return this.registry.findClaims(names.filter(isStorable));
  }

  onAppended(listener: () => void): () => void {
    return this.echo.add(listener);
  }

  /** Waits for the appends under way and the snapshots that came with them, then ends every call and the connection. Later appends are rejected. */
  async close(): Promise<void> {
    this.closed = true;
    if (this.underWay > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
    await this.forgetting.stop();
    await this.snapshots.settled();
    await this.catchUp.stop();
    this.echo.silence();
    await this.connection.close();
  }
}
