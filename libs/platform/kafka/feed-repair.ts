import { overConnection } from './feed-connection';
import { FeedShare, type FeedNeeds } from './feed-share';
import { Overtaken } from './feed-target';

/** A stream of a feed that is held up, as it is listed. */
export interface HeldStream {
  readonly feed: string;
  readonly streamId: string;
  /** The revision that could not be taken; −1 for a message that could not be read. */
  readonly revision: number;
  /** How many facts wait, that one included. */
  readonly waiting: number;
  readonly eventId: string;
  readonly error: string;
  /** RFC 3339. */
  readonly parkedAt: string;
}

/** Which streams are held up, oldest first. */
export const listHeld = ({ source }: Pick<FeedNeeds, 'source'>, limit: number): Promise<readonly HeldStream[]> =>
  source.query(
    `SELECT feed, stream_id AS "streamId", revision::float8 AS revision, event_id AS "eventId", error,
       greatest(0, reaches - revision + CASE WHEN revision < 0 THEN 0 ELSE 1 END)::float8 AS waiting,
       to_char(parked_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "parkedAt"
     FROM read.feed_parked ORDER BY parked_at, feed, stream_id LIMIT $1`,
    [limit],
  );

/** How a repair ended. */
export interface Repaired {
  readonly mended: readonly string[];
  /** Streams that are still held up, by the same fact or a later one. */
  readonly stillHeld: readonly string[];
}

const attempts = 20;

/** Which of the streams that a feed holds up; all of them unless told. */
export interface HeldChoice {
  readonly streamId?: string;
  readonly partitions?: readonly number[];
}

/** The feed itself may be at work on the same partition, batch after batch. */
const repairPatiently = async (share: FeedShare, streamId: string): Promise<boolean> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await share.repair(streamId);
    } catch (error) {
      if (!(error instanceof Overtaken) || attempt >= attempts) throw error;
    }
  }
};

/**
 * Gives streams that are held up another try, with the facts that wait behind: after a program was mended, say. Messages
 * that could not be read are taken off the list; if they were facts, those were looked up with the next of their stream.
 * The feed may run meanwhile. Rejects with `NotReady` while this program must not change the target.
 */
export const repairHeld = async (
  needs: Omit<FeedNeeds, 'partitionOf'>,
  feed: string,
  { streamId: only, partitions }: HeldChoice = {},
): Promise<Repaired> => {
  if (!(await needs.target.ready())) throw new Error('The tables are of another version, or not built.');
  const held = (await overConnection(needs.source, (send) =>
    send({
      text: `SELECT stream_id AS "streamId", topic, partition FROM read.feed_parked
             WHERE feed = $1 AND ($2::text IS NULL OR stream_id = $2) AND ($3::int[] IS NULL OR partition = ANY($3))
             ORDER BY parked_at, stream_id`,
      values: [feed, only ?? null, partitions ?? null],
    }),
  )) as readonly { readonly streamId: string; readonly topic: string; readonly partition: number }[];
  const mended: string[] = [];
  const stillHeld: string[] = [];
  for (const { streamId, topic, partition } of held) {
    const isMended = await repairPatiently(
      new FeedShare({ ...needs, partitionOf: () => partition }, { feed, topic, partition }),
      streamId,
    );
    (isMended ? mended : stillHeld).push(streamId);
  }
  return { mended, stillHeld };
};
