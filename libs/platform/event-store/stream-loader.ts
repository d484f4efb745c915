import type { Pool } from 'pg';
import { int4Array, textArray } from './binary-array';
import { noStream, type FoldedEvent, type LoadedStream } from './event-store';
import { GatheredQuestions, type GatheringLimits } from './gathered-questions';
import { ask } from './log-reader';
import { columnsIn, packedColumns, type ColumnsOf } from './packed-columns';
import { hexOf } from './stored-event-row';

/** What is read of each event after a snapshot. */
const fields = ['revision', 'type', 'schemaVersion', 'data', 'occurredAt'] as const;

/** So many events are packed without being weighed: as large as a till can send them they are far from what follows. */
const fewEvents = 16;
/** Bytes of the events of one stream that are packed at most: a text cannot be of any length, neither there nor here. */
const bytesPacked = 16 * 1024 * 1024;

/**
 * Many streams in one statement, hence each as of one moment: the tip, the snapshot if it is of the wanted fold (any,
 * where none is named), and the events after it, packed unless they are too large, no more of each than a fold looks at.
 * The sort inside the lateral part ties the plan to one index scan per stream.
 */
const text = `
SELECT w.n, s.revision, s.hash, s.fold, s.base, s.state, f.fits, e.*
FROM unnest($1::text[], $2::int4[]) WITH ORDINALITY AS w(stream_id, fold, n)
CROSS JOIN LATERAL (
  SELECT t.stream_id, t.revision, t.hash, t.snapshot_fold AS fold, t.snapshot_revision AS base, t.snapshot_state AS state
  FROM log.streams t WHERE t.stream_id = w.stream_id AND t.snapshot_fold = coalesce(w.fold, t.snapshot_fold)
  UNION ALL
  SELECT t.stream_id, t.revision, t.hash, NULL, -1, NULL
  FROM log.streams t WHERE t.stream_id = w.stream_id AND (t.snapshot_fold = coalesce(w.fold, t.snapshot_fold)) IS NOT TRUE
) AS s
CROSS JOIN LATERAL (
  SELECT CASE WHEN s.revision - s.base <= ${fewEvents} THEN true ELSE (
    SELECT sum(octet_length(e.data)) <= ${bytesPacked} FROM log.events e
    WHERE e.stream_id = s.stream_id AND e.revision > s.base
  ) END AS fits
) AS f
CROSS JOIN LATERAL (
  SELECT count(*), ${packedColumns(fields)} FROM (
    SELECT * FROM log.events e WHERE f.fits AND e.stream_id = s.stream_id AND e.revision > s.base ORDER BY e.revision
  ) AS tail
) AS e`;

/** The same events of one stream, up to a revision, one by one. */
const rowsText = `SELECT e.revision, e.type, e.schema_version, e.data, e.occurred_at FROM log.events e
WHERE e.stream_id = $1 AND e.revision > $2::int4 AND e.revision <= $3::int4 ORDER BY e.revision`;

/** Number of the question, revision, hash, fold, the snapshot's revision, its state. */
type StreamColumns = readonly [string, string, string, string | null, string, string | null];

/** Whether the events are packed, how many there are, then {@link fields} of all of them. */
type Row = readonly [...StreamColumns, fits: 't' | 'f', count: string, ...columns: (string | null)[]];

/** {@link fields} of one event. */
type EventRow = readonly [string, string, string, string, string];

interface Load {
  readonly streamId: string;
  readonly foldVersion: number | undefined;
}

/** One event's share of every column. Field by field, so that all events are of one shape. */
const eventAt = (columns: ColumnsOf<(typeof fields)[number]>, index: number): FoldedEvent => {
  const { revision, type, schemaVersion, data, occurredAt } = columns;
  return {
    revision: revision[index],
    type: type[index],
    schemaVersion: schemaVersion[index],
    data: data[index],
    occurredAt: occurredAt[index],
  } as FoldedEvent;
};

/** The packed events; `undefined` where they must be asked for one by one. */
const tailIn = ([, , , , , , fits, total, ...packed]: Row): readonly FoldedEvent[] | undefined => {
  if (fits === 'f') return undefined;
  const count = Number(total);
  if (count === 0) return [];
  const columns = columnsIn(fields, packed, count);
  return columns && Array.from({ length: count }, (_, index) => eventAt(columns, index));
};

const streamIn = ([, revision, hash, fold, base, state]: Row, tail: readonly FoldedEvent[]): LoadedStream => {
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
    const streams = loads.map(() => noStream);
    for (const row of await ask<Row>(this.pool, { name: 'load', text, values })) {
      const place = Number(row[0]) - 1;
      const { streamId } = loads[place] as Load;
      streams[place] = streamIn(row, tailIn(row) ?? (await this.oneByOne(streamId, row)));
    }
    return streams;
  }

  private async oneByOne(streamId: string, [, tip, , , base]: Row): Promise<readonly FoldedEvent[]> {
    const values = [streamId, base, tip];
    const rows = await ask<EventRow>(this.pool, { name: 'load-rows', text: rowsText, values });
    return rows.map(([revision, type, schemaVersion, data, occurredAt]) => ({
      ...{ revision: Number(revision), type, schemaVersion: Number(schemaVersion) },
      ...{ data, occurredAt: Number(occurredAt) },
    }));
  }
}
