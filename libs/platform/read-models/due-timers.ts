import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import type { Fact } from '#libs/platform/runtime/fact';
import { joined } from '#libs/platform/runtime/deterministic-id';
import type { Instant } from '#libs/platform/kernel/instant';
import type { AnyTimer, Due, DueEntry, DueList } from '#libs/platform/runtime/timer';
import type { AnyProjection, RowKey } from './projection';

/** What falls due, of all timers together. */
@Entity({ name: 'due_timers', schema: 'read' })
@Index(['dueAt', 'ordinal', 'timer', 'key'])
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
}

/** A number that changes whenever a timer comes, goes, or changes its version. Within 31 bits. */
const versionOf = (timers: readonly AnyTimer<unknown>[]): number => {
  const text = joined(
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

const notRunYet = `FROM read.due_timers d LEFT JOIN read.timer_runs r ON r.timer = d.timer AND r.key = d.key
  WHERE r.due_at IS DISTINCT FROM d.due_at`;

const dueText = `SELECT d.timer, d.key, d.ordinal, (extract(epoch FROM d.due_at) * 1000)::float8 AS "dueAt", d.data
  ${notRunYet} AND d.due_at <= $1 ORDER BY d.due_at, d.ordinal, d.timer, d.key LIMIT $2`;

const nextText = `SELECT (extract(epoch FROM d.due_at) * 1000)::float8 AS "dueAt" ${notRunYet} ORDER BY d.due_at LIMIT 1`;

const ranText = `INSERT INTO read.timer_runs AS r (timer, key, due_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[])
  ON CONFLICT (timer, key) DO UPDATE SET due_at = EXCLUDED.due_at, ran_at = now()`;

/** {@link DueList} over the read model of {@link dueTimersOf}. */
export class PostgresDueList implements DueList {
  constructor(private readonly source: DataSource) {}

  async due(until: Instant, limit: number): Promise<readonly DueEntry[]> {
    const rows = await this.source.query<DueTimerRow[]>(dueText, [new Date(until).toISOString(), limit]);
    return rows.map(({ data, ...entry }) => (data === null ? entry : { ...entry, data }));
  }

  async next(): Promise<Instant | undefined> {
    const [row] = await this.source.query<{ readonly dueAt: Instant }[]>(nextText);
    return row?.dueAt;
  }

  async ran(entries: readonly DueEntry[]): Promise<void> {
    await this.source.query(ranText, [
      entries.map(({ timer }) => timer),
      entries.map(({ key }) => key),
      entries.map(({ dueAt }) => new Date(dueAt).toISOString()),
    ]);
  }

  /** Forgets that an entry was run: if it is still on the list, it is due again. */
  async runAgain(timer: string, key: string): Promise<void> {
    await this.source.query('DELETE FROM read.timer_runs WHERE timer = $1 AND key = $2', [timer, key]);
  }

  /** Forgets the runs of entries that are off the list. */
  async prune(): Promise<void> {
    await this.source.query(
      `DELETE FROM read.timer_runs r
       WHERE NOT EXISTS (SELECT FROM read.due_timers d WHERE d.timer = r.timer AND d.key = r.key)`,
    );
  }
}
