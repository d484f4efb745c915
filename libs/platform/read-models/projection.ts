import type { DomainEvent } from '#libs/platform/kernel/decider';
import type { AnyFactOf, Fact, FactOf } from '#libs/platform/runtime/fact';

/** What a row is addressed by: its primary key, a list in the order of the entity's key columns when it has several. */
export type RowKey = string | readonly (string | number)[];

/**
 * A read model: its table, which rows a fact touches, and what becomes of each. Pure, so it is tested without a
 * database and rebuilt whenever its version is raised. Numbers stand for `bigint` columns and, as instants, for
 * `timestamptz` columns; texts for `date` columns.
 */
export interface Projection<Row extends object, E extends DomainEvent> {
  /** What a screen shows, in kebab-case: `account-overview`. */
  readonly name: string;
  /** Raised whenever the table or the fold changes: the read model is then built anew. */
  readonly version: number;
  /** The TypeORM entity that describes the table. */
  readonly entity: new () => Row;
  /** The rows that a fact touches; asked only for types that `on` knows. */
  readonly keysOf: (fact: AnyFactOf<E>) => readonly RowKey[];
  /** The row after the fact. The same object means unchanged, null that there is no such row (any more). */
  readonly on: { readonly [T in E['type']]?: (row: Row | undefined, fact: FactOf<E, T>, key: RowKey) => Row | null };
  /** Set when a row, once written, is never touched again: then no row is ever read back. */
  readonly appendOnly?: boolean;
  /** Types whose fact alone says what the row is from then on, whatever it was before: that is then not read. */
  readonly makes?: readonly E['type'][];
}

/** A projection among others. */
export interface AnyProjection {
  readonly name: string;
  readonly version: number;
  readonly entity: new () => object;
  readonly keysOf: (fact: never) => readonly RowKey[];
  readonly on: Readonly<Record<string, ((row: never, fact: never, key: RowKey) => object | null) | undefined>>;
  readonly appendOnly?: boolean;
  readonly makes?: readonly string[];
}

/** A key as one text, different for different keys. */
export const keyText = (key: RowKey): string => {
  if (typeof key === 'string') return key;
  // Joined by hand: this runs for every row that a fact touches, and `join` takes several times as long.
  let text = `${key[0]}`;
  for (let index = 1; index < key.length; index += 1) text += `\u001f${key[index]}`;
  return text;
};

/** The rows that a fact touches: none for a type that the projection does not know. */
export const keysOf = (projection: AnyProjection, fact: Fact): readonly RowKey[] =>
  projection.on[fact.type] === undefined ? [] : projection.keysOf(fact as never);

/** The row after a fact. */
export const rowAfter = (
  projection: AnyProjection,
  row: object | undefined,
  fact: Fact,
  key: RowKey,
): object | null | undefined => {
  const handler = projection.on[fact.type];
  return handler === undefined ? row : handler(row as never, fact as never, key);
};
