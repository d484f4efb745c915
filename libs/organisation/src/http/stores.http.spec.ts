import { hashPassword } from '#libs/platform/crypto/passwords';
import { emptyStream, logStart } from '#libs/platform/event-store/event-store';
import { Chain, codeOf, kim, S1, type Answered } from '../testing/chain';

let chain: Chain;
beforeEach(async () => void (chain = await Chain.open()));
afterEach(() => chain.app.close());

/** Somebody of head office with one store only, as could be engaged once, signed in. */
const officeOf = async (storeId: string): Promise<string> => {
  const { password, ...staff } = { ...kim, staffId: 'H1', roles: ['headOffice'], storeIds: [storeId] };
  const data = JSON.stringify({ ...staff, passwordHash: await hashPassword(password) });
  const eventId = 'a0a0a0a0-0000-4000-8000-000000000001';
  const event = { eventId, type: 'StaffEngaged', schemaVersion: 1, data, meta: '{}', occurredAt: 0 };
  await chain.platform.store.append({ streamId: 'staff-H1', expected: emptyStream, events: [event], recordedAt: 0 });
  return chain.session('H1');
};

describe('stores', () => {
  it('opens a store, and lists it at once', async () => {
    expect(await chain.post('/v1/stores', S1)).toEqual({ status: 201, body: S1 });
    expect(await chain.get('/v1/stores')).toEqual({ status: 200, body: { items: [S1], nextCursor: null } });
  });

  it('answers a repeated request with its first answer, another one under the key with 422', async () => {
    const first = await chain.post('/v1/stores', S1, { key: 'same' });
    expect(await chain.post('/v1/stores', S1, { key: 'same' })).toEqual(first);
    const other = await chain.post('/v1/stores', { ...S1, name: 'Other' }, { key: 'same' });
    expect([other.status, codeOf(other)]).toEqual([422, 'idempotency-mismatch']);
  });

  it('opened again, is the same store or refused', async () => {
    await chain.post('/v1/stores', S1);
    expect(await chain.post('/v1/stores', S1)).toEqual({ status: 200, body: S1 });
    const other = await chain.post('/v1/stores', { ...S1, currency: 'NZD' });
    expect([other.status, codeOf(other)]).toEqual([409, 'store-differs']);
  });

  it('evaluates a refused request anew', async () => {
    await chain.post('/v1/stores/S1/tills', { tillId: 'T1' }, { key: 'retry' });
    await chain.post('/v1/stores', S1);
    expect((await chain.post('/v1/stores/S1/tills', { tillId: 'T1' }, { key: 'retry' })).status).toBe(201);
  });

  it.each([
    ['timeZone', 'Australia/Melburne'],
    ['timeZone', ''],
    ['currency', 'aud'],
    ['currency', 'XYZ'],
    ['storeId', 'S 1'],
    ['storeId', ''],
    ['storeId', 'x'.repeat(65)],
    ['storeId', 7],
    ['name', ''],
    ['name', 'two\nlines'],
    ['region', null],
    ['colour', 'red'],
  ])('refuses %s %j', async (field, value) => {
    const answer = await chain.post('/v1/stores', { ...S1, [field]: value });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
    expect((await chain.get('/v1/stores')).body['items']).toEqual([]);
  });

  it.each(['UTC', 'Asia/Shanghai', 'Europe/London'])('takes the zone %s', async (timeZone) =>
    expect((await chain.post('/v1/stores', { ...S1, timeZone })).status).toBe(201),
  );

  it('lists by id, a page at a time, and only what the caller reaches', async () => {
    for (const storeId of ['S3', 'S1', 'S2']) await chain.post('/v1/stores', { ...S1, storeId });
    const ids = ({ body }: Answered): string[] =>
      (body['items'] as { storeId: string }[]).map((store) => store.storeId);
    const first = await chain.get('/v1/stores?limit=2');
    expect(ids(first)).toEqual(['S1', 'S2']);
    expect(ids(await chain.get(`/v1/stores?cursor=${String(first.body['nextCursor'])}`))).toEqual(['S3']);
    await chain.post('/v1/staff', { ...kim, storeIds: ['S2'] });
    expect(ids(await chain.get('/v1/stores', await chain.session('C1')))).toEqual(['S2']);
    expect((await chain.get('/v1/stores?cursor=%25')).status).toBe(400);
  });
});

describe('tills', () => {
  it('shows its token once, and lets the till in with it', async () => {
    await chain.post('/v1/stores', S1);
    const first = await chain.post('/v1/stores/S1/tills', { tillId: 'T1' }, { key: 'till' });
    expect(first).toMatchObject({ status: 201, body: { tillId: 'T1', token: expect.stringMatching(/^rgt_till\./) } });
    expect((await chain.get('/v1/stores', String(first.body['token']))).status).toBe(200);
    expect(await chain.post('/v1/stores/S1/tills', { tillId: 'T1' }, { key: 'till' })).toEqual({
      status: 201,
      body: { tillId: 'T1', token: null },
    });
    expect((await chain.post('/v1/stores/S1/tills', { tillId: 'T1' })).body).toEqual({ tillId: 'T1', token: null });
  });

  it('ends the old token with the new one', async () => {
    const old = await chain.newTill();
    const { status, body } = await chain.post('/v1/stores/S1/tills/T1/token');
    expect(status).toBe(201);
    expect((await chain.get('/v1/stores', old)).status).toBe(401);
    expect((await chain.get('/v1/stores', String(body['token']))).status).toBe(200);
  });

  it.each([
    ['an unknown store', '/v1/stores/S9/tills', { tillId: 'T1' }, 'store-not-found'],
    ['a new token for an unknown till', '/v1/stores/S1/tills/T9/token', undefined, 'till-not-found'],
    ['a new token in an unknown store', '/v1/stores/S9/tills/T1/token', undefined, 'store-not-found'],
  ])('%s is 404', async (_, url, payload, expected) => {
    await chain.newTill();
    const answer = await chain.post(url, payload);
    expect([answer.status, codeOf(answer)]).toEqual([404, expected]);
  });

  it('may neither open stores nor register tills', async () => {
    const token = await chain.newTill();
    expect((await chain.post('/v1/stores', S1, { token: token })).status).toBe(403);
    expect((await chain.post('/v1/stores/S1/tills', { tillId: 'T2' }, { token: token })).status).toBe(403);
  });

  it('and stores out of reach are not for head office of other stores, as it was engaged once', async () => {
    const till = await chain.newTill('T1', 'S2');
    await chain.post('/v1/stores', S1);
    const token = await officeOf('S1');
    for (const [url, payload] of [
      ['/v1/stores', { ...S1, storeId: 'S3' }],
      ['/v1/stores/S2/tills', { tillId: 'T2' }],
      ['/v1/stores/S2/tills/T1/token', undefined],
    ] as const) {
      const refused = await chain.post(url, payload, { token });
      expect([url, refused.status, codeOf(refused)]).toEqual([url, 403, 'out-of-scope']);
    }
    expect((await chain.post('/v1/stores/S9/tills', { tillId: 'T1' }, { token })).status).toBe(404);
    expect((await chain.post('/v1/stores/S1/tills', { tillId: 'T1' }, { token })).status).toBe(201);
    expect((await chain.get('/v1/stores', till)).status).toBe(200);
  });

  it('of two stores with the same name are two tills', async () => {
    const [one, two] = [await chain.newTill('T1', 'S1'), await chain.newTill('T1', 'S2')];
    expect(one).not.toBe(two);
    const { body } = await chain.get('/v1/stores', two);
    expect(body['items']).toMatchObject([{ storeId: 'S2' }]);
  });
});

it('knows the same tokens after a restart on the same log', async () => {
  const till = await chain.newTill();
  await chain.post('/v1/staff', kim);
  const staff = await chain.session('C1');
  chain = await chain.restart();
  for (const token of [till, staff]) expect((await chain.get('/v1/stores', token)).status).toBe(200);
});

it('keeps no token anywhere in the log or its stored answers', async () => {
  const token = await chain.newTill();
  const events = await chain.platform.store.readAll(logStart, 100);
  const answer = await chain.platform.store.findCommand('admin', chain.lastKey);
  expect(JSON.stringify([events, answer])).not.toContain(token.slice(-43));
});
