import fastify from 'fastify';
import { logStart, StoreUnavailable } from '#libs/platform/event-store/event-store';
import { MemoryEventStore } from '#libs/platform/event-store/memory-event-store';
import { UnreliableStore, type Fate } from '#libs/platform/runtime/testing/unreliable-store';
import { accepted, appendOf, facts } from '#libs/platform/testing/event-store.fixtures';
import { measureRequests } from './http-metrics';
import { Metrics } from './metrics';
import { ObservedEventStore } from './observed-event-store';

const observed = (fate: () => Fate = () => 'works') => {
  const inner = new MemoryEventStore();
  const metrics = new Metrics('spec');
  return { inner, metrics, store: new ObservedEventStore(new UnreliableStore(inner, fate), metrics) };
};

/** The samples of one metric, by their labels but the service's. */
const samplesOf = async (metrics: Metrics, name: string): Promise<Readonly<Record<string, number>>> => {
  const samples = (await metrics.text()).matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)$`, 'gm'));
  const own = (labels: string): string =>
    labels
      .split(',')
      .filter((label) => label !== 'service="spec"')
      .join();
  return Object.fromEntries([...samples].map(([, labels = '', value]) => [own(labels), Number(value)]));
};

describe('appends', () => {
  it('are counted by what became of them, each with its time', async () => {
    const { store, metrics } = observed();
    const first = appendOf({ command: accepted('k'), claims: ['card:1'] });
    await store.append(first);
    await store.append(appendOf());
    await store.append(first);
    await store.append(appendOf({ streamId: first.streamId }));
    await store.append(appendOf({ claims: ['card:1'] }));
    expect(await samplesOf(metrics, 'regulars_append_outcomes_total')).toEqual({
      'outcome="appended"': 2,
      'outcome="duplicate-command"': 1,
      'outcome="conflict"': 1,
      'outcome="claim-taken"': 1,
    });
    expect(await samplesOf(metrics, 'regulars_append_seconds_count')).toEqual({ '': 5 });
  });

  it('without an answer are counted as such, and the reason goes on to whoever asked', async () => {
    const { store, metrics } = observed(() => 'answer-lost');
    await expect(store.append(appendOf())).rejects.toThrow(StoreUnavailable);
    expect(await samplesOf(metrics, 'regulars_append_outcomes_total')).toEqual({ 'outcome="unavailable"': 1 });
  });
});

it('answers every question as the log itself does, and measures none', async () => {
  const { store, inner, metrics } = observed();
  const command = accepted('k');
  const streamId = 'account-1';
  await inner.append(appendOf({ streamId, events: facts(3), command, claims: ['card:1'] }));
  expect(await store.load(streamId, 1)).toEqual(await inner.load(streamId, 1));
  expect(await store.readStream(streamId, 1, 1)).toEqual(await inner.readStream(streamId, 1, 1));
  expect(await store.readAll(logStart, 2)).toEqual(await inner.readAll(logStart, 2));
  expect([await store.head(), await store.latest()]).toEqual([await inner.head(), await inner.latest()]);
  expect(await store.findCommand('till-7', 'k')).toEqual(command);
  expect(await store.findClaims(['card:1'])).toEqual(new Map([['card:1', { streamId, revision: 2 }]]));
  expect(await samplesOf(metrics, 'regulars_append_outcomes_total')).toEqual({});
});

it('wakes whoever listens, and lets go of them when told', async () => {
  const { store } = observed();
  let woken = 0;
  const end = store.onAppended(() => void (woken += 1));
  for (const expected of [1, 1]) {
    await store.append(appendOf());
    await new Promise((resolve) => setImmediate(resolve));
    expect(woken).toBe(expected);
    end();
  }
});

describe('requests', () => {
  it('are counted under the pattern of their route, never under a member’s own path', async () => {
    const metrics = new Metrics('spec');
    const server = fastify();
    measureRequests(server, metrics);
    server.get('/v1/members/:id', async (_request, reply) => reply.code(200).send({}));
    server.get('/v1/broken', () => Promise.reject(new Error('broken')));
    for (const url of ['/v1/members/M1', '/v1/members/M2', '/v1/broken', '/nowhere/M1', '/nowhere/M2'])
      await server.inject({ url });
    await server.close();
    expect(await samplesOf(metrics, 'regulars_http_request_seconds_count')).toEqual({
      'method="GET",route="/v1/members/:id",status="200"': 2,
      'method="GET",route="/v1/broken",status="500"': 1,
      'method="GET",route="none",status="404"': 2,
    });
    expect(await metrics.text()).not.toMatch(/M[12]/);
  });
});
