import { Column, DataSource, Entity, Index, PrimaryColumn } from 'typeorm';
import { idOf } from '#libs/platform/kernel/decider';
import type { TabEvent } from '#libs/platform/runtime/testing/tab';
import { DueTimerRow } from '#libs/platform/read-models/due-timers';
import type { Projection } from '#libs/platform/read-models/projection';

/** One row per tab: updated all the time. */
@Entity({ name: 'tab_balance', schema: 'read' })
@Index(['balance'])
export class TabBalanceRow {
  @PrimaryColumn({ type: 'text' })
  readonly id!: string;

  @Column({ type: 'bigint' })
  readonly balance!: number;

  @Column({ name: 'last_at', type: 'timestamptz' })
  readonly lastAt!: number;

  @Column({ type: 'text', nullable: true })
  readonly note!: string | null;

  @Column({ type: 'jsonb' })
  readonly amounts!: readonly number[];
}

/** Paid down to nothing, a tab is off the list. */
export const tabBalance: Projection<TabBalanceRow, TabEvent> = {
  name: 'tab-balance',
  version: 1,
  entity: TabBalanceRow,
  keysOf: (fact) => [idOf(fact.streamId)],
  on: {
    TabPut: (row, { data, at, streamId }) => ({
      id: idOf(streamId),
      balance: (row?.balance ?? 0) + data.amount,
      lastAt: at,
      note: data.note ?? row?.note ?? null,
      amounts: [...(row?.amounts ?? []), data.amount].slice(-3),
    }),
    TabPaid: (row, { data, at }) =>
      row === undefined || row.balance === data.amount
        ? null
        : { ...row, balance: row.balance - data.amount, lastAt: at },
  },
};

/** One row per fact, never touched again. */
@Entity({ name: 'tab_entry', schema: 'read' })
@Index(['at'])
export class TabEntryRow {
  @PrimaryColumn({ type: 'text' })
  readonly tab!: string;

  @PrimaryColumn({ type: 'integer' })
  readonly revision!: number;

  @Column({ type: 'integer' })
  readonly amount!: number;

  @Column({ type: 'timestamptz' })
  readonly at!: number;
}

export const tabEntries: Projection<TabEntryRow, TabEvent> = {
  name: 'tab-entries',
  version: 1,
  entity: TabEntryRow,
  appendOnly: true,
  keysOf: (fact) => [[idOf(fact.streamId), fact.revision]],
  on: {
    TabPut: (_, { streamId, revision, data, at }) => ({ tab: idOf(streamId), revision, amount: data.amount, at }),
    TabPaid: (_, { streamId, revision, data, at }) => ({ tab: idOf(streamId), revision, amount: -data.amount, at }),
  },
};

/** Two rows per fact, by a key of two columns: all tabs of a day, and all days. */
@Entity({ name: 'tab_day', schema: 'read' })
export class TabDayRow {
  @PrimaryColumn({ type: 'text' })
  readonly scope!: string;

  @PrimaryColumn({ type: 'date' })
  readonly day!: string;

  @Column({ type: 'integer' })
  readonly facts!: number;
}

const countDay = (
  row: TabDayRow | undefined,
  _: unknown,
  [scope, day]: string | readonly (string | number)[],
): TabDayRow => ({
  scope: String(scope),
  day: String(day),
  facts: (row?.facts ?? 0) + 1,
});

export const tabDays: Projection<TabDayRow, TabEvent> = {
  name: 'tab-days',
  version: 1,
  entity: TabDayRow,
  keysOf: ({ at, streamId }) => {
    const day = new Date(at).toISOString().slice(0, 10);
    return [
      ['all', day],
      [idOf(streamId).charAt(0), day],
    ];
  },
  on: { TabPut: countDay, TabPaid: countDay },
};

/** All three read models. */
export const tabProjections = [tabBalance, tabEntries, tabDays] as const;

/** Connects to a database with the tables of these read models described. */
export const connectTabs = (url: string): Promise<DataSource> =>
  new DataSource({
    type: 'postgres',
    url,
    poolSize: 8,
    entities: [TabBalanceRow, TabEntryRow, TabDayRow, DueTimerRow],
  }).initialize();
