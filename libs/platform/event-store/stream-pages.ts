import type { Pool } from 'pg';
import { int4Array, textArray } from './binary-array';
import type { StoredEvent } from './event-store';
import { GatheredQuestions, type GatheringLimits } from './gathered-questions';
import { ask } from './log-reader';
import { eventColumns, toStoredEvent, type EventRow } from './stored-event-row';

/** Pages of many streams in one statement. The sort inside the lateral part ties the plan to one index scan per stream. */
const text = `
SELECT w.n, ${eventColumns}
FROM unnest($1::text[], $2::int4[], $3::int4[]) WITH ORDINALITY AS w(stream_id, first, most, n)
CROSS JOIN LATERAL (
  SELECT * FROM log.events t WHERE t.stream_id = w.stream_id AND t.revision >= w.first ORDER BY t.revision LIMIT w.most
) AS e
ORDER BY w.n, e.revision`;

/** Number of the question, then the event. */
type Row = readonly [string, ...EventRow];

interface Page {
  readonly streamId: string;
  readonly first: number;
  readonly most: number;
}

/** Short pages of streams, all that are asked for at the same time in one statement. */
export class StreamPages {
  private readonly questions: GatheredQuestions<Page, readonly StoredEvent[]>;

  constructor(
    private readonly pool: Pool,
    limits: GatheringLimits,
  ) {
    this.questions = new GatheredQuestions(limits, (pages) => this.answer(pages));
  }

  /** At most so many events of a stream, from a revision on. Rejects with `StoreUnavailable`. */
  read(streamId: string, first: number, most: number): Promise<readonly StoredEvent[]> {
    return this.questions.ask({ streamId, first, most });
  }

  private async answer(pages: readonly Page[]): Promise<readonly (readonly StoredEvent[])[]> {
    const values = [
      textArray(pages.map(({ streamId }) => streamId)),
      int4Array(pages.map(({ first }) => first)),
      int4Array(pages.map(({ most }) => most)),
    ];
    const events: StoredEvent[][] = pages.map(() => []);
    for (const [n, ...row] of await ask<Row>(this.pool, { name: 'stream-pages', text, values }))
      events[Number(n) - 1]?.push(toStoredEvent(row));
    return events;
  }
}
