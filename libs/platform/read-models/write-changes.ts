import { inSlices } from '#libs/platform/runtime/in-slices';
import { messageOf } from '#libs/platform/runtime/report';
import type { Changes, ParkedRow, RowStage } from './row-stage';
import type { Send } from './send';
import type { Sql } from './table-plan';
import { isValueError } from './value-error';

type Upsert = readonly [key: string, change: { readonly row: object; readonly eventId: string }];

/** Rows per statement: large enough to be fast, small enough that building the statement holds nobody up. */
const rowsPerStatement = 1_000;

const chunksOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const upsertOf = ({ plan, table, projection }: RowStage, upserts: readonly Upsert[]): Sql => {
  const rows = upserts.map(([, { row }]) => row);
  return projection.appendOnly === true ? plan.insert(table, rows) : plan.upsert(table, rows);
};

/**
 * The same changes in parts of one statement each. Without a transaction a part is written whole or not at all: of several
 * statements some would stay, and rows that are only ever added would be added again.
 */
export const inStatements = ({ upserts, removals }: Changes): readonly Changes[] => {
  const parts = chunksOf([...upserts], rowsPerStatement).map((chunk) => changesOf(chunk));
  return removals.size === 0 ? parts : [...parts, { ...changesOf([]), removals }];
};

const changesOf = (upserts: readonly Upsert[]): Changes => ({
  upserts: new Map(upserts),
  removals: new Map(),
  parked: [],
});

/** Writes the changes of one table; rejects when the table refuses any of them. */
export const writeChanges = async (stage: RowStage, changes: Changes, send: Send): Promise<void> => {
  const statements: Sql[] = [];
  await inSlices(chunksOf([...changes.upserts], rowsPerStatement), (chunk) => statements.push(upsertOf(stage, chunk)));
  if (changes.removals.size > 0) statements.push(stage.plan.remove(stage.table, [...changes.removals.values()]));
  for (const statement of statements) await send(statement);
};

const plain = (text: string): Sql => ({ text, values: [] });

const writeOrHalve = async (stage: RowStage, upserts: readonly Upsert[], send: Send): Promise<readonly ParkedRow[]> => {
  const [only] = upserts;
  if (only === undefined) return [];
  await send(plain('SAVEPOINT rows'));
  try {
    await send(upsertOf(stage, upserts));
    return [];
  } catch (error) {
    if (!isValueError(error)) throw error;
    await send(plain('ROLLBACK TO SAVEPOINT rows'));
    if (upserts.length === 1) return [{ key: only[0], eventId: only[1].eventId, error: messageOf(error) }];
  }
  const middle = upserts.length >> 1;
  const left = await writeOrHalve(stage, upserts.slice(0, middle), send);
  return [...left, ...(await writeOrHalve(stage, upserts.slice(middle), send))];
};

/**
 * Writes what the table accepts, within a transaction, and answers the rows that it refuses, found by halving. Those
 * keep the state they had.
 */
export const writeWhatFits = async (stage: RowStage, changes: Changes, send: Send): Promise<readonly ParkedRow[]> => {
  const refused = await writeOrHalve(stage, [...changes.upserts], send);
  if (changes.removals.size > 0) await send(stage.plan.remove(stage.table, [...changes.removals.values()]));
  for (const row of refused) stage.park(row);
  return refused;
};
