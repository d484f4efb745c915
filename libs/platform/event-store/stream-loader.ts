import type { Pool } from 'pg';
import { int4Array, textArray } from './binary-array';
import { emptyStream, type LoadedStream, type StoredEvent } from './event-store';
import { GatheredQuestions, type GatheringLimits } from './gathered-questions';
import { ask } from './log-reader';
import { eventColumns, hexOf, toStoredEvent, type EventRow } from './stored-event-row';

/**
 * Many streams in one statement, hence each as of one moment: the tip, the snapshot if it is of the wanted fold (any,
 * where none is named), and the events after it. The snapshot comes with the stream's first row only. The sort inside
 * the lateral part ties the plan to one index scan per stream.
 */
const text = `
SELECT w.n, s.revision, s.hash, s.fold, s.base, CASE WHEN e.revision IS NULL OR e.revision = s.base + 1 THEN s.state END, ${eventColumns}
FROM unnest($1::text[], $2::int4[]) WITH ORDINALITY AS w(stream_id, fold, n)
CROSS JOIN LATERAL (
  SELECT t.stream_id, t.revision, t.hash, t.snapshot_fold AS fold, t.snapshot_revision AS base, t.snapshot_state AS state
  FROM log.streams t WHERE t.stream_id = w.stream_id AND t.snapshot_fold = coalesce(w.fold, t.snapshot_fold)
  UNION ALL
  SELECT t.stream_id, t.revision, t.hash, NULL, -1, NULL
  FROM log.streams t WHERE t.stream_id = w.stream_id AND (t.snapshot_fold = coalesce(w.fold, t.snapshot_fold)) IS NOT TRUE
) AS s
LEFT JOIN LATERAL (
  SELECT * FROM log.events e WHERE e.stream_id = s.stream_id AND e.revision > s.base ORDER BY e.revision
) AS e ON true
ORDER BY w.n, e.revision`;

/** Number of the question, revision, hash, fold, the snapshot's revision, its state; then the event, if there is any. */
type Row = readonly [string, string, string, string | null, string, string | null, ...EventRow];

const firstEventColumn = 6;

interface Load {
  readonly streamId: string;
  readonly foldVersion: number | undefined;
}

const toStream = (rows: readonly Row[]): LoadedStream => {
  const [first] = rows;
  if (first === undefined) return { tip: emptyStream, tail: [] };
  const [, revision, hash, fold, base, state] = first;
  const tail: StoredEvent[] = [];
  for (const row of rows) {
    const event = row.slice(firstEventColumn);
    if (event[0] !== null) tail.push(toStoredEvent(event as unknown as EventRow));
  }
  const tip = { revision: Number(revision), hash: hexOf(hash) };
  if (fold === null || state === null) return { tip, tail };
  return { tip, snapshot: { foldVersion: Number(fold), revision: Number(base), state }, tail };
};

/** Loads streams, all that are asked for at the same time in one statement. */
export class StreamLoader {
  private readonly questions: GatheredQuestions<Load, LoadedStream>;

  constructor(
    private readonly pool: Pool,
    limits: GatheringLimits,
  ) {
    this.questions = new GatheredQuestions(limits, (loads) => this.answer(loads));
  }

  /** Rejects with `StoreUnavailable`. */
  load(streamId: string, foldVersion: number | undefined): Promise<LoadedStream> {
    return this.questions.ask({ streamId, foldVersion });
  }

  private async answer(loads: readonly Load[]): Promise<readonly LoadedStream[]> {
    const values = [textArray(loads.map((each) => each.streamId)), int4Array(loads.map((each) => each.foldVersion))];
    const rowsOf: Row[][] = loads.map(() => []);
    for (const row of await ask<Row>(this.pool, { name: 'load', text, values })) rowsOf[Number(row[0]) - 1]?.push(row);
    return rowsOf.map(toStream);
  }
}
