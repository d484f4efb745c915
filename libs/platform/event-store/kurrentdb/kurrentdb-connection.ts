import {
  AccessDeniedError,
  AppendRecordSizeExceededError,
  eventTypeFilter,
  InvalidArgumentError,
  KurrentDBClient,
  MaxAppendSizeExceededError,
  StreamDeletedError,
  StreamNotFoundError,
  StreamTombstonedError,
  TransactionMaxSizeExceededError,
  UnavailableError,
  WrongExpectedVersionError,
  type AllStreamSubscription,
} from '@kurrent/kurrentdb-client';
import { StoreUnavailable } from '../event-store';
import { AppendCalls } from './append-calls';
import type { Write } from './append-messages';
import { insideOf } from './client-inside';
import type { LogRecord, ServerPosition } from './log-record';
import { collect, TimedOut, within, type Patience } from './patience';
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

/** Which part of a stream is read: at most `count` records from a revision on, or from the end back. */
export interface StreamPart {
  readonly from: number | 'end';
  readonly count: number;
}

const appendSession = { path: '/kurrentdb.protocol.v2.streams.StreamsService/AppendSession' };
const goodbyeMs = 1_000;
const everything = Number.MAX_SAFE_INTEGER;
const readAttempts = 2;

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
  private calls: AppendCalls;
  private answeredAt = 0;
  private renewed: () => void = () => undefined;

  constructor(
    private readonly url: string,
    private readonly patience: Patience,
  ) {
    this.client = KurrentDBClient.connectionString(url);
    this.calls = new AppendCalls(insideOf(this.client));
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
  readStream(streamName: string, { from, count }: StreamPart): Promise<LogRecord[]> {
    return this.read(() =>
      this.client.readStream(streamName, {
        fromRevision: from === 'end' ? from : BigInt(from),
        direction: from === 'end' ? 'backwards' : 'forwards',
        maxCount: count,
        requiresLeader: true,
      }),
    );
  }

  /** The facts of a stream from a revision on, and whatever else is in it. */
  readRest(streamName: string, from: number): Promise<LogRecord[]> {
    return this.readStream(streamName, { from, count: everything });
  }

  /** At most `count` facts of the log at or after a position. */
  readLog(from: ServerPosition, count: number): Promise<LogRecord[]> {
    const fromPosition = from.commit === 0n ? 'start' : from;
    return this.read(() =>
      this.client.readAll({ fromPosition, maxCount: count, requiresLeader: true, filter: this.facts() }),
    );
  }

  /** At most `count` facts from the end of the log back. */
  readLogEnd(count: number): Promise<LogRecord[]> {
    return this.read(() =>
      this.client.readAll({
        fromPosition: 'end',
        direction: 'backwards',
        maxCount: count,
        requiresLeader: true,
        filter: this.facts(),
      }),
    );
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
      filter: { ...this.facts(), checkpointReached },
    });
  }

  /** Calls back whenever the client was replaced: what it had open is lost. */
  onRenewed(listener: () => void): void {
    this.renewed = listener;
  }

  async close(): Promise<void> {
    await this.discard(this.client);
  }

  private facts() {
    return eventTypeFilter({ regex: factFilter });
  }

  private async send(client: KurrentDBClient, writes: readonly Write[]): Promise<WriteResult> {
    const { calls } = this;
    const [only, ...more] = writes;
    if (only !== undefined && more.length === 0) {
      await calls.one(only);
      return 'written';
    }
    const features = await insideOf(client).capabilities;
    if (!features.supports(appendSession)) return 'unsupported';
    await calls.several(writes, this.patience.appendMs);
    return 'written';
  }

  private async read(ask: () => AsyncIterable<{ event?: LogRecord }>): Promise<LogRecord[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        const resolved = await collect(ask(), this.patience.readMs, 'A read');
        return resolved.flatMap(({ event }) => event ?? []);
      } catch (error) {
        if (error instanceof StreamNotFoundError) return [];
        if (!(error instanceof UnavailableError) || attempt >= readAttempts) throw new StoreUnavailable(error);
      }
    }
  }

  private renew(silent: KurrentDBClient): void {
    if (this.client !== silent) return;
    this.client = KurrentDBClient.connectionString(this.url);
    this.calls = new AppendCalls(insideOf(this.client));
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
