import { Metrics, type Sample } from './metrics';

const lines = async (metrics: Metrics): Promise<readonly string[]> => (await metrics.text()).split('\n');

it('says whose samples they are', async () => {
  const metrics = new Metrics('worker');
  metrics.watch('regulars_things', 'Things.', () => 3);
  expect(await lines(metrics)).toContain('regulars_things{service="worker"} 3');
});

it('asks for a number only when somebody looks, and keeps the last one while there is none', async () => {
  const metrics = new Metrics('worker');
  let asked = 0;
  metrics.watch('regulars_things', 'Things.', () => ((asked += 1) < 3 ? asked : undefined));
  expect(asked).toBe(0);
  await metrics.text();
  expect(await lines(metrics)).toContain('regulars_things{service="worker"} 2');
  expect(await lines(metrics)).toContain('regulars_things{service="worker"} 2');
});

it('forgets what is not told of any more', async () => {
  const metrics = new Metrics('worker');
  let samples: readonly Sample[] = [
    ['one', 1],
    ['two', 2],
  ];
  metrics.watchEach('regulars_lags', 'Lags.', () => Promise.resolve(samples));
  expect(await lines(metrics)).toContain('regulars_lags{name="two",service="worker"} 2');
  samples = [['one', 4]];
  const later = await lines(metrics);
  expect(later).toContain('regulars_lags{name="one",service="worker"} 4');
  expect(later.join()).not.toContain('name="two"');
});

it('shows counts that somebody else keeps as they stand', async () => {
  const metrics = new Metrics('worker');
  metrics.count('regulars_done_total', 'Done.', () => [['policy:x', 5]]);
  await metrics.text();
  expect(await lines(metrics)).toContain('regulars_done_total{name="policy:x",service="worker"} 5');
});

it('counts appends by outcome and batch, and requests by route', async () => {
  const metrics = new Metrics('till-api');
  metrics.appended('conflict', 0.003);
  metrics.batchSize.observe(17);
  for (const seconds of [0.02, 0.04]) metrics.answered('POST', '/v1/purchases', 201, seconds);
  metrics.answered('POST', '/v1/purchases', 409, 0.02);
  const text = await lines(metrics);
  expect(text).toContain('regulars_append_seconds_bucket{le="0.005",service="till-api"} 1');
  expect(text).toContain('regulars_append_outcomes_total{outcome="conflict",service="till-api"} 1');
  expect(text).toContain('regulars_append_batch_size_bucket{le="16",service="till-api"} 0');
  expect(text).toContain('regulars_append_batch_size_bucket{le="32",service="till-api"} 1');
  const counts = text.filter((line) => line.startsWith('regulars_http_request_seconds_count'));
  expect(counts).toHaveLength(2);
  expect(counts[0]).toMatch(/method="POST".*route="\/v1\/purchases",status="201".*} 2$/);
  expect(counts[1]).toMatch(/status="409".*} 1$/);
});

it('tells how the process itself is doing', async () => {
  const text = await new Metrics('worker').text();
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_eventloop_lag_p99_seconds'])
    expect(text).toContain(`\n${name}{`);
});

it('explains every metric before its samples and ends in a line break', async () => {
  const text = await new Metrics('worker').text();
  for (const line of text.trimEnd().split('\n').filter(Boolean))
    expect(line).toMatch(/^(# (HELP|TYPE) \w+ .+|\w+(\{.*\})? \S+)$/);
  expect(text.endsWith('\n')).toBe(true);
});
