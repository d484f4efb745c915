import type { DataSource } from 'typeorm';
import { comparePositions, type LogPosition } from '#libs/platform/event-store/event-store';
import type { Instant } from '#libs/platform/kernel/instant';
import { swapLock, transactionLock } from '#libs/platform/read-models/advisory-lock';
import { keyText, type AnyProjection } from '#libs/platform/read-models/projection';
import { refusedFact } from '#libs/platform/read-models/refused-fact';
import { RowStage, type Changes, type ParkedRow } from '#libs/platform/read-models/row-stage';
import type { Send } from '#libs/platform/read-models/send';
import { TablePlan, type Sql } from '#libs/platform/read-models/table-plan';
import { isValueError } from '#libs/platform/read-models/value-error';
import { writeWhatFits } from '#libs/platform/read-models/write-changes';
import type { Fact } from '#libs/platform/runtime/fact';
import { NotReady, Overtaken, type FeedTarget, type Refused } from './feed-target';

interface Checkpoint extends LogPosition {
  readonly name: string;
  readonly version: number;
  readonly generation: number;
  readonly fed: boolean;
}

interface Table {
  readonly projection: AnyProjection;
  readonly plan: TablePlan;
  readonly parkedKeys: readonly string[];
}

/** What facts make of one table. */
interface Filled {
  readonly stage: RowStage;
  readonly changes: Changes;
  /** The keys of the rows that were there. */
  readonly present: ReadonlySet<string>;
  readonly facts: readonly Fact[];
}

const rowsPerStatement = 1_000;

/** The place is where the table stood when feeds took it over, not where they are by now. */
const checkpointColumns = `name, version, generation, fed, coalesce(floor_xid, xid)::float8 AS xid,
  coalesce(floor_position, position)::float8 AS position FROM read.checkpoints`;

/** The lock under which a `Projector` works alone: feeds share it among themselves, so that never both keep the tables. */
const projectorAway = `SELECT pg_try_advisory_xact_lock_shared(hashtextextended('regulars:projector', 0)) AS free`;

/** Undoes every table's writes of this transaction; what then is refused will have it rolled back whole. */
const backToTables: Sql = { text: 'ROLLBACK TO SAVEPOINT tables', values: [] };

const slices = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const compareText = (left: string, right: string): number => {
  if (left === right) return 0;
  return left < right ? -1 : 1;
};

const refusedOf = (rows: readonly ParkedRow[]): readonly Refused[] =>
  rows.map(({ eventId, error }) => ({ eventId, error }));

/**
 * Read models kept over the bus. Rows that belong to several members, such as a shop's day, are written by several
 * partitions and processes: rows are therefore read anew for every batch, under a lock and in the order of their keys,
 * and of two who make the same new row the second looks again. List tables with few, busy rows last: those stay locked
 * until the end of the transaction.
 */
export class FedProjections implements FeedTarget {
  private tables: readonly Table[] = [];
  private checkpoints: ReadonlyMap<string, Checkpoint> = new Map();

  constructor(
    private readonly source: DataSource,
    private readonly projections: readonly AnyProjection[],
  ) {}

  /** Takes over the tables, when all of them are built and of our version. */
  async ready(): Promise<boolean> {
    const names = this.projections.map(({ name }) => name);
    await this.source.query(
      `UPDATE read.checkpoints c SET fed = true, floor_xid = xid, floor_position = position
       FROM unnest($1::text[], $2::int[]) AS o(name, version)
       WHERE (c.name, c.version) = (o.name, o.version) AND NOT c.fed`,
      [names, this.projections.map(({ version }) => version)],
    );
    const known = await this.source.query<Checkpoint[]>(`SELECT ${checkpointColumns} WHERE name = ANY($1)`, [names]);
    this.checkpoints = new Map(known.map((each) => [each.name, each]));
    const parked = await this.source.query<{ readonly consumer: string; readonly key: string }[]>(
      'SELECT consumer, key FROM read.parked WHERE consumer = ANY($1)',
      [names],
    );
    this.tables = this.projections.map((projection) => ({
      projection,
      plan: new TablePlan(this.source, this.source.getMetadata(projection.entity)),
      parkedKeys: parked.filter(({ consumer }) => consumer === projection.name).map(({ key }) => key),
    }));
    return this.projections.every(({ name, version }) => this.checkpoints.get(name)?.version === version);
  }

  before(): Promise<void> {
    return Promise.resolve();
  }

  async within(facts: readonly Fact[], send: Send): Promise<readonly Refused[]> {
    if (facts.length === 0) return [];
    await this.hold(send);
    await send({ text: 'SAVEPOINT tables', values: [] });
    for (const table of this.tables) {
      const refused = await this.fill(table, facts, send);
      if (refused.length > 0) return refused;
    }
    return [];
  }

  async renewedSince(at: Instant): Promise<boolean> {
    const [row] = await this.source.query<{ readonly renewed: boolean }[]>(
      `SELECT count(*) = cardinality($1::text[]) AS renewed FROM read.checkpoints
       WHERE name = ANY($1) AND built_at > to_timestamp($2::float8 / 1000)`,
      [this.projections.map(({ name }) => name), at],
    );
    return row?.renewed === true;
  }

  async reached({ xid, position }: LogPosition): Promise<void> {
    await this.source.query(
      `UPDATE read.checkpoints SET xid = $2, position = $3, moved_at = now()
       WHERE name = ANY($1) AND fed AND (xid, position) < ($2, $3)`,
      [this.projections.map(({ name }) => name), xid, position],
    );
  }

  /** Keeps rebuilds out until the end of the transaction, and finds out whether one has been here. */
  private async hold(send: Send): Promise<void> {
    await send(transactionLock(swapLock, 'shared'));
    const [lock] = (await send({ text: projectorAway, values: [] })) as { readonly free: boolean }[];
    if (lock?.free !== true) throw new NotReady('The read models are kept by a process that reads the log.');
    const names = this.projections.map(({ name }) => name);
    const found = (await send({
      text: `SELECT ${checkpointColumns} WHERE name = ANY($1)`,
      values: [names],
    })) as readonly Checkpoint[];
    const isSame = ({ name, generation, fed }: Checkpoint): boolean =>
      fed && this.checkpoints.get(name)?.generation === generation;
    if (found.length !== names.length || !found.every(isSame)) throw new NotReady('The read models were built anew.');
  }

  private async fill({ projection, plan, parkedKeys }: Table, facts: readonly Fact[], send: Send) {
    const floor = this.checkpoints.get(projection.name);
    const mine = floor === undefined ? [] : facts.filter(({ place }) => comparePositions(place, floor) > 0);
    if (mine.length === 0) return [];
    const present = new Set<string>();
    const loading: Send = async ({ text, values }) => {
      const rows = await this.tentatively(send, { text: `${text} ORDER BY w FOR UPDATE OF t`, values });
      for (const row of rows) present.add(plan.keyOf(row));
      return rows;
    };
    const stage = new RowStage(projection, plan, plan.live, { rows: 1, parkedKeys });
    const changes = await stage.fold(mine, loading);
    if (changes.parked.length > 0) return refusedOf(changes.parked);
    return this.write({ stage, changes, present, facts: mine }, send);
  }

  /** After a key that is no value of its column the rows beside it can still be looked for. */
  private async tentatively(send: Send, sql: Sql): Promise<readonly object[]> {
    try {
      return await send(sql);
    } catch (error) {
      if (isValueError(error)) await send(backToTables);
      throw error;
    }
  }

  /**
   * When one table refuses a row, nothing of this transaction stays in any: it only serves to find out which rows, and for
   * each the fact that makes it so. Whoever else touches the row, which may be a whole shop's, is not to wait for that.
   */
  private async write({ stage, changes, present, facts }: Filled, send: Send): Promise<readonly Refused[]> {
    try {
      await this.writeAll(stage, changes, present, send);
      return [];
    } catch (error) {
      if (!isValueError(error)) throw error;
      await send(backToTables);
      const parked = await writeWhatFits(stage, changes, send);
      if (parked.length === 0) throw error;
      await send(backToTables);
      const refused: ParkedRow[] = [];
      for (const row of parked) refused.push(await refusedFact(stage, row, facts, send));
      return refusedOf(refused);
    }
  }

  private async writeAll(
    { plan, table, projection }: RowStage,
    { upserts, removals }: Changes,
    present: ReadonlySet<string>,
    send: Send,
  ): Promise<void> {
    const known = [...upserts].filter(([key]) => present.has(key)).map(([, { row }]) => row);
    const fresh = [...upserts]
      .filter(([key]) => !present.has(key))
      .sort(([left], [right]) => compareText(left, right))
      .map(([, { row }]) => row);
    for (const rows of slices(known, rowsPerStatement)) await send(plan.upsert(table, rows));
    for (const rows of slices(fresh, rowsPerStatement)) await this.insert(plan, rows, projection, send);
    const gone = [...removals.values()].filter((key) => present.has(keyText(key)));
    if (gone.length > 0) await send(plan.remove(table, gone));
  }

  private async insert(plan: TablePlan, rows: readonly object[], { appendOnly }: AnyProjection, send: Send) {
    const { text, values } = plan.insert(plan.live, rows);
    const inserting = `${text} ON CONFLICT DO NOTHING`;
    // A row that only ever comes once can be there only if it is the same: the table was filled by other means.
    if (appendOnly === true) return void (await send({ text: inserting, values }));
    const counting = `WITH made AS (${inserting} RETURNING 1) SELECT count(*)::integer AS made FROM made`;
    const [counted] = (await send({ text: counting, values })) as { readonly made: number }[];
    if (counted?.made !== rows.length) throw new Overtaken();
  }
}
