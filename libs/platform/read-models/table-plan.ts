import type { DataSource, EntityMetadata } from 'typeorm';
import { columnArray } from './column-array';
import { keyText } from './projection';
import type { RowKey } from './projection';

/** Puts an identifier into quotes. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** The schema of all read models whose entities name none. */
export const readSchema = 'read';

/** One column of a read model, and how its values come back. */
interface ColumnPlan {
  readonly name: string;
  readonly property: string;
  readonly type: string;
  readonly definition: string;
  readonly isKey: boolean;
  /** False for what no fact says: others write it, folds neither read nor write it. */
  readonly isFolded: boolean;
  readonly select: string;
}

/** Types whose values come back in another form. A `bigint` beyond 2^53 does not occur: points and cents do not. */
const selecting: Readonly<Record<string, (column: string) => string>> = {
  bigint: (column) => `${column}::float8`,
  date: (column) => `${column}::text`,
  'timestamp with time zone': (column) => `(extract(epoch FROM ${column}) * 1000)::float8`,
};

const planColumn = (source: DataSource, column: EntityMetadata['columns'][number]): ColumnPlan => {
  const type = source.driver.normalizeType(column);
  const name = quoted(column.databaseName);
  const select = selecting[type] ?? ((text: string) => text);
  return {
    name,
    property: column.propertyName,
    type,
    definition: `${name} ${type}${column.isNullable ? '' : ' NOT NULL'}`,
    isKey: column.isPrimary,
    isFolded: column.isInsert,
    select: `${select(`t.${name}`)} AS ${quoted(column.propertyName)}`,
  };
};

/** Rows, column by column. */
const columnwise = (columns: readonly ColumnPlan[], rows: readonly object[]): unknown[] =>
  columns.map(({ property, type }) =>
    columnArray(
      type,
      rows.map((row) => (row as Readonly<Record<string, unknown>>)[property]),
    ),
  );

/** The keys of rows, column by column. */
const keywise = (columns: readonly ColumnPlan[], keys: readonly RowKey[]): unknown[] =>
  columns.map(({ type }, index) =>
    columnArray(
      type,
      keys.map((key) => (typeof key === 'string' ? key : key[index])),
    ),
  );

const unnested = (columns: readonly ColumnPlan[]): string =>
  `unnest(${columns.map(({ type }, index) => `$${index + 1}::${type}[]`).join(', ')})`;

/** A statement and its parameters. */
export interface Sql {
  readonly text: string;
  readonly values: unknown[];
}

/** Everything the projector says about one table, derived from the entity alone. */
export class TablePlan {
  /** The live table's schema and name, in quotes. */
  readonly live: string;
  /** The live table's name without schema, in quotes. */
  readonly liveName: string;
  /** Where a rebuild gathers rows until it takes the live table's place. */
  readonly building: string;
  /** The names of the columns that a fold of the log determines. */
  readonly folded: readonly string[];
  private readonly definitions: readonly string[];
  private readonly columns: readonly ColumnPlan[];
  private readonly keys: readonly ColumnPlan[];

  constructor(
    source: DataSource,
    private readonly metadata: EntityMetadata,
  ) {
    const schema = quoted(metadata.schema ?? readSchema);
    this.liveName = quoted(metadata.tableName);
    this.live = `${schema}.${this.liveName}`;
    this.building = `${schema}.${quoted(`${metadata.tableName}__building`)}`;
    const columns = metadata.columns.map((column) => planColumn(source, column));
    this.definitions = columns.map(({ definition }) => definition);
    this.columns = columns.filter(({ isFolded }) => isFolded);
    this.folded = metadata.columns.filter(({ isInsert }) => isInsert).map(({ databaseName }) => databaseName);
    this.keys = metadata.primaryColumns.map((column) => planColumn(source, column));
    if (this.keys.length === 0) throw new Error(`${metadata.tableName} has no primary key.`);
  }

  /** The key of a row, as {@link keyText} writes it. */
  keyOf(row: object): string {
    const values = row as Readonly<Record<string, string | number>>;
    const [first, second] = this.keys;
    if (first !== undefined && second === undefined) return String(values[first.property]);
    return keyText(this.keys.map(({ property }) => values[property] ?? ''));
  }

  /** An empty table without any index. Not logged: to be loaded, and then made safe with {@link secure}. */
  create(table: string): string {
    return `CREATE UNLOGGED TABLE ${table} (${this.definitions.join(', ')}) WITH (fillfactor = 80)`;
  }

  primaryKey(table: string): string {
    return `ALTER TABLE ${table} ADD PRIMARY KEY (${this.keys.map(({ name }) => name).join(', ')})`;
  }

  /** Makes the rows loaded so far survive a crash of the server. */
  secure(table: string): string {
    return `ALTER TABLE ${table} SET LOGGED`;
  }

  /** Secondary indexes. PostgreSQL names them itself, so that a table and the one that replaces it do not collide. */
  indexes(table: string): string[] {
    return this.metadata.indices.map(({ columns, isUnique, where }) => {
      const names = columns.map(({ databaseName }) => quoted(databaseName)).join(', ');
      return `CREATE ${isUnique ? 'UNIQUE ' : ''}INDEX ON ${table} (${names})${where === undefined ? '' : ` WHERE ${where}`}`;
    });
  }

  /** Rows by key. */
  load(table: string, keys: readonly RowKey[]): Sql {
    const on = this.keys.map(({ name }, index) => `t.${name} = w.k${index}`).join(' AND ');
    const names = this.keys.map((_, index) => `k${index}`).join(', ');
    const selected = this.columns.map(({ select }) => select).join(', ');
    return {
      text: `SELECT ${selected} FROM ${table} t JOIN ${unnested(this.keys)} AS w(${names}) ON ${on}`,
      values: keywise(this.keys, keys),
    };
  }

  /** Every row, in the order of the key. */
  all(table: string): Sql {
    const selected = this.columns.map(({ select }) => select).join(', ');
    return {
      text: `SELECT ${selected} FROM ${table} t ORDER BY ${this.keys.map(({ name }) => name).join(', ')}`,
      values: [],
    };
  }

  /** Writes whole rows that are all new. */
  insert(table: string, rows: readonly object[]): Sql {
    const names = this.columns.map(({ name }) => name).join(', ');
    return {
      text: `INSERT INTO ${table} (${names}) SELECT * FROM ${unnested(this.columns)}`,
      values: columnwise(this.columns, rows),
    };
  }

  /** Writes whole rows, new or not. */
  upsert(table: string, rows: readonly object[]): Sql {
    const { text, values } = this.insert(table, rows);
    const keys = this.keys.map(({ name }) => name).join(', ');
    const others = this.columns.filter(({ isKey }) => !isKey);
    const update = others.map(({ name }) => `${name} = EXCLUDED.${name}`).join(', ');
    const onConflict = others.length === 0 ? 'DO NOTHING' : `DO UPDATE SET ${update}`;
    return { text: `${text} ON CONFLICT (${keys}) ${onConflict}`, values };
  }

  remove(table: string, keys: readonly RowKey[]): Sql {
    const on = this.keys.map(({ name }, index) => `t.${name} = w.k${index}`).join(' AND ');
    const names = this.keys.map((_, index) => `k${index}`).join(', ');
    return {
      text: `DELETE FROM ${table} t USING ${unnested(this.keys)} AS w(${names}) WHERE ${on}`,
      values: keywise(this.keys, keys),
    };
  }
}
