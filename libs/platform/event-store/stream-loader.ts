import type { Pool } from 'pg';
import { int4Array, textArray } from './binary-array';
import { emptyStream, type FoldedEvent, type LoadedStream } from './event-store';
import { GatheredQuestions, type GatheringLimits } from './gathered-questions';
import { ask } from './log-reader';
import { hexOf } from './stored-event-row';

/** The first row of a stream says what there is to say of the stream. */
const once = (column: string): string => `CASE WHEN e.revision IS NULL OR e.revision = s.base + 1 THEN s.${column} END`;

/**
 * Many streams in one statement, hence each as of one moment: the tip, the snapshot if it is of the wanted fold (any,
 * where none is named), and the events after it, no more of each than a fold looks at. The sort inside the lateral part
 * ties the plan to one index scan per stream.
 */
const text = `
SELECT w.n, ${['revision', 'hash', 'fold', 'base', 'state'].map(once).join(', ')},
  e.revision, e.type, e.schema_version, e.data, e.occurred_at
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

/** Number of the question, revision, hash, fold, the snapshot's revision, its state. */
type StreamColumns = readonly [string, string, string, string | null, string, string | null];

/** Revision, type, schema version, data, when it occurred; all of them null where a stream has no event. */
type EventColumns = readonly [string | null, string, string, string, string];

type Row = readonly [...StreamColumns, ...EventColumns];

interface Load {
  readonly streamId: string;
  readonly foldVersion: number | undefined;
}

const eventIn = ([, , , , , , revision, type, schemaVersion, data, occurredAt]: Row): FoldedEvent | undefined =>
  revision === null
    ? undefined
    : {
        revision: Number(revision),
        type,
        schemaVersion: Number(schemaVersion),
        data,
        occurredAt: Number(occurredAt),
      };

const toStream = (rows: readonly Row[]): LoadedStream => {
  const [first] = rows;
  if (first === undefined) return { tip: emptyStream, tail: [] };
  const [, revision, hash, fold, base, state] = first;
  const tail = rows.map(eventIn).filter((event) => event !== undefined);
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
