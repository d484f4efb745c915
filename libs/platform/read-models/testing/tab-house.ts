import type { DataSource } from 'typeorm';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { logStart } from '#libs/platform/event-store/event-store';
import { rowsAfter } from '#libs/platform/read-models/testing/rows-after';
import type { AnyProjection } from '#libs/platform/read-models/projection';
import { TablePlan } from '#libs/platform/read-models/table-plan';
import { CachedCommandRunner, defaultRunnerSettings } from '#libs/platform/runtime/cached-command-runner';
import { VirtualClock } from '#libs/platform/runtime/clock';
import { LoggedFact } from '#libs/platform/runtime/fact';
import { LogTail } from '#libs/platform/runtime/log-tail';
import type { Report } from '#libs/platform/runtime/report';
import { onTab, tabCatalogue } from '#libs/platform/runtime/testing/tab';
import type { TabCommand } from '#libs/platform/runtime/testing/tab';
import { freshDatabase } from '#libs/platform/testing/postgres';
import { connectTabs } from './tab-rows';

/** One small server: a database of its own, the log, tabs, and a place for their read models. */
export interface TabHouse {
  readonly url: string;
  readonly store: PostgresEventStore;
  readonly source: DataSource;
  readonly runner: CachedCommandRunner;
  readonly clock: VirtualClock;
  readonly log: LogTail;
  /** What was reported, by name. */
  readonly reports: string[];
  readonly report: Report;
  /** Every fact in the log. */
  facts(): Promise<readonly LoggedFact[]>;
  /** Waits until what was appended can be read. */
  readable(count: number): Promise<void>;
  close(): Promise<void>;
}

export const openTabHouse = async (): Promise<TabHouse> => {
  const database = await freshDatabase();
  const store = await PostgresEventStore.open({ url: database.url, writers: 1 });
  const source = await connectTabs(database.url);
  const clock = new VirtualClock(Date.UTC(2026, 2, 1));
  const runner = new CachedCommandRunner(store, clock, {
    ...defaultRunnerSettings,
    cache: { maxStates: 1_000, maxBytes: 10_000_000 },
  });
  const reports: string[] = [];
  const facts = async (): Promise<readonly LoggedFact[]> =>
    (await store.readAll(logStart, 1_000_000)).map((event) => new LoggedFact(event, tabCatalogue));
  return {
    url: database.url,
    store,
    source,
    runner,
    clock,
    log: new LogTail(store, tabCatalogue),
    reports,
    report: (problem) => void reports.push(problem),
    facts,
    readable: async (count) => {
      while ((await facts()).length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    close: async () => {
      await source.destroy();
      await store.close();
      await database.drop();
    },
  };
};

/** Gives many commands at once, over several tabs and days, from a seed. Answers how many facts that made. */
export const trade = async (house: TabHouse, count: number, seed = 1): Promise<number> => {
  let state = seed;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % bound;
  };
  const made = Array.from({ length: count }, async (_, index) => {
    const amount = 1 + next(9);
    const command: TabCommand = next(3) === 0 ? { kind: 'pay', amount } : { kind: 'put', amount, times: 1 + next(3) };
    const at = Date.UTC(2026, 2, 1 + next(5), next(24));
    const outcome = await house.runner.execute({
      ...onTab(`${'abc'.charAt(next(3))}${next(12)}`, command, `${seed}-${index}`),
      context: at,
    });
    return outcome.kind === 'answered' ? (JSON.parse(outcome.body) as { facts: number }).facts : 0;
  });
  return (await Promise.all(made)).reduce((sum, facts) => sum + facts, 0);
};

/** The rows that a read model's table holds, by key. */
export const storedRows = async (
  source: DataSource,
  projection: AnyProjection,
): Promise<ReadonlyMap<string, object>> => {
  const plan = new TablePlan(source, source.getMetadata(projection.entity));
  const rows = await source.query<object[]>(plan.all(plan.live).text);
  return new Map(rows.map((row) => [plan.keyOf(row), { ...row }]));
};

/** The rows that it ought to hold, by the log. */
export const dueRows = async (house: TabHouse, projection: AnyProjection): Promise<ReadonlyMap<string, object>> =>
  rowsAfter(projection as never, await house.facts());
