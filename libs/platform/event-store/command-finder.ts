import type { Pool } from 'pg';
import { textArray } from './binary-array';
import type { CommandRecord } from './event-store';
import { GatheredQuestions, type GatheringLimits } from './gathered-questions';
import { ask } from './log-reader';

/** The limit inside the lateral part ties the plan to one index look-up per key. */
const text = `
SELECT w.n, c.request_hash, c.status, c.answer
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(credential, key, n)
CROSS JOIN LATERAL (
  SELECT * FROM log.commands t WHERE t.key = w.key AND t.credential = w.credential LIMIT 1
) AS c`;

/** Number of the question, then what is stored. */
type Row = readonly [string, string, string, string];

interface Sought {
  readonly credential: string;
  readonly key: string;
}

/** Finds the answers that commands were given, all that are asked for at the same time in one statement. */
export class CommandFinder {
  private readonly questions: GatheredQuestions<Sought, CommandRecord | undefined>;

  constructor(
    private readonly pool: Pool,
    limits: GatheringLimits,
  ) {
    this.questions = new GatheredQuestions(limits, (sought) => this.answer(sought));
  }

  /** Rejects with `StoreUnavailable`. */
  find(credential: string, key: string): Promise<CommandRecord | undefined> {
    return this.questions.ask({ credential, key });
  }

  private async answer(sought: readonly Sought[]): Promise<readonly (CommandRecord | undefined)[]> {
    const values = [textArray(sought.map((each) => each.credential)), textArray(sought.map((each) => each.key))];
    const rows = new Map<number, Row>();
    for (const row of await ask<Row>(this.pool, { name: 'find-commands', text, values })) rows.set(Number(row[0]), row);
    return sought.map((each, index) => {
      const row = rows.get(index + 1);
      return row === undefined ? undefined : { ...each, requestHash: row[1], status: Number(row[2]), answer: row[3] };
    });
  }
}
