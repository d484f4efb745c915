import { request as httpRequest } from 'node:http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { createEdge } from './edge';
import { PinoLogger } from './logger';
import { ProbeModule } from './testing/probe.module';

interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly token?: string | null;
  readonly key?: string | null;
  readonly headers?: Record<string, string>;
  readonly payload?: object | string;
}

let app: NestFastifyApplication;
let ready = true;
const logged: string[] = [];

beforeAll(async () => {
  app = await createEdge({
    platform: { ...memoryPlatform(), ready: () => Promise.resolve(ready) },
    contexts: [ProbeModule.forRoot()],
    logger: new PinoLogger('info', { write: (line) => logged.push(line) }),
  });
});
afterAll(() => app.close());

const ask = async (url: string, { method, token = 'token-one', key = 'k1', headers, payload }: Sent = {}) => {
  const reply = await app.inject({
    method: method ?? (payload === undefined ? 'GET' : 'POST'),
    url,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...headers,
    },
    ...(payload === undefined ? {} : { payload }),
  });
  return {
    status: reply.statusCode,
    headers: reply.headers,
    text: reply.body,
    json: reply.body === '' ? {} : reply.json<Record<string, unknown>>(),
  };
};

/** The problem that a request is answered with; fails when the answer is no problem at all. */
const problemOf = async (url: string, sent: Sent = {}) => {
  const { status, headers, json } = await ask(url, sent);
  expect(headers['content-type']).toBe('application/problem+json');
  expect(json['status']).toBe(status);
  expect(typeof json['title']).toBe('string');
  expect(typeof json['detail']).toBe('string');
  return {
    status,
    code: String(json['type']).replace('urn:regulars:problem:', ''),
    errors: json['errors'],
    headers,
    detail: json['detail'],
  };
};

const json = { 'content-type': 'application/json' };

describe('who is asking', () => {
  it.each([
    ['no token', { token: null }],
    ['an unknown token', { token: 'token-nobody' }],
    ['another scheme', { token: null, headers: { authorization: 'Basic dG9rZW4=' } }],
    ['an empty token', { token: null, headers: { authorization: 'Bearer ' } }],
  ])('%s is 401', async (_, sent: Sent) => {
    const found = await problemOf('/probe/caller', sent);
    expect(found).toMatchObject({ status: 401, code: 'unauthorised' });
    expect(found.headers['www-authenticate']).toBe('Bearer');
  });

  it('knows the caller by the token, whatever the case of the scheme', async () => {
    const { json: caller } = await ask('/probe/caller', {
      token: null,
      headers: { authorization: 'bearer token-one' },
    });
    expect(caller).toEqual({ credential: 'staff:C1', roles: ['cashier'], scope: ['S1'] });
  });

  it('another role is 403', async () => {
    expect(await problemOf('/probe/audit')).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('a route whose rules were forgotten is closed to everyone', async () => {
    expect(await problemOf('/forgotten')).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('a store out of reach is 403, one within it is not', async () => {
    const payload = { storeId: 'S2' };
    expect(await problemOf('/probe/tickets', { payload })).toMatchObject({ status: 403, code: 'out-of-scope' });
    expect((await ask('/probe/tickets', { payload, token: 'token-two' })).status).toBe(201);
  });

  it('looks at the token before the body', async () => {
    const sent = { token: null, payload: { wrong: true } };
    expect(await problemOf('/probe/tickets', sent)).toMatchObject({ status: 401 });
  });
});

describe('the idempotency key', () => {
  it.each([
    ['is missing', null],
    ['is empty', ''],
    ['holds a space', 'two words'],
    ['has 256 characters', 'x'.repeat(256)],
    ['is not ASCII', 'clé'],
  ])('%s: 400', async (_, key) => {
    const found = await problemOf('/probe/tickets', { key, payload: { storeId: 'S1' } });
    expect(found).toMatchObject({ status: 400, code: 'idempotency-key-required' });
  });

  it('may have 255 characters', async () => {
    expect((await ask('/probe/tickets', { key: 'x'.repeat(255), payload: { storeId: 'S1' } })).status).toBe(201);
  });

  it('is not needed where nothing is kept', async () => {
    expect((await ask('/probe/quotes', { key: null, payload: { storeId: 'S1' } })).status).toBe(200);
  });

  it('is bound to credential, path, query and body', async () => {
    const hash = async (url: string, storeId = 'S1') => {
      const { json: body } = await ask(url, { payload: { storeId } });
      return (body['idempotency'] as Record<string, string>)['requestHash'];
    };
    const first = await hash('/probe/tickets');
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await hash('/probe/tickets')).toBe(first);
    expect(await hash('/probe/tickets?park=true')).not.toBe(first);
    const { json: given } = await ask('/probe/stores/S1', { method: 'POST' });
    expect(given['idempotency']).toMatchObject({ credential: 'staff:C1', key: 'k1' });
  });
});

describe('the body', () => {
  const payload = { storeId: 'S1', lines: [{ quantity: 0.5 }, { quantity: -1, colour: 'red' }], extra: 1 };

  it('is validated whole, with the path of every mistake', async () => {
    const found = await problemOf('/probe/tickets', { payload });
    expect(found).toMatchObject({ status: 400, code: 'validation' });
    expect((found.errors as { path: string }[]).map(({ path }) => path).sort()).toEqual([
      'extra',
      'lines[0].quantity',
      'lines[1].colour',
      'lines[1].quantity',
    ]);
  });

  it.each([
    ['is no JSON', '{"storeId":', 'malformed-json', json],
    ['reaches for a prototype', '{"storeId":"S1","__proto__":{"a":1}}', 'malformed-json', json],
    [
      'comes as a form',
      'storeId=S1',
      'unsupported-content-type',
      { 'content-type': 'application/x-www-form-urlencoded' },
    ],
    ['comes as text', 'S1', 'unsupported-content-type', { 'content-type': 'text/plain' }],
    ['is larger than 256 KiB', JSON.stringify({ storeId: 'x'.repeat(262_145) }), 'body-too-large', json],
    ['is nested too deeply', '['.repeat(120_000) + ']'.repeat(120_000), 'body-too-deep', json],
    ['is a list', '[]', 'validation', json],
    ['is null', 'null', 'validation', json],
    ['is missing', '', 'validation', json],
  ])('%s: 400', async (_, text, code, headers) => {
    expect(await problemOf('/probe/tickets', { method: 'POST', payload: text, headers })).toMatchObject({
      status: 400,
      code,
    });
  });

  it('may be empty where none is needed, even when a type is named', async () => {
    expect((await ask('/probe/stores/S1', { method: 'POST', payload: '', headers: json })).status).toBe(201);
  });

  it('never comes back in a problem', async () => {
    const { text } = await ask('/probe/tickets', { payload: { storeId: 'S1', password: 'hunter2-hunter2' } });
    expect(text).not.toContain('hunter2');
  });

  it.each(['2026-03-01T18:20:00+11:00', '2026-03-01T07:20:00Z', '2026-03-01T07:20:00.000Z'])(
    'reads the instant %s',
    async (at) => {
      const { json: body } = await ask('/probe/quotes', { payload: { storeId: 'S1', at } });
      expect(body['at']).toBe(Date.UTC(2026, 2, 1, 7, 20));
    },
  );

  it.each(['2026-03-01', '2026-03-01T18:20:00', '2026-02-30T00:00:00Z', 'yesterday', 5])(
    'refuses the instant %s',
    async (at) => {
      const found = await problemOf('/probe/quotes', { payload: { storeId: 'S1', at } });
      expect(found.errors).toMatchObject([{ path: 'at' }]);
    },
  );
});

describe('path and query', () => {
  it('refuses an identifier with other characters', async () => {
    const found = await problemOf('/probe/stores/a%20b', { method: 'POST' });
    expect(found).toMatchObject({ status: 400, code: 'validation', errors: [{ path: 'storeId' }] });
  });

  it.each(['limit=0', 'limit=201', 'limit=many', 'limit=1&limit=2', 'colour=red'])('refuses ?%s', async (query) => {
    expect(await problemOf(`/probe/list?${query}`)).toMatchObject({ status: 400, code: 'validation' });
  });

  it('answers a page and where the next one starts', async () => {
    expect((await ask('/probe/list?limit=2')).json).toEqual({ items: [1, 2], nextCursor: 'Mg' });
    expect((await ask('/probe/list')).json).toEqual({ items: [1, 2, 3], nextCursor: null });
  });

  it.each(['/nowhere', '/v1', '/nowhere?phone=0400000000'])('%s is 404 and is not repeated', async (url) => {
    const found = await problemOf(url);
    expect(found).toMatchObject({ status: 404, code: 'route-not-found' });
    expect(found.detail).not.toContain('phone');
  });

  it('a malformed escape is 400', async () => {
    expect(await problemOf('/probe/stores/%zz', { method: 'POST' })).toMatchObject({ status: 400 });
  });

  it('a path longer than any identifier is refused', async () => {
    const found = await problemOf(`/probe/stores/${'x'.repeat(300)}`, { method: 'POST' });
    expect([400, 404]).toContain(found.status);
  });
});

describe('outcomes of commands', () => {
  it('sends an answer as it was stored', async () => {
    const reply = await ask('/probe/outcomes/answered');
    expect(reply).toMatchObject({ status: 202, text: '{"as":"it is"}' });
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each([
    ['refused', 409, 'in-debt', 'Repay first.'],
    ['mismatch', 422, 'idempotency-mismatch', 'This Idempotency-Key was used for another request.'],
    ['claimed', 409, 'already-taken', 'Another record holds this name already.'],
  ])('%s is %d %s', async (name, status, code, detail) => {
    expect(await problemOf(`/probe/outcomes/${name}`)).toMatchObject({ status, code, detail });
  });
});

describe('failures', () => {
  it.each([
    ['store', 503, 'unavailable', '1'],
    ['busy', 503, 'too-busy', '1'],
    ['bug', 500, 'internal-error', undefined],
    ['text', 500, 'internal-error', undefined],
  ])('%s is %d %s and tells nothing of its cause', async (name, status, code, wait) => {
    const found = await problemOf(`/probe/failures/${name}`);
    expect(found).toMatchObject({ status, code });
    expect(found.headers['retry-after']).toBe(wait);
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  it('are logged with route and correlation id, without query, token or body', async () => {
    logged.length = 0;
    await ask('/probe/failures/bug?phone=0400000000', { headers: { 'x-correlation-id': 'till-7-42' } });
    expect(logged).toHaveLength(1);
    expect(logged[0]).toContain('internal-error GET /probe/failures/:name till-7-42');
    expect(logged[0]).toContain('secret detail');
    expect(logged[0]).not.toContain('0400000000');
    expect(logged[0]).not.toContain('token-one');
  });

  it('that are the caller’s own are not logged', async () => {
    logged.length = 0;
    await ask('/probe/tickets', { payload: { storeId: 5 } });
    expect(logged).toEqual([]);
  });
});

describe('limits', () => {
  it('answers 429 with Retry-After beyond the burst, per credential', async () => {
    await ask('/probe/limited');
    await ask('/probe/limited');
    const found = await problemOf('/probe/limited');
    expect(found).toMatchObject({ status: 429, code: 'too-many-requests' });
    expect(found.headers['retry-after']).toBe('1');
    expect((await ask('/probe/limited', { token: 'token-two' })).status).toBe(200);
  });

  it('counts open routes per address', async () => {
    expect((await ask('/probe/open-limited', { token: null })).status).toBe(200);
    expect((await problemOf('/probe/open-limited', { token: null })).status).toBe(429);
  });

  it('stops guessing at tokens, and lets those through who have one', async () => {
    const tries = await Promise.all(
      Array.from({ length: 80 }, (_, n) => ask('/probe/caller', { token: `guess-${n}` })),
    );
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([401, 429]));
    expect((await ask('/probe/caller')).status).toBe(200);
  });
});

describe('headers', () => {
  it('guard every answer, problems included', async () => {
    for (const url of ['/probe/caller', '/nowhere', '/health/live']) {
      const { headers } = await ask(url);
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
    const own = await ask('/health/live', { headers: { 'x-correlation-id': 'till-7-43' } });
    expect(own.headers['x-correlation-id']).toBe('till-7-43');
    const ids = await Promise.all([ask('/health/live'), ask('/health/live')]);
    expect(new Set(ids.map(({ headers }) => headers['x-correlation-id'])).size).toBe(2);
    const odd = await ask('/health/live', { headers: { 'x-correlation-id': 'a b<script>' } });
    expect(odd.headers['x-correlation-id']).not.toContain('<');
  });

  it('put the correlation id and the actor into the facts', async () => {
    const { json: body } = await ask('/probe/tickets', {
      payload: { storeId: 'S1' },
      headers: { 'x-correlation-id': 'c-1' },
    });
    expect(body['meta']).toEqual({ correlationId: 'c-1', actor: 'staff:C1' });
  });
});

describe('open routes', () => {
  it('tell whether the process lives and can serve', async () => {
    expect((await ask('/health/live', { token: null })).json).toEqual({ status: 'live' });
    expect((await ask('/health/ready', { token: null })).json).toEqual({ status: 'ready' });
    ready = false;
    expect(await problemOf('/health/ready', { token: null })).toMatchObject({ status: 503, code: 'unavailable' });
    ready = true;
  });

  it('show the page of the documentation under a policy of its own', async () => {
    const page = await app.inject({ url: '/docs' });
    expect(page.statusCode).toBe(200);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
  });

  it('describe every route with its key, its security and its problems', async () => {
    const { json: document } = await ask('/docs/openapi.json', { token: null });
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

it('answers a broken body over a real connection, and stays up', async () => {
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
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
  expect((await ask('/health/live')).status).toBe(200);
});
