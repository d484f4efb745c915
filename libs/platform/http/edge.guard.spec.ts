import { Probe, type Sent } from './testing/probe';

let probe: Probe;
beforeAll(async () => void (probe = await Probe.open()));
afterAll(() => probe.app.close());

describe('who is asking', () => {
  it.each([
    ['no token', { token: null }],
    ['an unknown token', { token: 'token-nobody' }],
    ['another scheme', { token: null, headers: { authorization: 'Basic dG9rZW4=' } }],
    ['an empty token', { token: null, headers: { authorization: 'Bearer ' } }],
  ])('%s is 401', async (_, sent: Sent) => {
    const found = await probe.problemOf('/probe/caller', sent);
    expect(found).toMatchObject({ status: 401, code: 'unauthorised' });
    expect(found.headers['www-authenticate']).toBe('Bearer');
  });

  it('knows the caller by the token, whatever the case of the scheme', async () => {
    const { json: caller } = await probe.ask('/probe/caller', {
      token: null,
      headers: { authorization: 'bearer token-one' },
    });
    expect(caller).toEqual({ credential: 'staff:C1', roles: ['cashier'], scope: ['S1'] });
  });

  it('another role is 403', async () => {
    expect(await probe.problemOf('/probe/audit')).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('a route whose rules were forgotten is closed to everyone', async () => {
    expect(await probe.problemOf('/forgotten')).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('a store out of reach is 403, one within it is not', async () => {
    const payload = { storeId: 'S2' };
    expect(await probe.problemOf('/probe/tickets', { payload })).toMatchObject({ status: 403, code: 'out-of-scope' });
    expect((await probe.ask('/probe/tickets', { payload, token: 'token-two' })).status).toBe(201);
  });

  it.each([
    ['this machine', '127.0.0.1', {}, 200],
    ['this machine, IPv6', '::1', {}, 200],
    ['elsewhere', '10.0.0.7', {}, 401],
    ['elsewhere, by way of a proxy here', '127.0.0.1', { 'x-forwarded-for': '10.0.0.7' }, 401],
    ['elsewhere, with a token', '10.0.0.7', { authorization: 'Bearer token-one' }, 200],
  ])('a route open to loopback, called from %s', async (_, remoteAddress, headers, status) => {
    const reply = await probe.app.inject({ url: '/probe/inside', remoteAddress, headers });
    expect(reply.statusCode).toBe(status);
  });

  it('looks at the token before the body', async () => {
    const sent = { token: null, payload: { wrong: true } };
    expect(await probe.problemOf('/probe/tickets', sent)).toMatchObject({ status: 401 });
  });
});

it('counts a token that could not be looked at among those that do not hold', async () => {
  const limited = await Probe.open();
  const ask = (token: string) => limited.ask('/probe/caller', { token });
  for (let round = 0; round < 300; round += 1) expect((await ask('token-unread')).status).toBe(503);
  expect((await ask('token-nobody')).status).toBe(429);
  expect((await ask('token-one')).status).toBe(200);
  await limited.app.close();
});

describe('the idempotency key', () => {
  it.each([
    ['is missing', null],
    ['is empty', ''],
    ['has 256 characters', 'x'.repeat(256)],
    ['is not ASCII', 'clé'],
  ])('%s: 400', async (_, key) => {
    const found = await probe.problemOf('/probe/tickets', { key, payload: { storeId: 'S1' } });
    expect(found).toMatchObject({ status: 400, code: 'idempotency-key-required' });
  });

  it.each(['x'.repeat(255), 'two words'])('may be %j', async (key) => {
    expect((await probe.ask('/probe/tickets', { key, payload: { storeId: 'S1' } })).status).toBe(201);
  });

  it('is not needed where nothing is kept', async () => {
    expect((await probe.ask('/probe/quotes', { key: null, payload: { storeId: 'S1' } })).status).toBe(200);
  });

  it('is bound to credential, path, query and body', async () => {
    const hash = async (url: string, storeId = 'S1') => {
      const { json: body } = await probe.ask(url, { payload: { storeId } });
      return (body['idempotency'] as Record<string, string>)['requestHash'];
    };
    const first = await hash('/probe/tickets');
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await hash('/probe/tickets')).toBe(first);
    expect(await hash('/probe/tickets?park=true')).not.toBe(first);
    const { json: given } = await probe.ask('/probe/stores/S1', { method: 'POST' });
    expect(given['idempotency']).toMatchObject({ credential: 'staff:C1', key: 'k1' });
  });
});
