import type { QueryRunner } from 'typeorm';
import { comparePositions, logStart, type LogPosition } from '#libs/platform/event-store/event-store';
import { partitionOf, type Topic } from '#libs/platform/kafka/topics';
import type { Fact } from '#libs/platform/runtime/fact';

/** Which facts a read model holds at a moment. */
export interface Reach {
  /** Every fact up to here. */
  readonly complete: LogPosition;
  /** None after this. */
  readonly furthest: LogPosition;
  holds(fact: Pick<Fact, 'streamId' | 'revision' | 'place'>): boolean;
}

/** Everything up to a place: a read model that is kept from the log. */
export const upTo = (place: LogPosition): Reach => ({
  complete: place,
  furthest: place,
  holds: (fact) => comparePositions(fact.place, place) <= 0,
});

/** Nothing yet. */
export const nothing: Reach = upTo(logStart);

/** Tells the reach of a read model from its checkpoint, as of the moment at which it was made. */
export type Reaches = (checkpoint: LogPosition) => Reach;

/** One feed over the bus. */
export interface FedBy {
  readonly feed: string;
  readonly topic: Topic;
  readonly keyOf: (streamId: string) => string;
}

const later = (left: LogPosition, right: LogPosition): LogPosition =>
  comparePositions(left, right) < 0 ? right : left;

/**
 * How read models stand that a feed keeps: each partition goes its own way beyond the checkpoint, and a stream that is
 * held up stays where it is. Ask on the connection, and in the transaction, in which the tables are looked at.
 */
export const reachesOver = async (connection: QueryRunner, { feed, topic, keyOf }: FedBy): Promise<Reaches> => {
  const shares = (await connection.query(
    `SELECT partition, xid::float8 AS xid, position::float8 AS position FROM read.feed_offsets
     WHERE feed = $1 AND topic = $2`,
    [feed, topic.name],
  )) as readonly (LogPosition & { readonly partition: number })[];
  const held = (await connection.query(
    'SELECT stream_id AS "streamId", revision::float8 AS revision FROM read.feed_parked WHERE feed = $1 AND revision >= 0',
    [feed],
  )) as readonly { readonly streamId: string; readonly revision: number }[];
  const places = new Map(shares.map((share) => [share.partition, share as LogPosition]));
  const heldFrom = new Map(held.map(({ streamId, revision }) => [streamId, revision]));
  return (checkpoint) => {
    const placeOf = (streamId: string): LogPosition =>
      later(checkpoint, places.get(partitionOf(keyOf(streamId), topic)) ?? logStart);
    return {
      complete: heldFrom.size > 0 ? logStart : checkpoint,
      furthest: [...places.values()].reduce(later, checkpoint),
      holds: ({ streamId, revision, place }) =>
        comparePositions(place, placeOf(streamId)) <= 0 && revision < (heldFrom.get(streamId) ?? Infinity),
    };
  };
};
