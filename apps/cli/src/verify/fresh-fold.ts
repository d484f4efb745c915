import type { DataSource, QueryRunner } from 'typeorm';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { RowStage } from '#libs/platform/read-models/row-stage';
import { sendOver } from '#libs/platform/read-models/send';
import { quoted, TablePlan } from '#libs/platform/read-models/table-plan';
import { isValueError } from '#libs/platform/read-models/value-error';
import { writeChanges, writeWhatFits } from '#libs/platform/read-models/write-changes';
import type { LoggedFact } from '#libs/platform/runtime/fact';
import type { Report } from './findings';
import { nothing, type Reach } from './reach';

const rowsInMemory = 50_000;
/** Differing rows of one table that are looked at. */
const mostRows = 10_000;

type Json = Readonly<Record<string, unknown>>;

/** The columns, of those named, in which two rows differ, in words. */
const differenceBetween = (live: Json | null, folded: Json | null, names: readonly string[]): string => {
  if (live === null) return 'the log adds up to a row that is not there';
  if (folded === null) return 'there is a row that the log does not add up to';
  const columns = names.filter((name) => JSON.stringify(live[name]) !== JSON.stringify(folded[name]));
  return columns
    .map((name) => `${name} is ${JSON.stringify(live[name])}, the log adds up to ${JSON.stringify(folded[name])}`)
    .join('; ');
};

/** Within a transaction that is under way, a part of it that can be undone by itself. */
const inTransaction = async (connection: QueryRunner, work: () => Promise<unknown>): Promise<void> => {
  await connection.startTransaction();
  try {
    await work();
    await connection.commitTransaction();
  } catch (error) {
    await connection.rollbackTransaction().catch(() => undefined);
    throw error;
  }
};

/** One read model, folded anew into a table that only this connection sees. */
export class FreshFold {
  readonly stage: RowStage;
  /** Which facts it holds. */
  reach: Reach = nothing;
  private readonly table: string;
  private readonly keys: readonly string[];

  constructor(
    private readonly connection: QueryRunner,
    readonly projection: AnyProjection,
    source: DataSource,
  ) {
    const metadata = source.getMetadata(projection.entity);
    const plan = new TablePlan(source, metadata);
    this.table = quoted(`verify_${metadata.tableName}`);
    this.keys = metadata.primaryColumns.map(({ databaseName }) => databaseName);
    this.stage = new RowStage(projection, plan, this.table, { rows: rowsInMemory, parkedKeys: [], emptyTable: true });
  }

  /** Makes its table, empty. */
  async create(): Promise<void> {
    const { plan } = this.stage;
    await this.connection.query(`DROP TABLE IF EXISTS pg_temp.${this.table}`);
    await this.connection.query(`CREATE TEMPORARY TABLE ${this.table} (LIKE ${plan.live} INCLUDING DEFAULTS)`);
    await this.connection.query(
      `CREATE UNIQUE INDEX ON ${this.table} (${this.keys.map((name) => quoted(name)).join(', ')})`,
    );
  }

  /** Folds those of these facts that are to be held next and were not before; set {@link reach} when all came by. */
  async take(facts: readonly LoggedFact[], next: Reach): Promise<void> {
    const mine = facts.filter((fact) => next.holds(fact) && !this.reach.holds(fact));
    if (mine.length === 0) return;
    const send = sendOver(this.connection);
    const changes = await this.stage.fold(mine, send);
    try {
      await inTransaction(this.connection, () => writeChanges(this.stage, changes, send));
    } catch (error) {
      if (!isValueError(error)) throw error;
      await inTransaction(this.connection, () => writeWhatFits(this.stage, changes, send));
    }
  }

  /** Every row that is not the same in both tables, as far as the log has a say in it. */
  async compare(passedOver: ReadonlySet<string>, report: Report): Promise<void> {
    const { plan, projection } = this.stage;
    const rowOf = (table: string): string => `ROW(${plan.folded.map((name) => `${table}.${quoted(name)}`).join(', ')})`;
    const on = this.keys.map((name) => `l.${quoted(name)} = f.${quoted(name)}`).join(' AND ');
    const rows = (await this.connection.query(
      `SELECT to_jsonb(l) AS live, to_jsonb(f) AS folded FROM ${plan.live} l FULL JOIN ${this.table} f ON ${on}
       WHERE ${rowOf('l')} IS DISTINCT FROM ${rowOf('f')} LIMIT ${mostRows}`,
    )) as { readonly live: Json | null; readonly folded: Json | null }[];
    for (const { live, folded } of rows) {
      const row = live ?? folded ?? {};
      const key = this.keys.map((name) => String(row[name]));
      if (passedOver.has(key.join('\u001f'))) continue;
      report({
        kind: 'wrong-row',
        where: `${projection.name} ${key.join(', ')}`,
        what: differenceBetween(live, folded, plan.folded),
      });
    }
  }
}
