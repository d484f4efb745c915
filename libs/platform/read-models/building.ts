import type { QueryRunner } from 'typeorm';
import type { LoggedFact } from '#libs/platform/runtime/fact';
import type { AnyProjection } from './projection';
import { RowStage, absent } from './row-stage';
import type { Changes, ParkedRow } from './row-stage';
import type { RowKey } from './projection';
import { sendOver } from './send';
import type { Send } from './send';
import type { Sql, TablePlan } from './table-plan';
import { isValueError } from './value-error';
import { inStatements, writeChanges, writeWhatFits } from './write-changes';

/** How many changed rows gather in memory before they are written: a row that changes often is written seldom. */
const rowsBehind = 40_000;

/** The connection of a rebuild. Writes stand in line, so that none ends up in another one's transaction. */
export class WriteLine {
  private last: Promise<unknown> = Promise.resolve();

  constructor(readonly connection: QueryRunner) {}

  add<T>(work: () => Promise<T>): Promise<T> {
    const done = this.last.then(work);
    this.last = done.catch(() => undefined);
    return done;
  }

  /**
   * Does work that values may refuse so that the transaction at hand, if there is one, can go on after it. In line:
   * savepoints of two at once would undo each other.
   */
  async tentatively<T>(work: () => Promise<T>): Promise<T> {
    const { connection } = this;
    if (!connection.isTransactionActive) return work();
    await connection.query('SAVEPOINT attempt');
    try {
      const result = await work();
      await connection.query('RELEASE SAVEPOINT attempt');
      return result;
    } catch (error) {
      await connection.query('ROLLBACK TO SAVEPOINT attempt').catch(() => undefined);
      throw error;
    }
  }
}

/** Changed rows that are not in the table yet. */
class Unwritten implements Changes {
  readonly upserts = new Map<string, { readonly row: object; readonly eventId: string }>();
  readonly removals = new Map<string, RowKey>();
  readonly parked: readonly ParkedRow[] = [];

  get size(): number {
    return this.upserts.size + this.removals.size;
  }

  add({ upserts, removals }: Changes): void {
    for (const [key, change] of upserts) {
      this.removals.delete(key);
      this.upserts.set(key, change);
    }
    for (const [key, at] of removals) {
      this.upserts.delete(key);
      this.removals.set(key, at);
    }
  }

  find(key: string): object | undefined {
    return this.upserts.get(key)?.row ?? (this.removals.has(key) ? absent : undefined);
  }
}

/**
 * One table that is being built beside the live one. Nobody else knows it yet, so rows are written behind the fold,
 * in larger lots, while the fold goes on.
 */
export class Building {
  readonly stage: RowStage;
  readonly parked: ParkedRow[] = [];
  private readonly send: Send;
  private gathering = new Unwritten();
  private leaving = new Unwritten();
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly line: WriteLine,
    projection: AnyProjection,
    private readonly plan: TablePlan,
    rowsInMemory: number,
  ) {
    this.send = sendOver(line.connection);
    this.stage = new RowStage(projection, plan, plan.building, {
      rows: rowsInMemory,
      parkedKeys: [],
      unwritten: (key) => this.gathering.find(key) ?? this.leaving.find(key),
      emptyTable: true,
      replaces: true,
    });
  }

  /** An empty table. Where rows are only ever added, its key is made at the end, all at once. */
  async create(): Promise<void> {
    const query = (text: string) => this.line.connection.query(text);
    await query(`DROP TABLE IF EXISTS ${this.plan.building}`);
    await query(this.plan.create(this.plan.building));
    if (this.stage.projection.appendOnly !== true) await query(this.plan.primaryKey(this.plan.building));
  }

  /** Folds facts; what they change is written now or later. */
  async take(facts: readonly LoggedFact[]): Promise<void> {
    const changes = await this.stage.fold(facts, (sql) => this.load(sql));
    this.parked.push(...changes.parked);
    this.gathering.add(changes);
    if (this.gathering.size >= rowsBehind) await this.writeBehind();
  }

  /** Waits until every row is in the table. */
  async drain(): Promise<void> {
    await this.writeBehind();
    await this.writing;
  }

  /** Forgets what is in memory: the table is not what was written to it. */
  forget(): void {
    this.gathering = new Unwritten();
    this.leaving = new Unwritten();
    this.stage.forget();
  }

  /** Removes the table again. */
  async abandon(): Promise<void> {
    await this.writing.catch(() => undefined);
    await this.line.connection.query(`DROP TABLE IF EXISTS ${this.plan.building}`).catch(() => undefined);
  }

  /** Makes the loaded table like a live one: safe, with its key and indexes, and known to the planner. */
  async complete(): Promise<void> {
    const query = (text: string) => this.line.connection.query(text);
    await this.drain();
    await query(this.plan.secure(this.plan.building));
    if (this.stage.projection.appendOnly === true) await query(this.plan.primaryKey(this.plan.building));
    for (const index of this.plan.indexes(this.plan.building)) await query(index);
    await query(`ANALYZE ${this.plan.building}`);
  }

  /** Reads beside what is being written, but never within a transaction that somebody else has begun. */
  private load(sql: Sql): Promise<readonly object[]> {
    if (!this.line.connection.isTransactionActive) return this.send(sql);
    return this.line.add(() => this.line.tentatively(() => this.send(sql)));
  }

  private async writeBehind(): Promise<void> {
    await this.writing;
    this.leaving = this.gathering;
    this.gathering = new Unwritten();
    const lot = this.leaving;
    this.writing = this.line.add(() => this.write(lot));
    // Awaited before the next lot; until then a failure must not count as unhandled.
    this.writing.catch(() => undefined);
  }

  private async write(changes: Unwritten): Promise<void> {
    for (const part of inStatements(changes)) await this.writePart(part);
  }

  private async writePart(changes: Changes): Promise<void> {
    try {
      await this.line.tentatively(() => writeChanges(this.stage, changes, this.send));
    } catch (error) {
      if (!isValueError(error)) throw error;
      const refused = await this.carefully(() => writeWhatFits(this.stage, changes, this.send));
      for (const { key } of refused) this.gathering.upserts.delete(key);
      this.parked.push(...refused);
    }
  }

  /** Within a transaction: the one at hand, or one of its own. */
  private async carefully<T>(work: () => Promise<T>): Promise<T> {
    const { connection } = this.line;
    if (connection.isTransactionActive) return work();
    await connection.startTransaction();
    try {
      const result = await work();
      await connection.commitTransaction();
      return result;
    } catch (error) {
      await connection.rollbackTransaction().catch(() => undefined);
      throw error;
    }
  }
}
