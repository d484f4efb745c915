import { randomUUID } from 'node:crypto';
import type { AppendRequest, StreamTip } from '../event-store';
import { linkEvents } from '../hash-chain';
import type { NewRecord, Write } from './append-messages';
import { factRecord } from './log-record';
import { anchorOf } from './sure-writer';
import {
  claimStream,
  commandStream,
  settledStream,
  technicalRecord,
  technicalType,
  type AcceptedData,
  type Anchor,
  type ClaimedData,
  type ReleasedData,
} from './technical-records';

/** An append on its way. */
export interface Draft {
  readonly request: AppendRequest;
  /** Tells this append from every other, even from a repeat with the same events. */
  readonly attempt: string;
  readonly records: readonly NewRecord[];
  readonly tip: StreamTip;
  /** Names to take, by the stream of the name. */
  readonly claims: ReadonlyMap<string, string>;
  /** Names to give back, by the stream of the name. */
  readonly releases: ReadonlyMap<string, string>;
  /** Where it has announced itself, and as which revision. */
  readonly announced: Map<string, number>;
  /** Whether its decisive write was ever sent. */
  sent: boolean;
}

/** Where something is to be written, unless it is there already. */
export interface Place {
  /** The last revision of its stream. */
  readonly last: number;
  readonly placed: boolean;
}

/** Where all streams of an append stand; whatever is not named is taken for a stream that does not exist. */
export interface Standing {
  readonly account: number;
  readonly command: Place;
  readonly names: ReadonlyMap<string, Place>;
  /** Of the names to give back, those that the stream holds. */
  readonly held: ReadonlySet<string>;
}

const byStream = (names: readonly string[]): Map<string, string> =>
  new Map(names.map((name) => [claimStream(name), name]));

/** A request with the records and the tip it leads to. */
export const draftOf = (request: AppendRequest): Draft => {
  const linked = linkEvents(request);
  const last = linked.at(-1);
  const claims = byStream(request.claims ?? []);
  const releases = byStream(request.releases ?? []);
  for (const stream of claims.keys()) releases.delete(stream);
  return {
    request,
    attempt: randomUUID(),
    records: linked.map(factRecord),
    tip: last === undefined ? request.expected : { revision: last.revision, hash: last.hash },
    claims,
    releases,
    announced: new Map(),
    sent: false,
  };
};

/** The streams that an append touches. */
export const streamsOf = ({ request, claims, releases }: Draft): string[] => [
  request.streamId,
  ...(request.command === undefined ? [] : [commandStream(request.command)]),
  ...claims.keys(),
  ...releases.keys(),
];

const missing: Place = { last: -1, placed: false };

/** What to begin with when nothing is known of names and command: most are new. */
export const freshStanding = (account: number): Standing => ({
  account,
  command: missing,
  names: new Map(),
  held: new Set(),
});

/**
 * The write that makes an append count: its events; without events its command; without either, where several names
 * move, a record of its own. The command's record has the attempt for its id, so that whoever finds it knows whose it is.
 */
export const decisiveWrite = (draft: Draft, standing: Standing): Write | undefined => {
  const { request, records, attempt } = draft;
  if (records.length > 0) return { streamName: request.streamId, after: standing.account, records };
  if (request.command !== undefined) return commandWrite(draft, standing);
  if (draft.claims.size + standing.held.size === 0) return undefined;
  const record = technicalRecord(technicalType.settled, { attempt }, attempt);
  return { streamName: settledStream(attempt), after: -1, records: [record] };
};

/** The anchor of whatever an append announces. */
export const anchorOfDraft = (draft: Draft, standing: Standing): Anchor | undefined => {
  const write = decisiveWrite(draft, standing);
  return write && anchorOf(write);
};

const commandWrite = ({ request, attempt, tip }: Draft, { command: { last } }: Standing, anchor?: Anchor): Write => {
  const command = request.command ?? { credential: '', key: '', requestHash: '', status: 0, answer: '' };
  const { streamId } = request;
  const data: AcceptedData = { command, streamId, revision: tip.revision, attempt, ...(anchor && { anchor }) };
  const record = technicalRecord(technicalType.accepted, data, attempt);
  return { streamName: commandStream(command), after: last, records: [record] };
};

const nameWrites = (draft: Draft, standing: Standing, anchor?: Anchor): Write[] => {
  const { attempt, request, tip } = draft;
  const { streamId } = request;
  const common = { streamId, attempt, ...(anchor && { anchor }) };
  const write = (stream: string, type: 'claimed' | 'released', data: ClaimedData | ReleasedData): Write[] => {
    const { last, placed } = standing.names.get(stream) ?? missing;
    const records = [technicalRecord(technicalType[type], data, randomUUID())];
    return placed ? [] : [{ streamName: stream, after: last, records }];
  };
  return [
    ...[...draft.claims].flatMap(([stream, name]) =>
      write(stream, 'claimed', { ...common, name, revision: tip.revision }),
    ),
    ...[...draft.releases].flatMap(([stream, name]) =>
      standing.held.has(stream) ? write(stream, 'released', { ...common, name }) : [],
    ),
  ];
};

/**
 * Everything but the decisive write: what an append announces, given its anchor, or what is written together with it.
 */
export const otherWrites = (draft: Draft, standing: Standing, anchor?: Anchor): Write[] => {
  const withCommand = draft.request.command !== undefined && draft.records.length > 0 && !standing.command.placed;
  return [...(withCommand ? [commandWrite(draft, standing, anchor)] : []), ...nameWrites(draft, standing, anchor)];
};
