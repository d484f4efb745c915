import type { Extent } from '#libs/platform/kafka/topic-reader';
import type { Report } from '../findings';
import type { Copies } from './copies';

/** What checking a topic against the log needs; the copies must be complete. */
export interface TopicCheckNeeds {
  readonly copies: Copies;
  readonly topic: string;
  /** What the topic held when it was read. */
  readonly extents: readonly Extent[];
  /** How many events of the log must be published. */
  readonly due: number;
  readonly report: Report;
}

/** Differences of one kind that are looked at. */
const most = 10_000;

interface Place {
  readonly streamId: string;
  readonly revision: number;
}

/**
 * From which event of the log on each partition must hold everything: a topic forgets its oldest messages in time, and
 * what it begins with was published after everything that it has forgotten.
 */
const beginnings = async ({ copies, extents }: TopicCheckNeeds): Promise<readonly number[]> => {
  const firsts = await copies.ask<{ readonly partition: number; readonly number: number }>(
    `SELECT DISTINCT ON (b.partition) b.partition, l.number::float8 AS number
     FROM verify_bus b JOIN verify_log l USING ("streamId", revision) ORDER BY b.partition, b."offset"`,
  );
  return extents.map(({ partition, low }) => {
    if (low === 0) return 0;
    return firsts.find((first) => first.partition === partition)?.number ?? Number.MAX_SAFE_INTEGER;
  });
};

const checkMissing = async (needs: TopicCheckNeeds, held: readonly number[]): Promise<void> => {
  const { copies, extents, topic, due, report } = needs;
  const missing = await copies.ask<Place & { readonly partition: number }>(
    `SELECT l."streamId", l.revision::float8 AS revision, l.partition
     FROM verify_log l LEFT JOIN unnest($1::integer[], $2::bigint[]) AS held(partition, beginning) USING (partition)
     WHERE l.number BETWEEN coalesce(held.beginning, 0) AND $3
       AND NOT EXISTS (SELECT FROM verify_bus b WHERE (b."streamId", b.revision) = (l."streamId", l.revision))
     ORDER BY l.number LIMIT ${most}`,
    [extents.map(({ partition }) => partition), held, due],
  );
  for (const { streamId, revision, partition } of missing)
    report({
      kind: 'missing-message',
      where: streamId,
      what: `revision ${revision} is not in ${topic}, partition ${partition}`,
    });
};

interface WrongCopy extends Place {
  readonly partition: number;
  readonly offset: number;
  readonly leaks: boolean;
  /** Where it belongs; null for what is not in the log. */
  readonly due: number | null;
}

const wrongIn = ({ partition, leaks, due }: WrongCopy): string => {
  if (due === null) return 'is not in the log';
  if (due !== partition) return `belongs in partition ${due}`;
  return leaks ? 'carries personal fields that are to stay in the log' : 'says something else than the log';
};

const checkContents = async ({ copies, topic, report }: TopicCheckNeeds): Promise<void> => {
  const wrong = await copies.ask<WrongCopy>(
    `SELECT b."streamId", b.revision::float8 AS revision, b.partition, b."offset"::float8 AS "offset", b.leaks,
       l.partition AS due
     FROM verify_bus b LEFT JOIN verify_log l USING ("streamId", revision)
     WHERE l.number IS NULL OR l.partition <> b.partition OR l.digest <> b.digest OR b.leaks
     ORDER BY b.partition, b."offset" LIMIT ${most}`,
  );
  for (const each of wrong) {
    const { streamId, revision, partition, offset } = each;
    const what = `revision ${revision} at ${topic}/${partition}@${offset} ${wrongIn(each)}`;
    report({ kind: 'wrong-message', where: streamId, what });
  }
};

/**
 * Copies may follow later: what counts is when each fact came first. That is not known of facts from before the oldest
 * message that is left.
 */
const checkOrder = async (
  { copies, extents, topic, report }: TopicCheckNeeds,
  held: readonly number[],
): Promise<void> => {
  const wrong = await copies.ask<Place & { readonly before: string }>(
    `WITH firsts AS (
       SELECT "streamId", revision, min("offset") AS first FROM verify_bus GROUP BY "streamId", revision),
     course AS (
       SELECT l."streamId", l.revision, first, l.number, lag(first) OVER turns AS earlier,
         lag(l."streamId" || '@' || l.revision) OVER turns AS before
       FROM firsts JOIN verify_log l USING ("streamId", revision)
         LEFT JOIN unnest($1::integer[], $2::bigint[]) AS held(partition, beginning) USING (partition)
       WHERE l.number >= coalesce(held.beginning, 0)
       WINDOW turns AS (PARTITION BY l.partition, l.key ORDER BY l.number))
     SELECT "streamId", revision::float8 AS revision, before FROM course WHERE first < earlier
     ORDER BY number LIMIT ${most}`,
    [extents.map(({ partition }) => partition), held],
  );
  for (const { streamId, revision, before } of wrong)
    report({ kind: 'wrong-order', where: streamId, what: `revision ${revision} came into ${topic} before ${before}` });
};

/** Compares a topic with the log: nothing is missing, nothing is altered or invented, each member's facts are in order. */
export const checkTopic = async (needs: TopicCheckNeeds): Promise<void> => {
  const held = await beginnings(needs);
  await checkMissing(needs, held);
  await checkContents(needs);
  await checkOrder(needs, held);
};
