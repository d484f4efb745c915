import { Pool } from 'pg';
import { PostgresEventStore } from '#libs/platform/event-store/postgres-event-store';
import { emmettAppender, functionAppender, ourAppender, type Appender } from './store-contenders';
import { inTurns, load, quantile, type Summary } from './statistics';
import { expectSame } from './wrong-result';

/** How much is measured. */
export interface StoreBenchSettings {
  readonly rounds: number;
  /** Length of a round. */
  readonly roundMs: number;
  readonly atOnce: number;
  /** Appends one after the other, for the time that a single one takes. */
  readonly single: number;
}

/** What the comparison came to. */
export interface StoreFigures {
  readonly byName: ReadonlyMap<string, Summary>;
  /** Median time of an append while nothing else is under way, ms, by name. */
  readonly singleMs: ReadonlyMap<string, number>;
}

const eventsPerAppend = 3;

const singly = async (appender: Appender, times: number): Promise<number> => {
  const latencies: number[] = [];
  for (let index = 0; index < times; index += 1) {
    const began = performance.now();
    await appender.append(0);
    latencies.push(performance.now() - began);
  }
  return quantile(latencies, 0.5);
};

/**
 * Appends of three events with a durable key, many at once: the product's log, one function call for each, and
 * emmett-postgresql, in turns on the same server. Throws `WrongResult` unless every acknowledged event is there.
 */
export const benchStore = async (
  url: string,
  settings: StoreBenchSettings,
  onRound: (name: string, perSecond: number) => unknown,
): Promise<StoreFigures> => {
  const pool = new Pool({ connectionString: url, max: 1 });
  const emmett = await emmettAppender(url);
  const appenders = [
    ourAppender(await PostgresEventStore.open({ url }), pool),
    await functionAppender(url),
    ...(emmett === undefined ? [] : [emmett]),
  ];
  try {
    const acknowledged = new Map<string, number>(appenders.map(({ name }) => [name, 0]));
    const counting = (appender: Appender) => async (lane: number) => {
      await appender.append(lane);
      acknowledged.set(appender.name, (acknowledged.get(appender.name) ?? 0) + 1);
    };
    const contenders = appenders.map((appender) => ({
      name: appender.name,
      round: () => load(settings.atOnce, settings.roundMs, counting(appender)),
    }));
    const byName = await inTurns(contenders, settings.rounds, (name, { done, seconds }) =>
      onRound(name, done / seconds),
    );
    const singleMs = new Map<string, number>();
    for (const appender of appenders) {
      singleMs.set(appender.name, await singly({ ...appender, append: counting(appender) }, settings.single));
      const expected = (acknowledged.get(appender.name) ?? 0) * eventsPerAppend;
      expectSame(`events in the log of ${appender.name}`, await appender.stored(), expected);
    }
    return { byName, singleMs };
  } finally {
    await Promise.all(appenders.map((appender) => appender.close()));
    await pool.end();
  }
};
