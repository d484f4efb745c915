import { status, type ServerWritableStream } from '@grpc/grpc-js';
import { ReadReq, type ReadResp } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_pb';
import type { DoubleFaults } from './double-faults';
import type { DoubleLog, HeldRecord } from './double-log';
import {
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  failure,
  nameIn,
  notFoundMessage,
} from './double-messages';

type ReadCall = ServerWritableStream<ReadReq, ReadResp>;
type Options = ReadReq.Options;

/** How many records a filtered subscription passes between two checkpoints. */
const checkpointEvery = 32;

const isBackwards = (options: Options): boolean =>
  options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;

const filterOf = (options: Options): ((record: HeldRecord) => boolean) => {
  const filter = options.getFilter();
  const expression = filter?.getEventType() ?? filter?.getStreamIdentifier();
  if (filter === undefined || expression === undefined) return () => true;
  const subject = (record: HeldRecord): string => (filter.hasEventType() ? record.type : record.streamName);
  const prefixes = expression.getPrefixList();
  if (prefixes.length > 0) return (record) => prefixes.some((prefix) => subject(record).startsWith(prefix));
  const pattern = new RegExp(expression.getRegex());
  return (record) => pattern.test(subject(record));
};

/** The index of the first record at or after a position. */
const indexAt = (records: readonly HeldRecord[], position: bigint): number => {
  let low = 0;
  let high = records.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((records[middle]?.position ?? position) < position) low = middle + 1;
    else high = middle;
  }
  return low;
};

const positionOf = (all: ReadReq.Options.AllOptions): bigint => BigInt(all.getPosition()?.getCommitPosition() ?? '0');

/** Reads and subscriptions, from the log as it is at that moment. Counts the subscriptions that are open. */
export class DoubleReads {
  readonly subscriptions = new Set<ReadCall>();
  /** How many subscriptions there have been. */
  subscribed = 0;

  constructor(
    private readonly log: DoubleLog,
    private readonly faults: DoubleFaults,
  ) {}

  serve(call: ReadCall): void {
    call.on('error', () => undefined);
    const options = call.request.getOptions();
    if (options === undefined) return void call.emit('error', failure(status.INVALID_ARGUMENT, 'no options'));
    if (options.hasSubscription()) return this.subscribe(call, options);
    if (this.faults.ignoreReads) return;
    if (this.faults.refuseReads) return void call.emit('error', failure(status.UNAVAILABLE, 'not now'));
    const stream = options.getStream();
    const records = stream === undefined ? this.ofLog(options) : this.ofStream(options);
    if (records === undefined) call.write(notFoundMessage(nameIn(stream?.getStreamIdentifier())));
    else void this.send(call, records.slice(0, Number(options.getCount())));
    if (records === undefined) call.end();
  }

  private async send(call: ReadCall, records: readonly HeldRecord[]): Promise<void> {
    for (const record of records) if (!(await write(call, eventMessage(record)))) return;
    call.end();
  }

  private ofStream(options: Options): readonly HeldRecord[] | undefined {
    const stream = options.getStream() ?? new ReadReq.Options.StreamOptions();
    const records = this.log.stream(nameIn(stream.getStreamIdentifier()));
    const index = Number(stream.getRevision()) - (records?.[0]?.revision ?? 0);
    if (isBackwards(options)) return records?.slice(0, stream.hasEnd() ? undefined : Math.max(0, index + 1)).reverse();
    return records?.slice(stream.hasEnd() ? records.length : Math.max(0, index));
  }

  /** Forwards from a position includes the record that stands there, backwards excludes it. */
  private ofLog(options: Options): readonly HeldRecord[] {
    const all = options.getAll() ?? new ReadReq.Options.AllOptions();
    const passes = filterOf(options);
    const index = all.hasPosition() ? indexAt(this.log.all, positionOf(all)) : 0;
    if (!isBackwards(options)) {
      const count = Number(options.getCount());
      const found: HeldRecord[] = [];
      for (
        let at = all.hasEnd() ? this.log.all.length : index;
        at < this.log.all.length && found.length < count;
        at++
      ) {
        const record = this.log.all[at];
        if (record !== undefined && passes(record)) found.push(record);
      }
      return found;
    }
    return this.log.all
      .slice(0, all.hasEnd() ? undefined : index)
      .filter(passes)
      .reverse();
  }

  private subscribe(call: ReadCall, options: Options): void {
    this.subscribed++;
    this.subscriptions.add(call);
    call.on('cancelled', () => void this.subscriptions.delete(call));
    if (this.faults.withholdConfirmation) return;
    call.write(confirmationMessage());
    void this.follow(call, options);
  }

  private async follow(call: ReadCall, options: Options): Promise<void> {
    const all = options.getAll() ?? new ReadReq.Options.AllOptions();
    const passes = filterOf(options);
    let next = all.hasPosition() ? indexAt(this.log.all, positionOf(all) + 1n) : 0;
    if (all.hasEnd()) next = this.log.all.length;
    while (this.subscriptions.has(call)) {
      const record = this.log.all[next];
      if (record === undefined) {
        await this.written();
        continue;
      }
      next++;
      if (passes(record) && !(await write(call, eventMessage(record)))) return;
      if (options.hasFilter() && next % checkpointEvery === 0) call.write(checkpointMessage(record.position));
    }
  }

  private written(): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.log.onWrite(() => {
        stop();
        setImmediate(resolve);
      });
    });
  }
}

/** Sends one message, and waits while the reader cannot keep up. False when the reader is gone. */
const write = async (call: ReadCall, message: ReadResp): Promise<boolean> => {
  if (call.cancelled || call.destroyed) return false;
  if (call.write(message)) return true;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      call.off('drain', done).off('cancelled', done).off('close', done);
      resolve();
    };
    call.on('drain', done).on('cancelled', done).on('close', done);
  });
  return !call.cancelled;
};
