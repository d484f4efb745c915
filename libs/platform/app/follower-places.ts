import type { DataSource } from 'typeorm';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { ensureReadSchema } from '#libs/platform/read-models/read-schema';

/** Up to where in the log somebody has dealt with everything. */
export interface FollowerPlace {
  readonly name: string;
  readonly place: LogPosition;
}

/** Before the name of a share that somebody reads of the bus. */
export const sharePrefix = 'feed:';

/** The name of whoever publishes the log. */
export const relayName = 'relay';

const shareName = `'${sharePrefix}' || feed || '/' || topic || '/' || partition`;
const lasting = `(name LIKE 'policy:%' OR name = '${relayName}')`;

const placesText = `SELECT name, xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE ${lasting}
  UNION ALL SELECT ${shareName}, xid::float8, position::float8 FROM read.feed_offsets ORDER BY name`;

interface PlaceRow extends LogPosition {
  readonly name: string;
}

/**
 * Where policies, the relay and the readers of the bus stand. Read models are left out: wherever the log is moved to,
 * they are built anew.
 */
export const followerPlaces = async (source: DataSource): Promise<readonly FollowerPlace[]> => {
  await ensureReadSchema(source);
  const rows = await source.query<PlaceRow[]>(placesText);
  return rows.map(({ name, xid, position }) => ({ name, place: { xid, position } }));
};

/**
 * Has everybody who follows the log go on at these places, which are of another store than those they had. Whoever
 * keeps a checkpoint and is not named begins as if for the first time; read models are built anew at the next start.
 */
export const moveFollowers = async (source: DataSource, followers: readonly FollowerPlace[]): Promise<void> => {
  await ensureReadSchema(source);
  const shares = followers.filter(({ name }) => name.startsWith(sharePrefix));
  const others = followers.filter(({ name }) => !name.startsWith(sharePrefix));
  const columns = (places: readonly FollowerPlace[]): readonly unknown[] => [
    places.map(({ name }) => name),
    places.map(({ place }) => place.xid),
    places.map(({ place }) => place.position),
  ];
  await source.transaction(async (manager) => {
    await manager.query('DELETE FROM read.checkpoints');
    await manager.query(
      `INSERT INTO read.checkpoints (name, version, xid, position)
       SELECT name, 1, xid, position FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS o(name, xid, position)`,
      [...columns(others)],
    );
    await manager.query(
      `UPDATE read.feed_offsets SET xid = o.xid, position = o.position, epoch = epoch + 1
       FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS o(name, xid, position) WHERE o.name = ${shareName}`,
      [...columns(shares)],
    );
  });
};
