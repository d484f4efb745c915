import type { Progress } from '#libs/platform/runtime/subscription';

/** What the program says of itself. */
export interface Gauges {
  /** Commands that run or wait. */
  inFlight(): number;
  followers(): readonly Pick<Progress, 'name' | 'behindMs' | 'failures'>[];
}

const metric = (name: string, type: 'gauge' | 'counter', help: string, samples: readonly string[]): string =>
  [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples.map((sample) => `${name}${sample}`), ''].join('\n');

/** The program's state in the Prometheus text format, version 0.0.4. Counts and durations only, nothing personal. */
export const metricsText = (
  gauges: Gauges,
  process: Pick<NodeJS.Process, 'memoryUsage' | 'cpuUsage' | 'uptime'>,
): string => {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed } = process.memoryUsage();
  const followers = gauges.followers();
  return [
    metric('regulars_commands_in_flight', 'gauge', 'Commands that run or wait.', [` ${gauges.inFlight()}`]),
    metric(
      'regulars_follower_behind_seconds',
      'gauge',
      'How long a follower of the log has not been at its end.',
      followers.map(({ name, behindMs }) => `{name="${name}"} ${behindMs / 1000}`),
    ),
    metric(
      'regulars_follower_failures',
      'gauge',
      'Failures in a row of a follower of the log.',
      followers.map(({ name, failures }) => `{name="${name}"} ${failures}`),
    ),
    metric('process_cpu_seconds_total', 'counter', 'CPU time used.', [` ${(user + system) / 1e6}`]),
    metric('process_resident_memory_bytes', 'gauge', 'Memory that the process holds.', [` ${rss}`]),
    metric('nodejs_heap_used_bytes', 'gauge', 'Memory that its objects use.', [` ${heapUsed}`]),
    metric('process_uptime_seconds', 'gauge', 'Time since the start.', [` ${process.uptime()}`]),
  ].join('');
};
