import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import type { Fact } from '#libs/platform/runtime/fact';
import { joined } from '#libs/platform/runtime/deterministic-id';
import type { Instant } from '#libs/platform/kernel/instant';
import type { AnyTimer, Due, DueEntry, DueList } from '#libs/platform/runtime/timer';
import type { AnyProjection, RowKey } from './projection';

/** Of what has run nothing is left in the index that every look goes through: most entries have, and they stay. */
const notMarked = 'ran_for IS DISTINCT FROM due_at';

/** What falls due, of all timers together. */
@Entity({ name: 'due_timers', schema: 'read' })
@Index(['dueAt', 'ordinal', 'timer', 'key'], { where: notMarked })
export class DueTimerRow {
  @PrimaryColumn({ type: 'text' })
  readonly timer!: string;

  @PrimaryColumn({ type: 'text' })
  readonly key!: string;

  @Column({ name: 'due_at', type: 'timestamptz' })
  readonly dueAt!: Instant;

  @Column({ type: 'integer' })
  readonly ordinal!: number;

  @Column({ type: 'jsonb', nullable: true })
  readonly data!: object | null;

  /** The instant for which it is known to have run. No fact says that: it is marked by {@link PostgresDueList}. */
  @Column({ name: 'ran_for', type: 'timestamptz', nullable: true, insert: false, update: false })
  readonly ranFor?: Instant | null;
}

/** Raised whenever the table changes. */
const tableVersion = '2';

/** A number that changes whenever a timer comes, goes, or changes its version, and with the table. Within 31 bits. */
const versionOf = (timers: readonly AnyTimer<unknown>[]): number => {
  const text = joined(
    tableVersion,
    ...timers.map(({ name, version, ordinal }) => joined(name, String(version), String(ordinal))).sort(),
  );
  let sum = 17;
  for (const character of text) sum = (Math.imul(sum, 31) + (character.codePointAt(0) ?? 0)) & 0x7fffffff;
  return sum;
};

const rowOf = (timer: AnyTimer<unknown>, key: string, due: Due): DueTimerRow => ({
  timer: timer.name,
  key,
  dueAt: due.dueAt,
  ordinal: timer.ordinal,
  data: due.data ?? null,
});

const dueOf = (row: DueTimerRow): Due =>
  row.data === null ? { dueAt: row.dueAt } : { dueAt: row.dueAt, data: row.data };

/** The read model in which all these timers keep their entries. */
export const dueTimersOf = (timers: readonly AnyTimer<unknown>[]): AnyProjection => {
  const byName = new Map(timers.map((timer) => [timer.name, timer]));
  const after = (row: DueTimerRow | undefined, fact: Fact, [name, key]: RowKey): DueTimerRow | null => {
    const timer = byName.get(String(name));
    const handler = timer?.on[fact.type];
    if (timer === undefined || handler === undefined) return row ?? null;
    const before = row === undefined ? undefined : dueOf(row);
    const due = handler(before, fact as never, String(key));
    if (due === before && row !== undefined) return row;
    return due === null ? null : rowOf(timer, String(key), due);
  };
  const types = [...new Set(timers.flatMap((timer) => Object.keys(timer.on)))];
  return {
    name: 'due-timers',
    version: versionOf(timers),
    entity: DueTimerRow,
    keysOf: (fact: Fact): readonly RowKey[] =>
      timers.flatMap((timer) =>
        timer.on[fact.type] === undefined ? [] : timer.keysOf(fact as never).map((key) => [timer.name, key]),
      ),
    on: Object.fromEntries(types.map((type) => [type, after])),
  };
};

/** The instant for which an entry ran last, as noted for good: a list that was built anew has no marks. */
const lastRun = '(SELECT r.due_at FROM read.timer_runs r WHERE r.timer = d.timer AND r.key = d.key)';

const inMs = '(extract(epoch FROM d.due_at) * 1000)::float8 AS "dueAt"';

/** Asked one by one, so that a look costs as much as it finds, whatever the planner believes of the tables. */
const dueText = (also = ''): string =>
  `SELECT d.timer, d.key, d.ordinal, ${inMs}, d.data, ${lastRun} IS NOT DISTINCT FROM d.due_at AS ran
   FROM read.due_timers d WHERE d.ran_for IS DISTINCT FROM d.due_at AND d.due_at <= $1 ${also}
   ORDER BY d.due_at, d.ordinal, d.timer, d.key LIMIT $2`;

const openText = dueText(`AND ${lastRun} IS DISTINCT FROM d.due_at`);

const nextText = `SELECT ${inMs} FROM read.due_timers d
  WHERE d.ran_for IS DISTINCT FROM d.due_at AND ${lastRun} IS DISTINCT FROM d.due_at
  ORDER BY d.due_at, d.ordinal, d.timer, d.key LIMIT 1`;

const given = 'unnest($1::text[], $2::text[], $3::timestamptz[]) AS e (timer, key, due_at)';

const ranText = `INSERT INTO read.timer_runs AS r (timer, key, due_at) SELECT * FROM ${given}
  ON CONFLICT (timer, key) DO UPDATE SET due_at = EXCLUDED.due_at, ran_at = now()`;

/** Rows that a projector is just writing are left to the next look: nobody waits, and nobody for each other. */
const markText = `WITH free AS (
    SELECT d.timer, d.key FROM read.due_timers d JOIN ${given} USING (timer, key)
    WHERE d.due_at = e.due_at FOR UPDATE OF d SKIP LOCKED)
  UPDATE read.due_timers d SET ran_for = d.due_at FROM free f WHERE f.timer = d.timer AND f.key = d.key`;

const againText = `WITH forgotten AS (DELETE FROM read.timer_runs WHERE timer = $1 AND key = $2)
  UPDATE read.due_timers SET ran_for = NULL WHERE timer = $1 AND key = $2`;

interface Listed extends Omit<DueEntry, 'data'> {
  readonly data: object | null;
  readonly ran: boolean;
}

const entryOf = ({ ran: _, data, ...entry }: Listed): DueEntry => (data === null ? entry : { ...entry, data });

const columnsOf = (entries: readonly Pick<DueEntry, 'timer' | 'key' | 'dueAt'>[]): unknown[] => [
  entries.map(({ timer }) => timer),
  entries.map(({ key }) => key),
  entries.map(({ dueAt }) => new Date(dueAt).toISOString()),
];

/**
 * {@link DueList} over the read model of {@link dueTimersOf}. What has run is noted for good in `read.timer_runs`, and
 * marked on the list, where it then costs nothing any more. A mark that is missing (the list was built anew, or somebody
 * was just writing the row) is made up for when the entry is next met.
 */
export class PostgresDueList implements DueList {
  constructor(private readonly source: DataSource) {}

  async due(until: Instant, limit: number): Promise<readonly DueEntry[]> {
    const values = [new Date(until).toISOString(), limit];
    for (;;) {
      const rows = await this.source.query<Listed[]>(dueText(), values);
      const passed = rows.filter(({ ran }) => ran);
      if (passed.length === 0) return rows.map(entryOf);
      if ((await this.mark(passed)) === 0) return (await this.source.query<Listed[]>(openText, values)).map(entryOf);
    }
  }

  async next(): Promise<Instant | undefined> {
    const [row] = await this.source.query<{ readonly dueAt: Instant }[]>(nextText);
    return row?.dueAt;
  }

  async ran(entries: readonly DueEntry[]): Promise<void> {
    await this.source.query(ranText, columnsOf(entries));
    await this.mark(entries);
  }

  /** Forgets that an entry was run: if it is still on the list, it is due again. */
  async runAgain(timer: string, key: string): Promise<void> {
    await this.source.query(againText, [timer, key]);
  }

  /** Answers how many were marked. */
  private async mark(entries: Parameters<typeof columnsOf>[0]): Promise<number> {
    const [, count] = await this.source.query<[rows: unknown, count: number]>(markText, columnsOf(entries));
    return count;
  }
}
