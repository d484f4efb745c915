import type { DataSource, QueryRunner } from 'typeorm';
import { comparePositions, logStart } from '#libs/platform/event-store/event-store';
import type { EventStore, LogPosition } from '#libs/platform/event-store/event-store';
import type { EventCatalogue } from '#libs/platform/kernel/event-catalogue';
import { LoggedFact } from '#libs/platform/runtime/fact';
import { tryLock } from './advisory-lock';
import type { AnyProjection } from './projection';
import { Building, WriteLine } from './building';
import { parkStatement } from './projector';
import { TablePlan } from './table-plan';

/** What a rebuild reads and writes. */
export interface RebuildNeeds {
  readonly source: DataSource;
  readonly store: Pick<EventStore, 'readAll'>;
  /** Every type of event in the log, so that old versions are lifted. */
  readonly catalogue: EventCatalogue;
  /** Told after every batch how many facts have been read so far, and up to where. */
  readonly onProgress?: (progress: { readonly facts: number; readonly position: LogPosition }) => void;
}

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

const batchSize = 4_000;
const rowsInMemory = 300_000;
/** How long a swap waits for readers of the old table before it lets them pass and tries again. */
const swapPatience = '2s';
const swapAttempts = 30;

/** One rebuild under way: reads the log once and feeds every table of it. */
class Rebuild {
  position: LogPosition = logStart;
  facts = 0;

  constructor(
    private readonly needs: RebuildNeeds,
    readonly buildings: readonly Building[],
  ) {}

  /** Reads and folds to the end of the log; the next batch is read while the last one is folded and written. */
  async toEnd(): Promise<void> {
    let next = this.read();
    for (;;) {
      const facts = await next;
      const last = facts.at(-1)?.place;
      if (last === undefined) break;
      this.position = last;
      next = this.read();
      // Awaited in the next round; until then a failure must not count as unhandled.
      next.catch(() => undefined);
      await this.take(facts);
    }
    for (const building of this.buildings) await building.drain();
  }

  /** Reads and folds until a place is reached that is known to be readable. */
  async toPlace(place: LogPosition): Promise<void> {
    while (comparePositions(this.position, place) < 0) {
      const facts = await this.read();
      const last = facts.at(-1)?.place;
      if (last === undefined) break;
      this.position = last;
      await this.take(facts);
    }
    for (const building of this.buildings) await building.drain();
  }

  /** Does work whose writes may be rolled back; then what is in memory goes back with them. */
  async undoable(work: () => Promise<void>): Promise<void> {
    const { position, facts } = this;
    try {
      await work();
    } catch (error) {
      this.position = position;
      this.facts = facts;
      for (const building of this.buildings) building.forget();
      throw error;
    }
  }

  private async read(): Promise<readonly LoggedFact[]> {
    const events = await this.needs.store.readAll(this.position, batchSize);
    return events.map((event) => new LoggedFact(event, this.needs.catalogue));
  }

  private async take(facts: readonly LoggedFact[]): Promise<void> {
    for (const building of this.buildings) await building.take(facts);
    this.facts += facts.length;
    this.needs.onProgress?.({ facts: this.facts, position: this.position });
  }
}

const swapOne = async (connection: QueryRunner, rebuild: Rebuild, { stage, parked }: Building): Promise<void> => {
  const { name, version } = stage.projection;
  await connection.query(`DROP TABLE IF EXISTS ${stage.plan.live}`);
  await connection.query(`ALTER TABLE ${stage.table} RENAME TO ${stage.plan.liveName}`);
  await connection.query(
    `INSERT INTO read.checkpoints AS c (name, version, xid, position) VALUES ($1, $2, $3, $4)
     ON CONFLICT (name) DO UPDATE SET version = EXCLUDED.version, generation = c.generation + 1,
       xid = EXCLUDED.xid, position = EXCLUDED.position, moved_at = now()`,
    [name, version, rebuild.position.xid, rebuild.position.position],
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
const swap = async (connection: QueryRunner, rebuild: Rebuild): Promise<void> => {
  const names = rebuild.buildings.map(({ stage }) => stage.projection.name);
  await connection.startTransaction();
  try {
    await connection.query(`SET LOCAL lock_timeout = '${swapPatience}'`);
    const live = (await connection.query(
      `SELECT xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = ANY($1)
       ORDER BY name FOR UPDATE`,
      [names],
    )) as LogPosition[];
    const furthest = live.reduce((left, right) => (comparePositions(left, right) < 0 ? right : left), logStart);
    await rebuild.toPlace(furthest);
    for (const building of rebuild.buildings) await swapOne(connection, rebuild, building);
    await connection.commitTransaction();
  } catch (error) {
    await connection.rollbackTransaction().catch(() => undefined);
    throw error;
  }
};

const isLockTimeout = (error: unknown): boolean => (error as { readonly code?: unknown }).code === '55P03';

const swapPatiently = async (connection: QueryRunner, rebuild: Rebuild): Promise<void> => {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rebuild.toEnd();
      await rebuild.undoable(() => swap(connection, rebuild));
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
    const line = new WriteLine(lock.connection);
    const buildings = projections.map((projection) => {
      const plan = new TablePlan(needs.source, needs.source.getMetadata(projection.entity));
      return new Building(line, projection, plan, Math.ceil(rowsInMemory / projections.length));
    });
    const work = new Rebuild(needs, buildings);
    for (const building of buildings) await building.create();
    await work.toEnd();
    for (const building of buildings) await building.complete();
    await swapPatiently(lock.connection, work);
    const parked = buildings.reduce((sum, building) => sum + building.parked.length, 0);
    return { facts: work.facts, parked, position: work.position };
  } finally {
    await lock.release();
  }
};
