import { request as httpRequest } from 'node:http';
import { Probe } from './testing/probe';

let probe: Probe;
beforeAll(async () => void (probe = await Probe.open()));
afterAll(() => probe.app.close());

const json = { 'content-type': 'application/json' };

describe('headers', () => {
  it('guard every answer, problems included', async () => {
    for (const url of ['/probe/caller', '/nowhere', '/health/live']) {
      const { headers } = await probe.ask(url);
      expect(headers).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
    }
  });

  it('carry the correlation id of the request, or a new one', async () => {
    const own = await probe.ask('/health/live', { headers: { 'x-correlation-id': 'till-7-43' } });
    expect(own.headers['x-correlation-id']).toBe('till-7-43');
    const ids = await Promise.all([probe.ask('/health/live'), probe.ask('/health/live')]);
    expect(new Set(ids.map(({ headers }) => headers['x-correlation-id'])).size).toBe(2);
    const odd = await probe.ask('/health/live', { headers: { 'x-correlation-id': 'a b<script>' } });
    expect(odd.headers['x-correlation-id']).not.toContain('<');
  });

  it('put the correlation id and the actor into the facts', async () => {
    const { json: body } = await probe.ask('/probe/tickets', {
      payload: { storeId: 'S1' },
      headers: { 'x-correlation-id': 'c-1' },
    });
    expect(body['meta']).toEqual({ correlationId: 'c-1', actor: 'staff:C1' });
  });
});

describe('open routes', () => {
  it('tell whether the process lives and can serve', async () => {
    expect((await probe.ask('/health/live', { token: null })).json).toEqual({ status: 'live' });
    expect((await probe.ask('/health/ready', { token: null })).json).toEqual({ status: 'ready' });
    probe.ready = false;
    expect(await probe.problemOf('/health/ready', { token: null })).toMatchObject({ status: 503, code: 'unavailable' });
    probe.ready = true;
  });

  it('show the page of the documentation under a policy of its own', async () => {
    const page = await probe.app.inject({ url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('describe every route with its key, its security and its problems', async () => {
    const { json: document } = await probe.ask('/docs/openapi.json', { token: null });
    const paths = document['paths'] as Record<string, Record<string, Record<string, unknown>>>;
    expect(document['openapi']).toBe('3.1.0');
    const names = (path: string) =>
      ((paths[path]?.['post']?.['parameters'] ?? []) as { name: string }[]).map(({ name }) => name);
    expect(names('/probe/tickets')).toContain('Idempotency-Key');
    expect(names('/probe/quotes')).not.toContain('Idempotency-Key');
    expect(paths['/health/live']?.['get']?.['security']).toEqual([]);
    expect(paths['/probe/list']?.['get']?.['responses']).toHaveProperty('default');
    expect(JSON.stringify(document)).not.toMatch(/"x-(open|keyless)"/);
  });
});

describe('where a request comes from', () => {
  const forwarded = { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' };

  it.each([
    ['no proxy is trusted', [], '10.1.2.3', '10.1.2.3'],
    ['its proxy is trusted', ['10.1.0.0/16'], '10.1.2.3', '203.0.113.9'],
    ['its proxy is another one', ['10.1.0.0/16'], '10.2.2.3', '10.2.2.3'],
    ['both proxies are trusted', ['uniquelocal', '203.0.113.9'], '10.1.2.3', '198.51.100.1'],
  ])('where %s', async (_, trusted, remoteAddress, ip) => {
    const behind = await Probe.open(trusted);
    try {
      const reply = await behind.app.inject({ url: '/probe/address', remoteAddress, headers: forwarded });
      expect(reply.json()).toEqual({ ip });
      expect((await behind.app.inject({ url: '/probe/inside', remoteAddress, headers: forwarded })).statusCode).toBe(
        401,
      );
    } finally {
      await behind.app.close();
    }
  });
});

it('answers a broken body over a real connection, and stays up', async () => {
  await probe.app.listen(0, '127.0.0.1');
  const { port } = probe.app.getHttpServer().address() as { port: number };
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/probe/quotes',
      headers: { 'content-length': '5', ...json },
    });
    sent.on('response', (reply) => resolve(reply.resume().statusCode)).on('error', reject);
    sent.end('{"a":');
  });
  expect(status).toBe(400);
  expect((await probe.ask('/health/live')).status).toBe(200);
});
