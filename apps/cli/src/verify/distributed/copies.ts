import type { QueryRunner } from 'typeorm';
import { arrayLiteral } from '#libs/platform/read-models/array-literal';

/** An event of the log, in short. */
export interface LogRow {
  /** Its number in the order of the log, from 1. */
  readonly number: number;
  readonly partition: number;
  readonly key: string;
  readonly streamId: string;
  readonly revision: number;
  readonly eventId: string;
  readonly digest: string;
}

/** A message that carries a fact, in short. */
export interface BusRow {
  readonly partition: number;
  readonly offset: number;
  readonly streamId: string;
  readonly revision: number;
  readonly digest: string;
  readonly leaks: boolean;
}

/** An append of a policy, as its first event shows it. */
export interface EffectRow {
  readonly policy: string;
  /** The event that it followed. */
  readonly cause: string;
  readonly streamId: string;
  readonly revision: number;
}

/** A command that a policy gives because of a fact. */
export interface DueRow {
  readonly policy: string;
  readonly cause: string;
}

interface Column {
  readonly name: string;
  readonly type: string;
}

const rowsAtOnce = 4_000;

const text = 'text COLLATE "C"';

const tables = {
  verify_log: [
    { name: 'number', type: 'bigint' },
    { name: 'partition', type: 'integer' },
    { name: 'key', type: text },
    { name: 'streamId', type: text },
    { name: 'revision', type: 'bigint' },
    { name: 'eventId', type: text },
    { name: 'digest', type: text },
  ],
  verify_bus: [
    { name: 'partition', type: 'integer' },
    { name: 'offset', type: 'bigint' },
    { name: 'streamId', type: text },
    { name: 'revision', type: 'bigint' },
    { name: 'digest', type: text },
    { name: 'leaks', type: 'boolean' },
  ],
  verify_effects: [
    { name: 'policy', type: text },
    { name: 'cause', type: text },
    { name: 'streamId', type: text },
    { name: 'revision', type: 'bigint' },
  ],
  verify_due: [
    { name: 'policy', type: text },
    { name: 'cause', type: text },
  ],
  verify_tips: [
    { name: 'feed', type: text },
    { name: 'streamId', type: text },
    { name: 'revision', type: 'bigint' },
  ],
} as const satisfies Readonly<Record<string, readonly Column[]>>;

type Table = keyof typeof tables;

/** Rows that are on their way into one of the tables. */
class Filling<Row extends object> {
  private rows: Row[] = [];
  private readonly insert: string;
  private readonly names: readonly string[];

  constructor(
    private readonly connection: QueryRunner,
    table: Table,
  ) {
    const columns: readonly Column[] = tables[table];
    this.names = columns.map(({ name }) => name);
    const types = columns.map(({ type }, index) => `$${index + 1}::${type.split(' ')[0]}[]`);
    this.insert = `INSERT INTO ${table} SELECT * FROM unnest(${types.join(', ')})`;
  }

  async add(rows: readonly Row[]): Promise<void> {
    for (const row of rows) this.rows.push(row);
    if (this.rows.length >= rowsAtOnce) await this.flush();
  }

  async flush(): Promise<void> {
    const rows = this.rows as readonly Readonly<Record<string, unknown>>[];
    this.rows = [];
    if (rows.length === 0) return;
    await this.connection.query(
      this.insert,
      this.names.map((name) => arrayLiteral(rows.map((row) => row[name]))),
    );
  }
}

/**
 * What is compared, side by side in tables that only this connection sees: the database sorts and joins on its disk what
 * would not fit into memory here.
 */
export class Copies {
  readonly log: Filling<LogRow>;
  readonly bus: Filling<BusRow>;
  readonly effects: Filling<EffectRow>;
  readonly due: Filling<DueRow>;

  private constructor(readonly connection: QueryRunner) {
    this.log = new Filling(connection, 'verify_log');
    this.bus = new Filling(connection, 'verify_bus');
    this.effects = new Filling(connection, 'verify_effects');
    this.due = new Filling(connection, 'verify_due');
  }

  /** Makes the tables, empty. */
  static async create(connection: QueryRunner): Promise<Copies> {
    for (const [table, columns] of Object.entries(tables)) {
      const definitions = columns.map(({ name, type }) => `"${name}" ${type}`).join(', ');
      await connection.query(`DROP TABLE IF EXISTS pg_temp.${table}`);
      await connection.query(`CREATE TEMPORARY TABLE ${table} (${definitions})`);
    }
    return new Copies(connection);
  }

  /** Writes what is on its way, and lets the planner know the tables. */
  async complete(): Promise<void> {
    for (const filling of [this.log, this.bus, this.effects, this.due]) await filling.flush();
    for (const table of Object.keys(tables)) await this.connection.query(`ANALYZE ${table}`);
  }

  /** Removes the tables. */
  async drop(): Promise<void> {
    for (const table of Object.keys(tables)) await this.connection.query(`DROP TABLE IF EXISTS pg_temp.${table}`);
  }

  /** Asks a question about the tables. */
  async ask<Row>(question: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    return (await this.connection.query(question, [...values])) as Row[];
  }
}
