import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  comparePositions,
  StoreUnavailable,
  type ClaimHolder,
  type CommandRecord,
  type LogPosition,
} from '../event-store';
import type { KurrentDbConnection } from './kurrentdb-connection';
import { placeOf, type LogRecord } from './log-record';
import type { Patience } from './patience';
import type { SureWriter } from './sure-writer';
import {
  announcementIn,
  claimStream,
  commandStream,
  dataIn,
  technicalRecord,
  technicalType,
  type AcceptedData,
  type Anchor,
  type Announced,
  type ClaimedData,
  type WithdrawnData,
} from './technical-records';

/** What the stream of a name or of a command says. */
export interface Entry {
  /** Its last revision, −1 when there is none. */
  readonly last: number;
  /** The last of its records that counts. */
  readonly valid?: LogRecord;
  /** Whether the append that asks has announced itself here already. */
  readonly placed: boolean;
}

/** An append that asks on its own behalf: what it announced itself is neither another's nor to be kept from. */
export interface Asker {
  readonly attempt: string;
  readonly anchor: Anchor | undefined;
}

/** Whether the asker announced this, and with it the very append that it is about to make. */
const isOf = ({ attempt, anchor }: Announced, asker: Asker | undefined): boolean =>
  attempt === asker?.attempt && JSON.stringify(anchor) === JSON.stringify(asker.anchor);

const pageSize = 16;
const firstPauseMs = 10;

/** The holder that the record of a name tells of; `undefined` when it was given back, or never taken. */
export const holderIn = (record: LogRecord | undefined): (ClaimHolder & { attempt: string }) | undefined => {
  if (record?.type !== technicalType.claimed) return undefined;
  const { streamId, revision, attempt } = dataIn<ClaimedData>(record);
  return { streamId, revision, attempt };
};

/** The command in the record of one. */
export const commandIn = (record: LogRecord | undefined): AcceptedData | undefined =>
  record?.type === technicalType.accepted ? dataIn<AcceptedData>(record) : undefined;

/**
 * Names and commands, each in a stream of its own. A record without an anchor counts as it stands. One with an anchor
 * was announced before its append, and counts once that append's decisive record stands at its place; it never will
 * when another stands there.
 *
 * Whoever must know, and finds neither, waits a little and then takes that place with a fence, a record that is no
 * event. The announced append is then refused by the server like any that expects the wrong revision; so it cannot
 * come true after its name has gone to another, however long its writer was held up.
 */
export class Registry {
  constructor(
    private readonly connection: KurrentDbConnection,
    private readonly writer: SureWriter,
    private readonly patience: Pick<Patience, 'takeOverMs'>,
  ) {}

  async findCommand(credential: string, key: string): Promise<CommandRecord | undefined> {
    return commandIn((await this.entry(commandStream({ credential, key }))).valid)?.command;
  }

  async findClaims(names: readonly string[]): Promise<ReadonlyMap<string, ClaimHolder>> {
    const entries = await Promise.all(names.map(async (name) => this.entry(claimStream(name))));
    const found = new Map<string, ClaimHolder>();
    names.forEach((name, index) => {
      const holder = holderIn(entries[index]?.valid);
      if (holder !== undefined) found.set(name, { streamId: holder.streamId, revision: holder.revision });
    });
    return found;
  }

  /** What a stream says. For an asker everything that is still open is decided first. */
  async entry(streamName: string, asker?: Asker): Promise<Entry> {
    const withdrawn = new Set<string>();
    let placed = false;
    let last: number | undefined;
    for await (const record of this.newestFirst(streamName)) {
      last ??= record.revision;
      if (record.type === technicalType.withdrawn) withdrawn.add(dataIn<WithdrawnData>(record).attempt);
      const announced = announcementIn(record);
      if (announced === undefined || withdrawn.has(announced.attempt)) continue;
      if (await this.counts(announced, asker)) return { last, valid: record, placed };
      placed ||= isOf(announced, asker);
    }
    return { last: last ?? -1, placed };
  }

  /**
   * The record of a stream that counted at some place in the log: what was written, or came true, afterwards does not
   * count yet. Decides nothing that is still open.
   */
  async at(streamName: string, until: LogPosition): Promise<LogRecord | undefined> {
    const isBefore = (record: LogRecord | undefined): boolean =>
      record !== undefined && comparePositions(placeOf(record), until) <= 0;
    const withdrawn = new Set<string>();
    for await (const record of this.newestFirst(streamName)) {
      if (record.type === technicalType.withdrawn) withdrawn.add(dataIn<WithdrawnData>(record).attempt);
      const announced = announcementIn(record);
      if (announced === undefined || withdrawn.has(announced.attempt) || !isBefore(record)) continue;
      const { anchor } = announced;
      if (anchor === undefined) return record;
      const { streamName: place, revision: from } = anchor;
      const [decisive] = await this.connection.readStream(place, { from, count: 1 });
      if (decisive?.id === anchor.id && isBefore(decisive)) return record;
    }
    return undefined;
  }

  private async *newestFirst(streamName: string): AsyncGenerator<LogRecord> {
    let records = await this.connection.readStream(streamName, { from: 'end', count: pageSize });
    for (;;) {
      yield* records;
      const before = records.at(-1)?.revision ?? 0;
      if (before === 0) return;
      const from = Math.max(0, before - pageSize);
      const read = await this.connection.readStream(streamName, { from, count: before - from });
      // Where a stream was cut off, reading from before the cut begins at it, with what has been seen already.
      records = read.filter(({ revision }) => revision < before).reverse();
      if (records.length === 0) return;
    }
  }

  private async counts({ anchor, attempt }: Announced, asker: Asker | undefined): Promise<boolean> {
    if (anchor === undefined) return true;
    const presence = await this.writer.look(anchor);
    if (presence !== 'not-yet' || asker === undefined || asker.attempt === attempt) return presence === 'present';
    return this.decide(anchor);
  }

  /** Waits for an announced append, then keeps it from happening. Answers whether it did happen. */
  private async decide(anchor: Anchor): Promise<boolean> {
    const deadline = performance.now() + this.patience.takeOverMs;
    for (let pause = firstPauseMs; performance.now() < deadline; pause *= 2) {
      await sleep(Math.min(pause, deadline - performance.now()));
      const presence = await this.writer.look(anchor);
      if (presence !== 'not-yet') return presence === 'present';
    }
    const fence = technicalRecord(technicalType.fenced, { against: anchor.id }, randomUUID());
    const { streamName, revision } = anchor;
    if ((await this.writer.write([{ streamName, after: revision - 1, records: [fence] }])) === 'written') return false;
    const presence = await this.writer.look(anchor);
    if (presence === 'not-yet') throw new StoreUnavailable(new Error(`${streamName} ends before ${revision}.`));
    return presence === 'present';
  }
}
