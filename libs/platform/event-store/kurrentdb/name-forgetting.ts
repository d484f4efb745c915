import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { comparePositions, logStart, StoreUnavailable, type LogPosition } from '../event-store';
import type { NewRecord } from './append-messages';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { placeOf, serverPositionOf } from './log-record';
import type { Entry, Registry } from './registry';
import type { SureWriter } from './sure-writer';
import {
  claimStream,
  dataIn,
  metadataStream,
  metadataType,
  registryPrefix,
  sweptStream,
  technicalRecord,
  technicalType,
  type SweptData,
} from './technical-records';

/** How long is waited after a failure, at first and at most, in milliseconds. */
const pauses = { firstMs: 1_000, longestMs: 60_000 };
const recordsAtOnce = 2_000;
/** How long whoever closes the log waits for what is under way: a server that is silent would hold them up. */
const endsWithinMs = 2_000;

/** What the server is told of a stream: where it begins. Whatever else was set stays. */
interface StreamSettings {
  readonly $tb?: number;
}

/**
 * Cuts off what the streams of names say of former holders: a name that was given back may have been somebody's who
 * wished to be forgotten. A last record that says nothing is put behind it, and the stream told to begin there. So its
 * revisions go on, the name can be taken again, and the server's scavenge takes the rest off the disk.
 *
 * It happens after the append, without anybody waiting. What a process did not come to is found by the next that starts:
 * a sweep goes through the names from where the last one ended.
 */
export class NameForgetting {
  private readonly due = new Set<string>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private sweeping: Promise<void> | undefined;

  constructor(
    private readonly connection: KurrentDbConnection,
    private readonly writer: SureWriter,
    private readonly registry: Registry,
    private readonly firstPauseMs = pauses.firstMs,
  ) {}

  /** Sees to it that nothing is left of who held these names, unless somebody holds them now. */
  forget(names: readonly string[]): void {
    for (const name of names) this.due.add(claimStream(name));
    this.begin();
  }

  /** Looks for names that were given back and not forgotten. Gives up when the log is away; the next start goes on. */
  sweep(): void {
    this.sweeping ??= this.sweepOn().catch(() => undefined);
  }

  /** Comes to the end of what can be done at once; the next start goes on with the rest. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const late = new AbortController();
    const tooLate = sleep(endsWithinMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.all([this.running, this.sweeping]), tooLate]);
    late.abort();
  }

  private begin(): void {
    if (this.due.size === 0 || this.stopping.signal.aborted) return;
    this.running ??= this.work().finally(() => {
      this.running = undefined;
      this.begin();
    });
  }

  private async work(): Promise<void> {
    const { signal } = this.stopping;
    for (let pause = this.firstPauseMs; this.due.size > 0; pause = Math.min(pause * 2, pauses.longestMs)) {
      for (const streamName of [...this.due]) {
        const settled = await this.settle(streamName).then(
          () => true,
          () => false,
        );
        if (settled) this.due.delete(streamName);
        else if (signal.aborted) return;
      }
      if (this.due.size > 0) await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Leaves of a name's stream what counts now. Rejects where somebody writes to it meanwhile. */
  private async settle(streamName: string): Promise<void> {
    // Whoever asks on behalf of an append has all that is open decided: nothing older than what counts can come true.
    const entry = await this.registry.entry(streamName, { attempt: randomUUID(), anchor: undefined });
    if (entry.valid === undefined) return;
    await this.cutOff(streamName, await this.kept(streamName, entry));
  }

  /** The revision from which a stream names nobody but its present holder. */
  private async kept(streamName: string, { valid, last }: Entry): Promise<number> {
    if (valid !== undefined && valid.type !== technicalType.released) return valid.revision;
    // What gives a name back names its append, and with it the stream that held it; hence a record of its own.
    await this.write(
      streamName,
      last,
      technicalRecord(technicalType.forgotten, { attempt: randomUUID() }, randomUUID()),
    );
    return last + 1;
  }

  private async cutOff(streamName: string, from: number): Promise<void> {
    const streamOfSettings = metadataStream(streamName);
    const [present] = await this.connection.readStream(streamOfSettings, { from: 'end', count: 1 });
    const settings = present === undefined ? {} : dataIn<StreamSettings>(present);
    if ((settings.$tb ?? 0) >= from) return;
    const text = JSON.stringify({ ...settings, $tb: from });
    await this.write(streamOfSettings, present?.revision ?? -1, { id: randomUUID(), type: metadataType, text });
  }

  private async write(streamName: string, after: number, record: NewRecord): Promise<void> {
    if ((await this.writer.write([{ streamName, after, records: [record] }])) === 'written') return;
    throw new StoreUnavailable(new Error(`${streamName} was written to meanwhile.`));
  }

  private async sweepOn(): Promise<void> {
    const [mark] = await this.connection.readStream(sweptStream, { from: 'end', count: 1 });
    let after = mark?.revision ?? -1;
    for (
      let reached = mark === undefined ? logStart : dataIn<SweptData>(mark);
      !this.stopping.signal.aborted;
      after++
    ) {
      const next = await this.sweepFrom(reached);
      if (next === undefined) return;
      reached = next;
      // Where several processes sweep at once, one of them notes how far.
      await this.write(sweptStream, after, technicalRecord(technicalType.swept, reached, randomUUID()));
    }
  }

  /** Sees to the names in some of the records after a place. Answers the place of the last; none where there is none. */
  private async sweepFrom(reached: LogPosition): Promise<LogPosition | undefined> {
    // What stands at the position itself comes along, hence one more.
    const part = { from: serverPositionOf(reached), count: recordsAtOnce + 1, prefix: registryPrefix.claims };
    const read = await this.connection.readLog(part);
    const records = read.filter((record) => comparePositions(placeOf(record), reached) > 0);
    const released = records.filter(({ type }) => type === technicalType.released);
    for (const streamName of new Set(released.map(({ streamId }) => streamId))) {
      if (this.stopping.signal.aborted) return undefined;
      await this.settle(streamName);
    }
    const last = records.at(-1);
    return last && placeOf(last);
  }
}
