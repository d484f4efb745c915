import { metricsText } from './metrics';

const text = metricsText(
  {
    inFlight: () => 3,
    followers: () => [
      { name: 'projector', behindMs: 1_500, failures: 2 },
      { name: 'state-cache', behindMs: 0, failures: 0 },
    ],
  },
  {
    cpuUsage: () => ({ user: 1_500_000, system: 500_000 }),
    memoryUsage: Object.assign(() => ({ rss: 100, heapUsed: 50, heapTotal: 60, external: 0, arrayBuffers: 0 }), {
      rss: () => 100,
    }),
    uptime: () => 7.5,
  },
);

it.each([
  'regulars_commands_in_flight 3',
  'regulars_follower_behind_seconds{name="projector"} 1.5',
  'regulars_follower_behind_seconds{name="state-cache"} 0',
  'regulars_follower_failures{name="projector"} 2',
  'process_cpu_seconds_total 2',
  'process_resident_memory_bytes 100',
  'nodejs_heap_used_bytes 50',
  'process_uptime_seconds 7.5',
])('says %s', (line) => expect(text.split('\n')).toContain(line));

it('explains every metric before its samples and ends in a line break', () => {
  for (const line of text.trimEnd().split('\n'))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{name="[\w-]+"\})? [\d.]+)$/);
  expect(text.endsWith('\n')).toBe(true);
});
