import type { Fact } from '#libs/platform/runtime/fact';
import { messageOf } from '#libs/platform/runtime/report';
import { keyText, keysOf, rowAfter } from './projection';
import type { ParkedRow, RowStage } from './row-stage';
import type { Send } from './send';
import { isValueError } from './value-error';

interface Stop {
  readonly fact: Fact;
  /** The row after the fact; undefined for none. */
  readonly row: object | undefined;
}

/** What one row becomes, from what the table holds, fact by fact. */
const courseOf = async (
  { projection, plan, table }: RowStage,
  text: string,
  facts: readonly Fact[],
  send: Send,
): Promise<readonly Stop[]> => {
  const touches = facts.flatMap((fact) =>
    keysOf(projection, fact)
      .filter((key) => keyText(key) === text)
      .map((key) => ({ fact, key })),
  );
  const [first] = touches;
  if (first === undefined) return [];
  let row = projection.appendOnly === true ? undefined : (await send(plan.load(table, [first.key])))[0];
  return touches.map(({ fact, key }) => {
    row = rowAfter(projection, row, fact, key) ?? undefined;
    return { fact, row };
  });
};

/** Why the table refuses a row; undefined when it does not. Leaves nothing behind. */
const refusal = async ({ plan, table }: RowStage, row: object | undefined, send: Send): Promise<string | undefined> => {
  if (row === undefined) return undefined;
  await send({ text: 'SAVEPOINT probe', values: [] });
  let error: unknown;
  try {
    await send(plan.upsert(table, [row]));
  } catch (problem) {
    if (!isValueError(problem)) throw problem;
    error = problem;
  }
  await send({ text: 'ROLLBACK TO SAVEPOINT probe', values: [] });
  return error === undefined ? undefined : messageOf(error);
};

/**
 * Which of these facts makes a row one that its table refuses, among many perhaps that touch the row. Found by halving: the
 * row before it fits, the row with it does not. What the row was parked for stays where the row by itself would fit.
 */
export const refusedFact = async (
  stage: RowStage,
  parked: ParkedRow,
  facts: readonly Fact[],
  send: Send,
): Promise<ParkedRow> => {
  const course = await courseOf(stage, parked.key, facts, send);
  if (course.length < 2) return parked;
  let [fits, refused] = [-1, course.length - 1];
  let error = await refusal(stage, course[refused]?.row, send);
  if (error === undefined) return parked;
  while (refused - fits > 1) {
    const middle = (fits + refused) >> 1;
    const why = await refusal(stage, course[middle]?.row, send);
    if (why === undefined) fits = middle;
    else [refused, error] = [middle, why];
  }
  return { key: parked.key, eventId: course[refused]?.fact.eventId ?? parked.eventId, error };
};
