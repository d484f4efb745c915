import type { QueryRunner } from 'typeorm';
import { comparePositions } from '#libs/platform/event-store/event-store';
import type { LogPosition } from '#libs/platform/event-store/event-store';
import { tryLock } from './advisory-lock';
import type { AnyProjection } from './projection';
import { AlreadyRebuilding } from './rebuild';
import { Replay } from './replay';
import type { RebuildNeeds } from './replay';
import type { TablePlan } from './table-plan';

/** How a read model differs from what the log adds up to. All zero: not at all. */
export interface Comparison {
  readonly name: string;
  /** Rows that are as they should be. */
  readonly same: number;
  /** Rows that the table lacks. */
  readonly missing: number;
  /** Rows that it should not have. */
  readonly surplus: number;
  /** Rows with other values. */
  readonly different: number;
  /** The keys of the first few rows that are not as they should be. */
  readonly examples: readonly string[];
  /** Up to where in the log the comparison speaks. */
  readonly position: LogPosition;
}

const rowsAtOnce = 2_000;
const mostExamples = 10;

/** The rows of a table in the order of their keys, a few at a time. Needs a transaction. */
async function* rowsOf(
  connection: QueryRunner,
  plan: TablePlan,
  table: string,
  cursor: string,
): AsyncGenerator<Digest> {
  await connection.query(`DECLARE ${cursor} NO SCROLL CURSOR FOR ${plan.digests(table)}`);
  for (;;) {
    const rows = (await connection.query(`FETCH ${rowsAtOnce} FROM ${cursor}`)) as readonly Digest[];
    if (rows.length === 0) return;
    yield* rows;
  }
}

interface Digest {
  readonly key: string;
  readonly digest: string;
}

/** Negative when `left` comes first; keys are ordered by their UTF-8 bytes, as the database orders them. */
const inOrder = (left: Digest | undefined, right: Digest | undefined): number => {
  if (left === undefined) return 1;
  if (right === undefined) return -1;
  return Buffer.compare(Buffer.from(left.key), Buffer.from(right.key));
};

const nextOf = async (rows: AsyncGenerator<Digest>): Promise<Digest | undefined> => {
  const next = await rows.next();
  return next.done === true ? undefined : next.value;
};

type Finding = 'same' | 'missing' | 'surplus' | 'different';

const compare = (left: Digest | undefined, right: Digest | undefined): { kind: Finding; key: string } => {
  const order = inOrder(left, right);
  if (order > 0) return { kind: 'missing', key: right?.key ?? '' };
  const key = left?.key ?? '';
  if (order < 0) return { kind: 'surplus', key };
  return { kind: left?.digest === right?.digest ? 'same' : 'different', key };
};

/** Walks through both tables side by side. */
const compareRows = async (
  live: AsyncGenerator<Digest>,
  due: AsyncGenerator<Digest>,
): Promise<Omit<Comparison, 'name' | 'position'>> => {
  const tally = { same: 0, missing: 0, surplus: 0, different: 0 };
  const examples: string[] = [];
  let [left, right] = [await nextOf(live), await nextOf(due)];
  while (left !== undefined || right !== undefined) {
    const { kind, key } = compare(left, right);
    tally[kind] += 1;
    if (kind !== 'same' && examples.length < mostExamples) examples.push(key);
    if (kind !== 'missing') left = await nextOf(live);
    if (kind !== 'surplus') right = await nextOf(due);
  }
  return { ...tally, examples };
};

const checkpointOf = async (connection: QueryRunner, name: string): Promise<LogPosition | undefined> => {
  const text = 'SELECT xid::float8 AS xid, position::float8 AS position FROM read.checkpoints WHERE name = $1';
  const [row] = (await connection.query(text, [name])) as LogPosition[];
  return row;
};

/**
 * Compares one live table with a fresh one. A snapshot shows the live rows exactly as of their checkpoint, and the
 * fresh rows are brought to that very place; neither the projector nor any reader is held up.
 */
const compareOne = async (needs: RebuildNeeds, replay: Replay, live: QueryRunner): Promise<Comparison> => {
  const [building] = replay.buildings;
  if (building === undefined) throw new Error('There is nothing to compare.');
  const { projection, plan } = building.stage;
  const early = await checkpointOf(live, projection.name);
  if (early === undefined) throw new Error(`${projection.name} was never built.`);
  await replay.toPlace(early);
  await live.startTransaction('REPEATABLE READ');
  const position = (await checkpointOf(live, projection.name)) ?? early;
  await replay.toPlace(position);
  if (comparePositions(replay.position, position) > 0) throw new Error(`${projection.name} went back in the log.`);
  const fresh = needs.source.createQueryRunner();
  try {
    await fresh.startTransaction();
    const rows = await compareRows(
      rowsOf(live, plan, plan.live, 'live_rows'),
      rowsOf(fresh, plan, plan.building, 'due_rows'),
    );
    await fresh.rollbackTransaction();
    return { name: projection.name, position, ...rows };
  } finally {
    await fresh.release();
  }
};

/**
 * Compares read models with what the log adds up to, one after the other: every table is built a second time beside
 * the live one, and dropped again. Live reads and the projector go on meanwhile. A row that is parked may differ: it
 * stands where it was left, which depends on how facts were batched.
 */
export const compareReadModels = async (
  needs: RebuildNeeds,
  projections: readonly AnyProjection[],
): Promise<readonly Comparison[]> => {
  const results: Comparison[] = [];
  for (const projection of projections) {
    const lock = await tryLock(needs.source, [`rebuild:${projection.name}`]);
    if (lock === undefined) throw new AlreadyRebuilding([projection.name]);
    const live = needs.source.createQueryRunner();
    const replay = Replay.of(needs, lock.connection, [projection]);
    try {
      for (const building of replay.buildings) await building.create();
      results.push(await compareOne(needs, replay, live));
    } finally {
      if (live.isTransactionActive) await live.rollbackTransaction().catch(() => undefined);
      await live.release();
      for (const building of replay.buildings) await building.abandon();
      await lock.release();
    }
  }
  return results;
};
