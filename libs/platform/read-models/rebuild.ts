import type { QueryRunner } from 'typeorm';
import { comparePositions, logStart } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { swapLock, transactionLock, tryLock } from './advisory-lock';
import type { Building } from './building';
import type { AnyProjection } from './projection';
import { parkStatement } from './projector';
import { Replay } from './replay';
import type { RebuildNeeds } from './replay';

/** What a rebuild did. */
export interface Rebuilt {
  readonly facts: number;
  readonly parked: number;
  readonly position: LogPosition;
}

/** One of these read models is being rebuilt already. */
export class AlreadyRebuilding extends Error {
  constructor(names: readonly string[]) {
    super(`A rebuild is under way already: ${names.join(', ')}.`);
    this.name = 'AlreadyRebuilding';
  }
}

/** How long a swap waits for readers of the old table before it lets them pass and tries again. */
const swapPatience = '2s';
const swapAttempts = 30;

const swapOne = async (connection: QueryRunner, replay: Replay, { stage, parked }: Building): Promise<void> => {
  const { name, version } = stage.projection;
  await connection.query(`DROP TABLE IF EXISTS ${stage.plan.live}`);
  await connection.query(`ALTER TABLE ${stage.table} RENAME TO ${stage.plan.liveName}`);
  await connection.query(
    `INSERT INTO read.checkpoints AS c (name, version, xid, position, moved_at, built_at)
     VALUES ($1, $2, $3, $4, coalesce(to_timestamp($5::float8 / 1000), now()), clock_timestamp())
     ON CONFLICT (name) DO UPDATE SET version = EXCLUDED.version, generation = c.generation + 1, fed = false,
       xid = EXCLUDED.xid, position = EXCLUDED.position, moved_at = EXCLUDED.moved_at, built_at = EXCLUDED.built_at`,
    [name, version, replay.position.xid, replay.position.position, replay.latestAt],
  );
  await connection.query('DELETE FROM read.parked WHERE consumer = $1', [name]);
  for (const row of parked) {
    const { text, values } = parkStatement(name, row);
    await connection.query(text, values);
  }
};

/**
 * Puts the new tables in the place of the old ones, in one transaction. The lock on the checkpoints keeps the live
 * projector out meanwhile, and the new tables are first brought to where the old ones are: readers never see a row
 * go back.
 */
const swap = async (connection: QueryRunner, replay: Replay): Promise<void> => {
  const names = replay.buildings.map(({ stage }) => stage.projection.name);
  await connection.startTransaction();
  try {
    await connection.query(`SET LOCAL lock_timeout = '${swapPatience}'`);
    const { text, values } = transactionLock(swapLock, 'exclusive');
    await connection.query(text, values);
    const live = (await connection.query(
      `SELECT xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = ANY($1)
       ORDER BY name FOR UPDATE`,
      [names],
    )) as LogPosition[];
    // Where tables are fed over the bus, they hold facts beyond their checkpoint; the first lock keeps the feeds out.
    const fed = (await connection.query(
      'SELECT xid::float8 AS xid, position::float8 AS position FROM read.feed_offsets',
    )) as LogPosition[];
    const furthest = [...live, ...fed].reduce(
      (left, right) => (comparePositions(left, right) < 0 ? right : left),
      logStart,
    );
    await replay.toPlace(furthest);
    for (const building of replay.buildings) await swapOne(connection, replay, building);
    await connection.commitTransaction();
  } catch (error) {
    await connection.rollbackTransaction().catch(() => undefined);
    throw error;
  }
};

const isLockTimeout = (error: unknown): boolean => (error as { readonly code?: unknown }).code === '55P03';

const swapPatiently = async (connection: QueryRunner, replay: Replay): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await replay.toEnd();
      await replay.undoable(() => swap(connection, replay));
      return;
    } catch (error) {
      if (!isLockTimeout(error) || attempt >= swapAttempts) throw error;
    }
  }
};

/**
 * Builds read models anew from the whole log, beside the live tables: without secondary indexes until the rows are in,
 * without waiting for the disk, and with one reading of the log for all of them. Then the new tables take the place of
 * the old ones. Live reads and the live projector go on meanwhile. A rebuild that ends halfway leaves everything as it
 * was.
 */
export const rebuild = async (needs: RebuildNeeds, projections: readonly AnyProjection[]): Promise<Rebuilt> => {
  const names = projections.map(({ name }) => name);
  const lock = await tryLock(
    needs.source,
    names.map((name) => `rebuild:${name}`),
  );
  if (lock === undefined) throw new AlreadyRebuilding(names);
  try {
    await lock.connection.query('SET synchronous_commit = off');
    const work = Replay.of(needs, lock.connection, projections);
    for (const building of work.buildings) await building.create();
    try {
      await work.toEnd();
      for (const building of work.buildings) await building.complete();
      await swapPatiently(lock.connection, work);
    } catch (error) {
      for (const building of work.buildings) await building.abandon();
      throw error;
    }
    const parked = work.buildings.reduce((sum, building) => sum + building.parked.length, 0);
    return { facts: work.facts, parked, position: work.position };
  } finally {
    await lock.release();
  }
};
