import { uuidFrom } from '#libs/platform/runtime/deterministic-id';
import type { ArchivedClaim, ArchivedCommand, ArchivedEvent } from '../log-archive';
import type { NewRecord, Write } from './append-messages';
import { factRecord } from './log-record';
import {
  claimStream,
  commandStream,
  technicalRecord,
  technicalType,
  type AcceptedData,
  type ClaimedData,
} from './technical-records';

/** Records of what is restored have ids made of what they say: written again, the server takes them for written. */
const restored = '4b0f1f6e-0d0c-5c55-9a86-52c4a8f7d0b1';

/** How much is written at once: well within what servers take by default. */
const most = { records: 500, bytes: 400_000 };

const sizeOf = ({ text, metadata }: NewRecord): number => text.length + (metadata?.['meta']?.length ?? 0) + 500;

/** Gathers writes that can be made at once, in this order. */
class Gathering {
  readonly writes: { streamName: string; after: number; records: NewRecord[] }[] = [];
  private readonly names = new Set<string>();
  private records = 0;
  private bytes = 0;

  /** Adds a record, or answers false where it must wait for the next write. */
  add(streamName: string, after: number, record: NewRecord): boolean {
    const last = this.writes.at(-1);
    const isFull = this.records >= most.records || (this.records > 0 && this.bytes + sizeOf(record) > most.bytes);
    // In one append to several streams the server takes two for the same when only capitals tell them apart.
    const name = streamName.toLowerCase();
    const goesOn = last?.streamName === streamName;
    if (isFull || (this.names.has(name) && !goesOn)) return false;
    if (goesOn) last.records.push(record);
    else this.writes.push({ streamName, after, records: [record] });
    this.names.add(name);
    this.records++;
    this.bytes += sizeOf(record);
    return true;
  }
}

function* gathered(records: Iterable<readonly [string, number, NewRecord]>): Generator<readonly Write[]> {
  let gathering = new Gathering();
  for (const [streamName, after, record] of records) {
    if (gathering.add(streamName, after, record)) continue;
    yield gathering.writes;
    gathering = new Gathering();
    gathering.add(streamName, after, record);
  }
  if (gathering.writes.length > 0) yield gathering.writes;
}

/**
 * Events as writes. All of one yield may be made at once, and the server's log then has the order of these events:
 * a stream that comes back after another one begins the next.
 */
export const eventWrites = (events: readonly ArchivedEvent[]): Iterable<readonly Write[]> =>
  gathered(events.map((event) => [event.streamId, event.revision - 1, factRecord(event)] as const));

/** Answers as writes, as if each had been written together with its events. */
export const commandWrites = (commands: readonly ArchivedCommand[]): Iterable<readonly Write[]> =>
  gathered(
    commands.map(({ streamId, revision, ...command }) => {
      const streamName = commandStream(command);
      const id = uuidFrom(restored, streamName);
      const data: AcceptedData = { command, streamId, revision, attempt: id };
      return [streamName, -1, technicalRecord(technicalType.accepted, data, id)] as const;
    }),
  );

/** Names as writes, as if each had been written together with its events. */
export const claimWrites = (claims: readonly ArchivedClaim[]): Iterable<readonly Write[]> =>
  gathered(
    claims.map(({ name, streamId, revision }) => {
      const streamName = claimStream(name);
      const id = uuidFrom(restored, streamName);
      const data: ClaimedData = { name, streamId, revision, attempt: id };
      return [streamName, -1, technicalRecord(technicalType.claimed, data, id)] as const;
    }),
  );
