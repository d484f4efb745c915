import {
  AccessDeniedError,
  AppendRecordSizeExceededError,
  eventTypeFilter,
  InvalidArgumentError,
  KurrentDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamTombstonedError,
  TransactionMaxSizeExceededError,
  WrongExpectedVersionError,
  type AllStreamSubscription,
} from '@kurrent/kurrentdb-client';
import { StoreUnavailable } from '../event-store';
import { AppendCalls } from './append-calls';
import type { Write } from './append-messages';
import { insideOf } from './client-inside';
import type { LogRecord, ServerPosition } from './log-record';
import { TimedOut, within, type Patience } from './patience';
import { ReadCalls } from './read-calls';
import type { LogPart, StreamPart } from './read-messages';
import { factFilter } from './technical-records';

/**
 * How an append ended: written whole; not written because a stream is elsewhere than expected; or not even tried, since
 * this server does not append to several streams at once.
 */
export type WriteResult = 'written' | 'elsewhere' | 'unsupported';

/** Whether an append was written is not known. */
export class Doubtful extends Error {
  constructor(cause: unknown) {
    super('The server did not say what became of an append.', { cause });
    this.name = 'Doubtful';
  }
}

/** Which server answers. */
export interface ServerIdentity {
  readonly product: 'KurrentDB' | 'EventStoreDB';
  readonly version: string;
  /** Whether it appends to several streams at once. */
  readonly severalStreams: boolean;
}

const appendSession = { path: '/kurrentdb.protocol.v2.streams.StreamsService/AppendSession' };
const goodbyeMs = 1_000;
const everything = Number.MAX_SAFE_INTEGER;

/** The client's own complaint about an address repeats the address, and a password may be in it. */
const clientFor = (url: string): KurrentDBClient => {
  try {
    return KurrentDBClient.connectionString(url);
  } catch {
    throw new Error('The address of KurrentDB cannot be read.');
  }
};

/** Errors after which it is certain that nothing was written and that a repeat would end the same. */
const refusals = [
  AccessDeniedError,
  AppendRecordSizeExceededError,
  InvalidArgumentError,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamTombstonedError,
  TransactionMaxSizeExceededError,
];

/**
 * The one client of a log, with a time limit on everything asked of it. When an append stays unanswered and nothing else
 * was answered meanwhile, the client is replaced: it may wait for the answer to its first question, which has no time
 * limit, and everything else waits for that.
 */
export class KurrentDbConnection {
  private client: KurrentDBClient;
  private appends: AppendCalls;
  private reads: ReadCalls;
  private answeredAt = 0;
  private renewed: () => void = () => undefined;

  constructor(
    private readonly url: string,
    private readonly patience: Patience,
  ) {
    this.client = clientFor(url);
    this.appends = new AppendCalls(insideOf(this.client));
    this.reads = new ReadCalls(insideOf(this.client), patience.readMs);
  }

  /** Asks the server what it is. The client sets no limit to this first question of all. */
  async identify(): Promise<ServerIdentity> {
    try {
      const features = await within(insideOf(this.client).capabilities, this.patience.startMs, 'The first answer');
      const version = features.serverVersion;
      const product = Number.parseInt(version, 10) < 25 ? 'EventStoreDB' : 'KurrentDB';
      return { product, version, severalStreams: features.supports(appendSession) };
    } catch (error) {
      throw new StoreUnavailable(error);
    }
  }

  /** Appends to one stream or to several, all or nothing. Rejects with {@link Doubtful}, or `StoreUnavailable`. */
  async append(writes: readonly Write[]): Promise<WriteResult> {
    const { client } = this;
    const askedAt = performance.now();
    try {
      const result = await within(this.send(client, writes), this.patience.appendMs, 'An append');
      this.answeredAt = performance.now();
      return result;
    } catch (error) {
      if (error instanceof TimedOut) {
        if (this.answeredAt < askedAt) this.renew(client);
        throw new Doubtful(error);
      }
      this.answeredAt = performance.now();
      if (error instanceof WrongExpectedVersionError) return 'elsewhere';
      throw refusals.some((kind) => error instanceof kind) ? new StoreUnavailable(error) : new Doubtful(error);
    }
  }

  /** A part of a stream, or nothing of one that does not exist. From the end, the newest comes first. */
  readStream(streamName: string, part: StreamPart): Promise<LogRecord[]> {
    return this.read((calls) => calls.stream(streamName, part));
  }

  /** The facts of a stream from a revision on, and whatever else is in it. */
  readRest(streamName: string, from: number): Promise<LogRecord[]> {
    return this.readStream(streamName, { from, count: everything });
  }

  /** A part of the log, facts only unless told. From the end, the newest comes first. */
  readLog(part: LogPart): Promise<LogRecord[]> {
    return this.read((calls) => calls.log(part));
  }

  /**
   * Subscribes to all facts after a position.
   *
   * @param passed told how far the server has looked. Should it fail, that is kept from the client, which would stop for
   * good without a word.
   */
  subscribe(after: ServerPosition, passed: (position: ServerPosition) => void): AllStreamSubscription {
    const checkpointReached = (_: unknown, position: ServerPosition): Promise<void> =>
      new Promise<void>((resolve) => resolve(passed(position))).catch(() => undefined);
    return this.client.subscribeToAll({
      fromPosition: after.commit === 0n ? 'start' : after,
      filter: { ...eventTypeFilter({ regex: factFilter }), checkpointReached },
    });
  }

  /** Calls back whenever the client was replaced: what it had open is lost. */
  onRenewed(listener: () => void): void {
    this.renewed = listener;
  }

  async close(): Promise<void> {
    await this.discard(this.client);
  }

  private async send(client: KurrentDBClient, writes: readonly Write[]): Promise<WriteResult> {
    const { appends } = this;
    const [only, ...more] = writes;
    if (only !== undefined && more.length === 0) {
      await appends.one(only);
      return 'written';
    }
    const features = await insideOf(client).capabilities;
    if (!features.supports(appendSession)) return 'unsupported';
    await appends.several(writes, this.patience.appendMs);
    return 'written';
  }

  private async read(ask: (calls: ReadCalls) => Promise<LogRecord[]>): Promise<LogRecord[]> {
    try {
      return await ask(this.reads);
    } catch (error) {
      if (error instanceof TimedOut) throw new StoreUnavailable(error);
    }
    // That a connection is broken, or leads to a node that leads no longer, shows only when it is used.
    return ask(this.reads).catch((error: unknown) => {
      throw new StoreUnavailable(error);
    });
  }

  private renew(silent: KurrentDBClient): void {
    if (this.client !== silent) return;
    this.client = clientFor(this.url);
    this.appends = new AppendCalls(insideOf(this.client));
    this.reads = new ReadCalls(insideOf(this.client), this.patience.readMs);
    void this.discard(silent);
    this.renewed();
  }

  /** Ends what a client has open, then its channel. It waits for calls that never end; we do not. */
  private async discard(client: KurrentDBClient): Promise<void> {
    await within(client.dispose(), goodbyeMs, 'The end of open calls').catch(() => undefined);
    const closing = insideOf(client)
      .getChannel()
      .then((channel) => channel.close());
    await within(closing, goodbyeMs, 'The end of the channel').catch(() => undefined);
  }
}
