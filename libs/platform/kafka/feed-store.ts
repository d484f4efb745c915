import type { LogPosition } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';
import type { Send } from '#libs/platform/read-models/send';

/** One feed's share of a topic. */
export interface Share {
  readonly feed: string;
  readonly topic: string;
  readonly partition: number;
}

/** How far a share has been dealt with. */
export interface ShareState {
  /** The first message that has not been dealt with. */
  readonly nextOffset: number;
  /** Raised whenever somebody else than the reader of the topic changes what has been dealt with. */
  readonly epoch: number;
  /** Everything of this share up to here in the log has been dealt with. */
  readonly place: LogPosition;
  /** What the last message dealt with was, see `markOf`; undefined while that is not known. */
  readonly mark?: string | undefined;
}

/** A stream that is held up by one of its facts. */
export interface ParkedStream {
  readonly streamId: string;
  /** The fact that could not be taken. */
  readonly revision: number;
  /** The last fact that waits behind it. */
  readonly reaches: number;
  readonly eventId: string;
  readonly error: string;
  /** Since when, as the database's clock has it. */
  readonly parkedAt?: Instant;
}

const stateColumns = `next_offset::float8 AS "nextOffset", epoch, xid::float8 AS xid, position::float8 AS position, mark`;

interface StateRow extends LogPosition {
  readonly nextOffset: number;
  readonly epoch: number;
  readonly mark: string | null;
}

const stateOf = ({ nextOffset, epoch, xid, position, mark }: StateRow): ShareState => ({
  nextOffset,
  epoch,
  place: { xid, position },
  mark: mark ?? undefined,
});

const placeholders = ({ feed, topic, partition }: Share): unknown[] => [feed, topic, partition];

const clean = (text: string): string => text.replaceAll('\0', '�');

/** How far a share has come; one that nobody has worked on starts at the beginning of the topic. */
export const readShare = async (send: Send, share: Share): Promise<ShareState> => {
  const values = placeholders(share);
  await send({
    text: 'INSERT INTO read.feed_offsets (feed, topic, partition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
    values,
  });
  const text = `SELECT ${stateColumns} FROM read.feed_offsets WHERE feed = $1 AND topic = $2 AND partition = $3`;
  const [row] = (await send({ text, values })) as StateRow[];
  if (row === undefined) throw new Error('The share was removed while it was read.');
  return stateOf(row);
};

/**
 * The same for several shares of one topic and feed, by partition, locked until the transaction ends: of two who work on
 * one, the second sees what the first did.
 */
export const lockShares = async (
  send: Send,
  shares: readonly Share[],
): Promise<ReadonlyMap<number, Pick<ShareState, 'nextOffset' | 'epoch'>>> => {
  const [first] = shares;
  const rows = (await send({
    text: `SELECT partition, next_offset::float8 AS "nextOffset", epoch FROM read.feed_offsets
           WHERE feed = $1 AND topic = $2 AND partition = ANY($3) ORDER BY partition FOR UPDATE`,
    values: [first?.feed, first?.topic, shares.map(({ partition }) => partition)],
  })) as readonly { readonly partition: number; readonly nextOffset: number; readonly epoch: number }[];
  return new Map(rows.map(({ partition, ...state }) => [partition, state]));
};

/** Moves shares of one topic and feed that are locked. */
export const moveShares = async (send: Send, moves: readonly (readonly [Share, ShareState])[]): Promise<void> => {
  const [first] = moves;
  await send({
    text: `UPDATE read.feed_offsets o
           SET next_offset = m.next_offset, epoch = m.epoch, xid = m.xid, position = m.position, mark = m.mark,
             moved_at = now()
           FROM unnest($3::integer[], $4::bigint[], $5::integer[], $6::bigint[], $7::bigint[], $8::text[])
             AS m(partition, next_offset, epoch, xid, position, mark)
           WHERE o.feed = $1 AND o.topic = $2 AND o.partition = m.partition`,
    values: [
      ...[first?.[0].feed, first?.[0].topic],
      moves.map(([{ partition }]) => partition),
      moves.map(([, { nextOffset }]) => nextOffset),
      moves.map(([, { epoch }]) => epoch),
      moves.map(([, { place }]) => place.xid),
      moves.map(([, { place }]) => place.position),
      moves.map(([, { mark }]) => mark ?? null),
    ],
  });
};

/** The last event of a stream that was dealt with. */
export interface Tip {
  readonly revision: number;
  /** Undefined where a program noted it that did not keep the id. */
  readonly eventId?: string | undefined;
  /** Set once it was compared with the log. */
  readonly isLogged?: true;
}

/** An older program raises the revision alone: an id counts only beside the revision that it was noted with. */
const tipOf = (revision: number, lastEvent: string | null): Tip => {
  const own = `${revision}:`;
  return lastEvent?.startsWith(own) === true ? { revision, eventId: lastEvent.slice(own.length) } : { revision };
};

/** The last event dealt with of each of these streams; streams without any are absent. */
export const readTips = async (send: Send, feed: string, streams: readonly string[]): Promise<Map<string, Tip>> => {
  if (streams.length === 0) return new Map();
  const rows = (await send({
    text: `SELECT stream_id AS "streamId", revision::float8 AS revision, last_event AS "lastEvent"
           FROM read.feed_streams WHERE feed = $1 AND stream_id = ANY($2)`,
    values: [feed, streams],
  })) as { readonly streamId: string; readonly revision: number; readonly lastEvent: string | null }[];
  return new Map(rows.map(({ streamId, revision, lastEvent }) => [streamId, tipOf(revision, lastEvent)]));
};

/** Notes the last event dealt with of streams. */
export const writeTips = async (
  send: Send,
  feed: string,
  tips: ReadonlyMap<string, { readonly revision: number; readonly eventId: string }>,
): Promise<void> => {
  if (tips.size === 0) return;
  const last = [...tips.values()];
  await send({
    text: `INSERT INTO read.feed_streams (feed, stream_id, revision, last_event)
           SELECT $1, * FROM unnest($2::text[], $3::bigint[], $4::text[])
           ON CONFLICT (feed, stream_id) DO UPDATE SET revision = EXCLUDED.revision, last_event = EXCLUDED.last_event`,
    values: [
      ...[feed, [...tips.keys()], last.map(({ revision }) => revision)],
      last.map(({ revision, eventId }) => clean(`${revision}:${eventId}`)),
    ],
  });
};

/** The streams of a share that are held up. */
export const readParked = async (send: Send, share: Share): Promise<readonly ParkedStream[]> =>
  (await send({
    text: `SELECT stream_id AS "streamId", revision::float8 AS revision, reaches::float8 AS reaches,
             event_id AS "eventId", error, (extract(epoch FROM parked_at) * 1000)::float8 AS "parkedAt"
           FROM read.feed_parked WHERE feed = $1 AND topic = $2 AND partition = $3`,
    values: placeholders(share),
  })) as ParkedStream[];

/** Notes streams that are held up, or by something else than before, or with more behind them. */
export const writeParked = async (send: Send, share: Share, parked: readonly ParkedStream[]): Promise<void> => {
  if (parked.length === 0) return;
  await send({
    text: `INSERT INTO read.feed_parked AS p (feed, topic, partition, stream_id, revision, reaches, event_id, error)
           SELECT $1, $2, $3, * FROM unnest($4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::text[])
           ON CONFLICT (feed, stream_id) DO UPDATE SET revision = EXCLUDED.revision,
             reaches = greatest(p.reaches, EXCLUDED.reaches), event_id = EXCLUDED.event_id, error = EXCLUDED.error`,
    values: [
      ...placeholders(share),
      parked.map(({ streamId }) => clean(streamId)),
      parked.map(({ revision }) => revision),
      parked.map(({ reaches }) => reaches),
      parked.map(({ eventId }) => clean(eventId)),
      parked.map(({ error }) => clean(error)),
    ],
  });
};

/** Forgets that a stream was held up. */
export const removeParked = async (send: Send, feed: string, streamId: string): Promise<void> => {
  await send({ text: 'DELETE FROM read.feed_parked WHERE feed = $1 AND stream_id = $2', values: [feed, streamId] });
};
