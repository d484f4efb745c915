import type { Extent } from '#libs/platform/kafka/topic-reader';
import type { Report } from '../findings';
import type { Copies } from './copies';

/** How a feed noted that it stands. */
export interface FeedNotes {
  readonly feed: string;
  readonly topic: string;
  readonly shares: readonly { readonly partition: number; readonly nextOffset: number }[];
  readonly held: readonly HeldNote[];
}

/** A stream that is held up, as noted. */
interface HeldNote {
  readonly streamId: string;
  readonly revision: number;
  readonly error: string;
}

/** Takes down how feeds stand, as of one moment: their offsets, and the last revision of every stream. */
export const noteFeeds = async (
  { connection }: Copies,
  topic: string,
  feeds: readonly string[],
): Promise<readonly FeedNotes[]> => {
  await connection.startTransaction('REPEATABLE READ');
  try {
    await connection.query(
      'INSERT INTO verify_tips SELECT feed, stream_id, revision FROM read.feed_streams WHERE feed = ANY($1)',
      [feeds],
    );
    const notes: FeedNotes[] = [];
    for (const feed of feeds) {
      const shares = (await connection.query(
        `SELECT partition, next_offset::float8 AS "nextOffset" FROM read.feed_offsets
         WHERE feed = $1 AND topic = $2 ORDER BY partition`,
        [feed, topic],
      )) as FeedNotes['shares'];
      const held = (await connection.query(
        `SELECT stream_id AS "streamId", revision::float8 AS revision, error FROM read.feed_parked
         WHERE feed = $1 ORDER BY parked_at, stream_id`,
        [feed],
      )) as readonly HeldNote[];
      notes.push({ feed, topic, shares, held });
    }
    await connection.commitTransaction();
    return notes;
  } catch (error) {
    await connection.rollbackTransaction().catch(() => undefined);
    throw error;
  }
};

/** What checking a feed's notes needs; the copies must be complete. */
export interface FeedCheckNeeds {
  readonly copies: Copies;
  readonly notes: FeedNotes;
  readonly extents: readonly Extent[];
  /** How many events of the log the feed must have dealt with. */
  readonly due: number;
  readonly report: Report;
}

const most = 10_000;

const checkHeld = ({ notes: { feed, held }, report }: FeedCheckNeeds): void => {
  for (const { streamId, revision, error } of held) {
    const what = revision < 0 ? `a message cannot be read: ${error}` : `revision ${revision} cannot be taken: ${error}`;
    report({ kind: 'held-stream', where: `${feed} ${streamId}`, what });
  }
};

const checkOffsets = ({ notes, extents, report }: FeedCheckNeeds): void => {
  const { feed, topic, shares } = notes;
  for (const { partition, nextOffset } of shares) {
    const end = extents.find((extent) => extent.partition === partition)?.end ?? 0;
    if (nextOffset <= end) continue;
    const what = `it goes on at ${topic}/${partition}@${nextOffset}, but that partition ends at ${end}`;
    report({ kind: 'wrong-feed', where: feed, what });
  }
};

interface Tip {
  readonly streamId: string;
  readonly noted: number | null;
  readonly due: number | null;
  readonly last: number | null;
}

const wrongIn = ({ noted, due, last }: Tip): string => {
  if (last === null) return `it noted revision ${noted} of a stream that there is not`;
  if (noted !== null && noted > last) return `it noted revision ${noted}, the last event is ${last}`;
  return `it noted ${noted === null ? 'nothing' : `revision ${noted}`}, and should have come to ${due}`;
};

const checkTips = async ({ copies, notes: { feed, held }, due, report }: FeedCheckNeeds): Promise<void> => {
  const wrong = await copies.ask<Tip>(
    `WITH ends AS (
       SELECT "streamId", max(revision) AS last, max(revision) FILTER (WHERE number <= $2) AS due
       FROM verify_log GROUP BY "streamId"),
     noted AS (SELECT "streamId", revision AS noted FROM verify_tips WHERE feed = $1)
     SELECT "streamId", noted::float8 AS noted, due::float8 AS due, last::float8 AS last
     FROM ends FULL JOIN noted USING ("streamId")
     WHERE (coalesce(noted, -1) < due AND "streamId" <> ALL($3)) OR noted > last OR last IS NULL
     ORDER BY "streamId" LIMIT ${most}`,
    [feed, due, held.map(({ streamId }) => streamId)],
  );
  for (const tip of wrong) report({ kind: 'wrong-feed', where: `${feed} ${tip.streamId}`, what: wrongIn(tip) });
};

/** Compares what a feed noted with the topic and the log: nothing is held up, nothing passed over, nothing ahead. */
export const checkFeed = async (needs: FeedCheckNeeds): Promise<void> => {
  checkHeld(needs);
  checkOffsets(needs);
  await checkTips(needs);
};
