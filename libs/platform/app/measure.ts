import type { DataSource } from 'typeorm';
import type { Metrics, Sample } from '#libs/platform/observability/metrics';
import { isStandingBy, type Progress } from '#libs/platform/runtime/subscription';
import type { Background } from './background';
import type { Config } from './config';
import type { Foundation } from './foundation';
import { keepsUp } from './readiness';

/** A follower may be this far behind before the process says it is not ready, unless the settings say otherwise. */
const defaultReadyLagSeconds = 300;

const parkedText = `
SELECT consumer AS name, count(DISTINCT key)::float8 AS value FROM read.parked GROUP BY consumer
UNION ALL SELECT feed, count(*)::float8 FROM read.feed_parked GROUP BY feed`;

const parkedIn = async (source: DataSource): Promise<readonly Sample[]> => {
  const rows = await source.query<{ name: string; value: number }[]>(parkedText).catch(() => []);
  return rows.map(({ name, value }) => [name, value] as const);
};

/** The kinds of outcome that a policy's commands can have. */
const outcomes = ['accepted', 'refused', 'parked'] as const;

const measureFollowers = (metrics: Metrics, background: Background, unit: 'events' | 'bytes'): void => {
  const each = (valueOf: (progress: Progress) => number | undefined) => (): readonly Sample[] =>
    background.progress().flatMap((progress) => {
      const value = valueOf(progress);
      return value === undefined ? [] : [[progress.name, value] as const];
    });
  const unlessStandingBy = (valueOf: (progress: Progress) => number | undefined) =>
    each((progress) => (isStandingBy(progress) ? undefined : valueOf(progress)));
  const lagOf = ({ position }: Progress) => (position === undefined ? undefined : background.lag.of(position));
  metrics.watchEach(
    `regulars_follower_lag_${unit}`,
    `How far a follower is behind the end of the log, in ${unit}.`,
    unlessStandingBy((progress) => lagOf(progress)?.distance),
  );
  metrics.watchEach(
    'regulars_follower_lag_seconds',
    'How long the oldest fact that a follower has not taken in has been in the log.',
    unlessStandingBy((progress) => lagOf(progress)?.seconds),
  );
  metrics.watchEach(
    'regulars_follower_behind_seconds',
    'How long a follower has not been at the end of what it can read.',
    unlessStandingBy(({ behindMs }) => behindMs / 1_000),
  );
  metrics.watchEach(
    'regulars_follower_failures',
    'Failures in a row of a follower of the log, of timers or of the intake of tickets.',
    each(({ failures }) => failures),
  );
  for (const outcome of outcomes)
    metrics.count(`regulars_policy_commands_${outcome}_total`, `Commands of policies that were ${outcome}.`, () =>
      background.policyCounts().map(({ name, counts }) => [name, counts[outcome]] as const),
    );
};

/**
 * Lets monitoring see a program's insides, and its readiness depend on them: a follower that has fallen too far behind
 * makes the process unready, one that waits for its turn does not.
 */
export const measure = (foundation: Foundation, background: Background, config: Config): void => {
  const { metrics, memory, readiness, platform } = foundation;
  metrics.watch('regulars_commands_in_flight', 'Commands that run or wait.', () => memory.inFlight);
  metrics.watch('regulars_states_cached', 'Streams whose state is in memory.', () => memory.cacheUse.states);
  metrics.watch('regulars_states_cached_bytes', 'Their rough weight.', () => memory.cacheUse.bytes);
  metrics.watchEach(
    'regulars_parked',
    'Members or rows that a follower could not go on with, until someone looks.',
    () => parkedIn(platform.dataSource),
  );
  measureFollowers(metrics, background, config.kurrentUrl === undefined ? 'events' : 'bytes');
  const limit = config.readyLagSeconds ?? defaultReadyLagSeconds;
  readiness.also(() => background.progress().every((progress) => keepsUp(progress, background.lag, limit)));
};
