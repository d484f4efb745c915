import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { tokenHash } from '#libs/platform/crypto/tokens';
import { logStart } from '#libs/platform/event-store/event-store';
import { createEdge } from '#libs/platform/http/edge';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { OrganisationModule } from '../module';

const ADMIN = 'admin-token-of-this-test';
const S1 = { storeId: 'S1', name: 'Collins Street', region: 'VIC', timeZone: 'Australia/Melbourne', currency: 'AUD' };

let app: NestFastifyApplication;
let platform: ReturnType<typeof memoryPlatform>;
let keys = 0;

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const call = async (
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
  token = ADMIN,
  key?: string,
): Promise<Answered> => {
  keys += 1;
  const reply = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': key ?? `k${keys}` },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: reply.statusCode, body: reply.json() };
};

beforeEach(async () => {
  platform = memoryPlatform();
  app = await createEdge({
    platform,
    contexts: [OrganisationModule.forRoot({ adminTokenHash: tokenHash(ADMIN) })],
  });
});
afterEach(() => app.close());

const newTill = async (tillId = 'T1', storeId = 'S1'): Promise<string> => {
  await call('POST', '/v1/stores', { ...S1, storeId });
  return String((await call('POST', `/v1/stores/${storeId}/tills`, { tillId })).body['token']);
};

const kim = { staffId: 'C1', name: 'Kim Ng', roles: ['cashier'], storeIds: ['S1'], password: 'correct horse' };
const session = async (staffId: string, password = 'correct horse'): Promise<string> =>
  String((await call('POST', '/v1/sessions', { staffId, password })).body['token']);
const code = ({ body }: Answered): string => String(body['type']).replace('urn:regulars:problem:', '');

describe('stores', () => {
  it('opens a store, and lists it at once', async () => {
    expect(await call('POST', '/v1/stores', S1)).toEqual({ status: 201, body: S1 });
    expect(await call('GET', '/v1/stores')).toEqual({ status: 200, body: { items: [S1], nextCursor: null } });
  });

  it('answers a repeated request with its first answer, another one under the key with 422', async () => {
    const first = await call('POST', '/v1/stores', S1, ADMIN, 'same');
    expect(await call('POST', '/v1/stores', S1, ADMIN, 'same')).toEqual(first);
    const other = await call('POST', '/v1/stores', { ...S1, name: 'Other' }, ADMIN, 'same');
    expect([other.status, code(other)]).toEqual([422, 'idempotency-mismatch']);
  });

  it('opened again, is the same store or refused', async () => {
    await call('POST', '/v1/stores', S1);
    expect(await call('POST', '/v1/stores', S1)).toEqual({ status: 200, body: S1 });
    const other = await call('POST', '/v1/stores', { ...S1, currency: 'NZD' });
    expect([other.status, code(other)]).toEqual([409, 'store-differs']);
  });

  it('evaluates a refused request anew', async () => {
    await call('POST', '/v1/stores/S1/tills', { tillId: 'T1' }, ADMIN, 'retry');
    await call('POST', '/v1/stores', S1);
    expect((await call('POST', '/v1/stores/S1/tills', { tillId: 'T1' }, ADMIN, 'retry')).status).toBe(201);
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
    const answer = await call('POST', '/v1/stores', { ...S1, [field]: value });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
    expect((await call('GET', '/v1/stores')).body['items']).toEqual([]);
  });

  it.each(['UTC', 'Asia/Shanghai', 'Europe/London'])('takes the zone %s', async (timeZone) =>
    expect((await call('POST', '/v1/stores', { ...S1, timeZone })).status).toBe(201),
  );

  it('lists by id, a page at a time, and only what the caller reaches', async () => {
    for (const storeId of ['S3', 'S1', 'S2']) await call('POST', '/v1/stores', { ...S1, storeId });
    const ids = ({ body }: Answered): string[] =>
      (body['items'] as { storeId: string }[]).map((store) => store.storeId);
    const first = await call('GET', '/v1/stores?limit=2');
    expect(ids(first)).toEqual(['S1', 'S2']);
    expect(ids(await call('GET', `/v1/stores?cursor=${String(first.body['nextCursor'])}`))).toEqual(['S3']);
    await call('POST', '/v1/staff', { ...kim, storeIds: ['S2'] });
    expect(ids(await call('GET', '/v1/stores', undefined, await session('C1')))).toEqual(['S2']);
    expect((await call('GET', '/v1/stores?cursor=%25')).status).toBe(400);
  });
});

describe('tills', () => {
  it('shows its token once, and lets the till in with it', async () => {
    await call('POST', '/v1/stores', S1);
    const first = await call('POST', '/v1/stores/S1/tills', { tillId: 'T1' }, ADMIN, 'till');
    expect(first).toMatchObject({ status: 201, body: { tillId: 'T1', token: expect.stringMatching(/^rgt_till\./) } });
    expect((await call('GET', '/v1/stores', undefined, String(first.body['token']))).status).toBe(200);
    expect(await call('POST', '/v1/stores/S1/tills', { tillId: 'T1' }, ADMIN, 'till')).toEqual({
      status: 201,
      body: { tillId: 'T1', token: null },
    });
    expect((await call('POST', '/v1/stores/S1/tills', { tillId: 'T1' })).body).toEqual({ tillId: 'T1', token: null });
  });

  it('ends the old token with the new one', async () => {
    const old = await newTill();
    const { status, body } = await call('POST', '/v1/stores/S1/tills/T1/token');
    expect(status).toBe(201);
    expect((await call('GET', '/v1/stores', undefined, old)).status).toBe(401);
    expect((await call('GET', '/v1/stores', undefined, String(body['token']))).status).toBe(200);
  });

  it.each([
    ['an unknown store', '/v1/stores/S9/tills', { tillId: 'T1' }, 'store-not-found'],
    ['a new token for an unknown till', '/v1/stores/S1/tills/T9/token', undefined, 'till-not-found'],
    ['a new token in an unknown store', '/v1/stores/S9/tills/T1/token', undefined, 'store-not-found'],
  ])('%s is 404', async (_, url, payload, expected) => {
    await newTill();
    const answer = await call('POST', url, payload);
    expect([answer.status, code(answer)]).toEqual([404, expected]);
  });

  it('may neither open stores nor register tills', async () => {
    const token = await newTill();
    expect((await call('POST', '/v1/stores', S1, token)).status).toBe(403);
    expect((await call('POST', '/v1/stores/S1/tills', { tillId: 'T2' }, token)).status).toBe(403);
  });

  it('of two stores with the same name are two tills', async () => {
    const [one, two] = [await newTill('T1', 'S1'), await newTill('T1', 'S2')];
    expect(one).not.toBe(two);
    const { body } = await call('GET', '/v1/stores', undefined, two);
    expect(body['items']).toMatchObject([{ storeId: 'S2' }]);
  });
});

describe('staff', () => {
  beforeEach(() => call('POST', '/v1/stores', S1));

  it('is engaged, without ever repeating the password', async () => {
    const { password, ...shown } = kim;
    expect(await call('POST', '/v1/staff', kim, ADMIN, 'staff')).toEqual({ status: 201, body: shown });
    expect(await call('POST', '/v1/staff', { ...kim, password: `${password}!` }, ADMIN, 'staff')).toEqual({
      status: 201,
      body: shown,
    });
    expect((await call('POST', '/v1/staff', kim)).status).toBe(200);
    const events = await platform.store.readStream('staff-C1', 0, 10);
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain(password);
  });

  it.each([
    ['roles', []],
    ['roles', ['till']],
    ['roles', ['member']],
    ['roles', ['cashier', 'cashier']],
    ['storeIds', []],
    ['storeIds', 'some'],
    ['storeIds', ['S1', 'S1']],
    ['password', 'short'],
    ['password', 'x'.repeat(257)],
  ])('refuses %s %j', async (field, value) =>
    expect(await call('POST', '/v1/staff', { ...kim, [field]: value })).toMatchObject({
      status: 400,
      body: { errors: [{ path: expect.stringMatching(`^${field}`) }] },
    }),
  );

  it.each([
    ['in an unknown store', { storeIds: ['S9'] }, 404, 'store-not-found'],
    ['with other particulars', { name: 'Lee' }, 409, 'staff-differs'],
    ['with another password', { password: 'another password' }, 409, 'staff-differs'],
  ])('%s is refused', async (_, other, status, expected) => {
    await call('POST', '/v1/staff', kim);
    const answer = await call('POST', '/v1/staff', { ...kim, ...other });
    expect([answer.status, code(answer)]).toEqual([status, expected]);
  });

  it('grants only what the grantor holds', async () => {
    await call('POST', '/v1/stores', { ...S1, storeId: 'S2' });
    await call('POST', '/v1/staff', { ...kim, staffId: 'B1', roles: ['storeManager'] });
    const manager = await session('B1');
    expect((await call('POST', '/v1/staff', kim, manager)).status).toBe(201);
    const office = await call('POST', '/v1/staff', { ...kim, staffId: 'X', roles: ['headOffice'] }, manager);
    expect([office.status, code(office)]).toEqual([403, 'role-not-held']);
    const elsewhere = await call('POST', '/v1/staff', { ...kim, staffId: 'X', storeIds: ['S2'] }, manager);
    expect([elsewhere.status, code(elsewhere)]).toEqual([403, 'store-not-held']);
    const cashier = await session('C1');
    expect((await call('POST', '/v1/staff', { ...kim, staffId: 'X' }, cashier)).status).toBe(403);
  });
});

describe('sessions', () => {
  beforeEach(async () => {
    await call('POST', '/v1/stores', S1);
    await call('POST', '/v1/staff', kim);
  });
  afterEach(() => jest.useRealTimers());

  it('begins with the password and ends by the machine’s clock', async () => {
    const { status, body } = await call('POST', '/v1/sessions', { staffId: 'C1', password: kim.password });
    expect(status).toBe(201);
    const expiresAt = Date.parse(String(body['expiresAt']));
    expect(expiresAt - Date.now()).toBeGreaterThan(11 * 3_600_000);
    const use = async (): Promise<number> => (await call('GET', '/v1/stores', undefined, String(body['token']))).status;
    expect(await use()).toBe(200);
    jest.useFakeTimers({ now: expiresAt - 1, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
    expect(await use()).toBe(200);
    jest.setSystemTime(expiresAt);
    expect(await use()).toBe(401);
  });

  it('needs neither token nor key', async () => {
    const reply = await app.inject({
      method: 'POST',
      url: '/v1/sessions',
      payload: { staffId: 'C1', password: kim.password },
    });
    expect(reply.statusCode).toBe(201);
  });

  it.each([
    ['a wrong password', { staffId: 'C1', password: 'wrong password' }],
    ['an unknown name', { staffId: 'C9', password: kim.password }],
  ])('%s is 401 and leaves no trace', async (_, payload) => {
    const before = await platform.store.head();
    const answer = await call('POST', '/v1/sessions', payload);
    expect([answer.status, code(answer)]).toEqual([401, 'invalid-credentials']);
    expect(await platform.store.head()).toEqual(before);
  });

  it('cannot be guessed at: too many tries under one name are 429', async () => {
    const tries = await Promise.all(
      Array.from({ length: 25 }, () => call('POST', '/v1/sessions', { staffId: 'C1', password: 'guess' })),
    );
    const statuses = tries.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });

  it('is no one else’s: a token altered in id or secret is not known', async () => {
    const token = await session('C1');
    const forged = [
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.replace('rgt_staff', 'rgt_till'),
      'rgt_staff.QzE.x',
      '',
    ];
    for (const each of forged) expect((await call('GET', '/v1/stores', undefined, each)).status).toBe(401);
  });

  it('of head office is the token of the settings', async () => {
    expect((await call('GET', '/v1/stores', undefined, `${ADMIN}x`)).status).toBe(401);
    expect((await call('GET', '/v1/stores', undefined, ADMIN)).status).toBe(200);
  });
});

it('knows the same tokens after a restart on the same log', async () => {
  const till = await newTill();
  await call('POST', '/v1/staff', kim);
  const staff = await session('C1');
  await app.close();
  const restarted = { ...platform, runner: new CachedCommandRunner(platform.store, platform.clock) };
  app = await createEdge({
    platform: restarted,
    contexts: [OrganisationModule.forRoot({ adminTokenHash: tokenHash(ADMIN) })],
  });
  for (const token of [till, staff]) expect((await call('GET', '/v1/stores', undefined, token)).status).toBe(200);
});

it('keeps no token anywhere in the log or its stored answers', async () => {
  const token = await newTill();
  const events = await platform.store.readAll(logStart, 100);
  const answer = await platform.store.findCommand('admin', `k${keys}`);
  expect(JSON.stringify([events, answer])).not.toContain(token.slice(-43));
});
