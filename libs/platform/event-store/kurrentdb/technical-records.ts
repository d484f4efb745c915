import { hash } from 'node:crypto';
import type { CommandRecord, LogPosition } from '../event-store';
import type { NewRecord } from './append-messages';
import type { LogRecord } from './log-record';

/**
 * Types of the records that the adapter keeps for itself. They begin with an underscore, as no fact of the platform
 * does, so that one filter by type keeps them and the server's own (`$…`) out of the log that readers see.
 */
export const technicalType = {
  claimed: '_NameClaimed',
  released: '_NameReleased',
  forgotten: '_NameForgotten',
  swept: '_NamesSwept',
  accepted: '_CommandAccepted',
  withdrawn: '_Withdrawn',
  fenced: '_Fenced',
  settled: '_AppendSettled',
  folded: '_StateFolded',
} as const;

/** The server's filter for facts: what begins neither as the server's own types nor as ours. */
export const factFilter = '^[^$_]';

/** The server's filter for everything that is not its own. */
export const oursFilter = '^[^$]';

/** Whether a type is free for facts. */
export const isFactType = (type: string): boolean => /^[^$_]/.test(type);

/**
 * The record whose presence makes others count: what announces an append names the append's decisive record here,
 * with the stream and the revision that it is to get.
 */
export interface Anchor {
  readonly streamName: string;
  readonly revision: number;
  readonly id: string;
}

/** What an append writes beside its events. */
export interface Announced {
  /** The append it belongs to: a uuid that no other append has, not even a repeat. */
  readonly attempt: string;
  /** Absent on what was written together with its append, all or nothing: it counts as it stands. */
  readonly anchor?: Anchor;
}

/** A name taken by a stream, whose revision is then `revision`. */
export interface ClaimedData extends Announced {
  readonly name: string;
  readonly streamId: string;
  readonly revision: number;
}

/** A name given back by the stream that held it. */
export interface ReleasedData extends Announced {
  readonly name: string;
  readonly streamId: string;
}

/** Up to where in the log every name that was given back is forgotten. */
export type SweptData = LogPosition;

/** A command with its answer, and the stream whose revision was then `revision`. */
export interface AcceptedData extends Announced {
  readonly command: CommandRecord;
  readonly streamId: string;
  readonly revision: number;
}

/** An append that was refused, and what it announced on this stream void. */
export interface WithdrawnData {
  readonly attempt: string;
}

/** How the streams of names and of commands begin. */
export const registryPrefix = { claims: 'claim-', commands: 'command-' } as const;

const plainName = /^(?!sha256-)[a-z0-9._:-]{1,200}$/;
const digest = (text: string): string => hash('sha256', text, 'hex');

/**
 * The stream of a name. Names that are long, or might differ from another by capitals alone, are known by their hash:
 * in one append to several streams the server takes two streams for the same when only capitals tell them apart.
 */
export const claimStream = (name: string): string =>
  `${registryPrefix.claims}${plainName.test(name) ? name : `sha256-${digest(name)}`}`;

/** The stream of a command. Keys are made elsewhere and may contain anything, hence the hash. */
export const commandStream = ({ credential, key }: Pick<CommandRecord, 'credential' | 'key'>): string =>
  `${registryPrefix.commands}${digest(JSON.stringify([credential, key]))}`;

/** The stream of another stream's snapshots. */
export const snapshotStream = (streamId: string): string => `snapshot-${streamId}`;

/** The stream whose only record makes an append count that has neither events nor a command. */
export const settledStream = (attempt: string): string => `settled-${attempt}`;

/** The stream that tells how far names were swept. */
export const sweptStream = settledStream('names');

/** Where the server keeps what is set for a stream. */
export const metadataStream = (streamName: string): string => `$$${streamName}`;

/** The type of what is set for a stream. */
export const metadataType = '$metadata';

/** Whether a stream name belongs to the server or to the adapter itself. */
export const isReservedStream = (streamId: string): boolean =>
  /^(\$|claim-|command-|snapshot-|settled-)/.test(streamId);

/** A technical record. */
export const technicalRecord = (
  type: (typeof technicalType)[keyof typeof technicalType],
  data: object,
  id: string,
): NewRecord => ({ id, type, text: JSON.stringify(data) });

/** The data of a technical record, which is what its type says. */
export const dataIn = <Data extends object>({ text }: LogRecord): Data => JSON.parse(text) as Data;

/** What a record announces; `undefined` for one that announces nothing. */
export const announcementIn = (record: LogRecord): Announced | undefined => {
  const { claimed, released, forgotten, accepted } = technicalType;
  const types: readonly string[] = [claimed, released, forgotten, accepted];
  return types.includes(record.type) ? dataIn<Announced>(record) : undefined;
};
