/** A record on its way into the log of the double. */
export interface ProposedRecord {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
}

/** A record as the double holds it. `created` counts ticks of 100 ns since 1970. */
export interface HeldRecord extends ProposedRecord {
  readonly streamName: string;
  readonly revision: number;
  readonly position: bigint;
  readonly created: bigint;
}

/** What a writer expects of a stream: its last revision, that it has none, that it has one, or nothing. */
export type Expectation = number | 'no-stream' | 'exists' | 'any';

/** Records for one stream. */
export interface ProposedWrite {
  readonly streamName: string;
  readonly expected: Expectation;
  readonly records: readonly ProposedRecord[];
}

/** Where a stream ends after a write. */
export interface WrittenStream {
  readonly streamName: string;
  readonly revision: number;
}

/** What became of some writes: all of them were done, now or before, or none. */
export type WriteResult =
  | { readonly kind: 'written'; readonly streams: readonly WrittenStream[]; readonly position: bigint }
  | { readonly kind: 'conflict'; readonly write: ProposedWrite; readonly actual: number };

/** Positions beyond 32 bits, as a log of some size has. */
const firstPosition = 5_000_000_000n;
const ticksPerMillisecond = 10_000n;
const overhead = 97;

/**
 * The log of the double: streams, the order of all records, and the server's rule of idempotency, by which records
 * that stand already right after the expected revision, under the same ids, count as written.
 */
export class DoubleLog {
  readonly all: HeldRecord[] = [];
  private readonly streams = new Map<string, HeldRecord[]>();
  private readonly listeners = new Set<() => void>();
  private nextPosition = firstPosition;

  /** The records of a stream from where it was told to begin; `undefined` for one that does not exist. */
  stream(streamName: string): readonly HeldRecord[] | undefined {
    const records = this.streams.get(streamName);
    const begins = this.beginOf(streamName);
    return begins === 0 ? records : records?.slice(begins);
  }

  /** Takes off the disk what lies before the beginning of its stream; a stream's last record stays, as on the server. */
  scavenge(): void {
    const isKept = ({ streamName, revision }: HeldRecord): boolean =>
      revision >= Math.min(this.beginOf(streamName), this.lastRevision(streamName));
    this.all.splice(0, this.all.length, ...this.all.filter(isKept));
  }

  /** `$tb` in the metadata of a stream. */
  private beginOf(streamName: string): number {
    const settings = this.streams.get(`$$${streamName}`)?.at(-1);
    if (settings === undefined) return 0;
    return (JSON.parse(Buffer.from(settings.data).toString()) as { $tb?: number }).$tb ?? 0;
  }

  /** Names of all streams that begin so. */
  namesOf(prefix: string): string[] {
    return [...this.streams.keys()].filter((name) => name.startsWith(prefix));
  }

  /** Writes all or nothing. */
  write(writes: readonly ProposedWrite[]): WriteResult {
    const fresh = writes.filter((write) => !this.isKnown(write));
    for (const write of fresh) {
      const actual = this.lastRevision(write.streamName);
      if (!meets(actual, write.expected) || fresh.length < writes.length) return { kind: 'conflict', write, actual };
    }
    for (const write of fresh) for (const record of write.records) this.add(write.streamName, record);
    if (fresh.length > 0) for (const listener of [...this.listeners]) listener();
    const streams = writes.map(({ streamName }) => ({ streamName, revision: this.lastRevision(streamName) }));
    return { kind: 'written', streams, position: this.all.at(-1)?.position ?? 0n };
  }

  /** Calls back after writes; the answer ends that. */
  onWrite(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private lastRevision(streamName: string): number {
    return (this.streams.get(streamName)?.length ?? 0) - 1;
  }

  private isKnown({ streamName, expected, records }: ProposedWrite): boolean {
    if (expected === 'any' || expected === 'exists' || records.length === 0) return false;
    const after = expected === 'no-stream' ? 0 : expected + 1;
    const present = this.streams.get(streamName) ?? [];
    return records.every(({ id }, index) => present[after + index]?.id === id);
  }

  private add(streamName: string, record: ProposedRecord): void {
    const stream = this.streams.get(streamName) ?? [];
    this.streams.set(streamName, stream);
    const created = BigInt(Date.now()) * ticksPerMillisecond;
    const held = { ...record, streamName, revision: stream.length, position: this.nextPosition, created };
    stream.push(held);
    this.all.push(held);
    this.nextPosition += BigInt(record.data.length + record.metadata.length + overhead);
  }
}

const meets = (actual: number, expected: Expectation): boolean => {
  if (expected === 'any') return true;
  if (expected === 'exists') return actual >= 0;
  return actual === (expected === 'no-stream' ? -1 : expected);
};
