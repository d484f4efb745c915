import { randomUUID } from 'node:crypto';
import { hashPassword } from '#libs/platform/crypto/passwords';
import { emptyStream } from '#libs/platform/event-store/event-store';
import { ADMIN, Chain, codeOf, kim, S1 } from '../testing/chain';

let chain: Chain;
beforeEach(async () => void (chain = await Chain.open()));
afterEach(() => chain.app.close());

describe('staff', () => {
  beforeEach(() => chain.post('/v1/stores', S1));

  it('is engaged, without ever repeating the password', async () => {
    const { password, ...shown } = kim;
    expect(await chain.post('/v1/staff', kim, { key: 'staff' })).toEqual({ status: 201, body: shown });
    expect(await chain.post('/v1/staff', kim, { key: 'staff' })).toEqual({ status: 201, body: shown });
    expect((await chain.post('/v1/staff', kim)).status).toBe(200);
    const events = await chain.platform.store.readStream('staff-C1', 0, 10);
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).not.toContain(password);
  });

  it('is named in no fact and no answer on record, only to who names them', async () => {
    await chain.post('/v1/staff', kim, { key: 'staff' });
    const events = await chain.platform.store.readStream('staff-C1', 0, 10);
    const answer = await chain.platform.store.findCommand('admin', 'staff');
    expect(answer?.status).toBe(201);
    expect(JSON.stringify([events, answer])).not.toContain('Kim');
    expect((await chain.post('/v1/staff', kim, { key: 'staff' })).body).toMatchObject({ name: kim.name });
  });

  it('leaves no key behind for a name that was not taken down', async () => {
    await chain.post('/v1/staff', kim, { key: 'staff' });
    await chain.post('/v1/staff', kim, { key: 'staff' });
    for (const other of [{}, { name: 'Lee' }, { storeIds: ['S9'] }])
      await chain.post('/v1/staff', { ...kim, ...other });
    expect(chain.vault.size).toBe(1);
  });

  it('who was engaged before names were sealed is known by theirs', async () => {
    const { password, ...known } = { ...kim, staffId: 'C7' };
    const data = JSON.stringify({ ...known, passwordHash: await hashPassword(password) });
    const event = { eventId: randomUUID(), type: 'StaffEngaged', schemaVersion: 1, data, meta: '{}', occurredAt: 0 };
    await chain.platform.store.append({ streamId: 'staff-C7', expected: emptyStream, events: [event], recordedAt: 0 });
    expect((await chain.post('/v1/staff', { ...known, password })).status).toBe(200);
    expect((await chain.post('/v1/staff', { ...known, password, name: 'Lee' })).status).toBe(409);
    expect((await chain.post('/v1/staff/C7/dismiss', {})).status).toBe(200);
  });

  it('is another request under the same key with another password, though no password is kept', async () => {
    await chain.post('/v1/staff', kim, { key: 'staff' });
    expect(await chain.post('/v1/staff', { ...kim, password: `${kim.password}!` }, { key: 'staff' })).toMatchObject({
      status: 422,
      body: { type: 'urn:regulars:problem:idempotency-mismatch' },
    });
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
    expect(await chain.post('/v1/staff', { ...kim, [field]: value })).toMatchObject({
      status: 400,
      body: { errors: [{ path: expect.stringMatching(`^${field}`) }] },
    }),
  );

  it.each([
    ['in an unknown store', { storeIds: ['S9'] }, 404, 'store-not-found'],
    ['with other particulars', { name: 'Lee' }, 409, 'staff-differs'],
    ['with another password', { password: 'another password' }, 409, 'staff-differs'],
  ])('%s is refused', async (_, other, status, expected) => {
    await chain.post('/v1/staff', kim);
    const answer = await chain.post('/v1/staff', { ...kim, ...other });
    expect([answer.status, codeOf(answer)]).toEqual([status, expected]);
  });

  it('of head office works in every store: fewer are named as what is wrong', async () => {
    const office = { ...kim, staffId: 'H1', roles: ['headOffice'] };
    expect(await chain.post('/v1/staff', office)).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'storeIds' }] },
    });
    expect((await chain.post('/v1/staff', { ...office, storeIds: 'all' })).status).toBe(201);
  });

  it('grants only what the grantor holds', async () => {
    await chain.post('/v1/stores', { ...S1, storeId: 'S2' });
    await chain.post('/v1/staff', { ...kim, staffId: 'B1', roles: ['storeManager'] });
    const manager = await chain.session('B1');
    expect((await chain.post('/v1/staff', kim, { token: manager })).status).toBe(201);
    const office = await chain.post('/v1/staff', { ...kim, staffId: 'X', roles: ['headOffice'] }, { token: manager });
    expect([office.status, codeOf(office)]).toEqual([403, 'role-not-held']);
    const elsewhere = await chain.post('/v1/staff', { ...kim, staffId: 'X', storeIds: ['S2'] }, { token: manager });
    expect([elsewhere.status, codeOf(elsewhere)]).toEqual([403, 'store-not-held']);
    const cashier = await chain.session('C1');
    expect((await chain.post('/v1/staff', { ...kim, staffId: 'X' }, { token: cashier })).status).toBe(403);
  });
});

describe('sessions', () => {
  beforeEach(async () => {
    await chain.post('/v1/stores', S1);
    await chain.post('/v1/staff', kim);
  });
  afterEach(() => jest.useRealTimers());

  it('begins with the password and ends by the machine’s clock', async () => {
    const { status, body } = await chain.post('/v1/sessions', { staffId: 'C1', password: kim.password });
    expect(status).toBe(201);
    const expiresAt = Date.parse(String(body['expiresAt']));
    expect(expiresAt - Date.now()).toBeGreaterThan(11 * 3_600_000);
    const use = async (): Promise<number> => (await chain.get('/v1/stores', String(body['token']))).status;
    expect(await use()).toBe(200);
    jest.useFakeTimers({ now: expiresAt - 1, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
    expect(await use()).toBe(200);
    jest.setSystemTime(expiresAt);
    expect(await use()).toBe(401);
  });

  it('needs neither token nor key', async () => {
    const reply = await chain.app.inject({
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
    const before = await chain.platform.store.head();
    const answer = await chain.post('/v1/sessions', payload);
    expect([answer.status, codeOf(answer)]).toEqual([401, 'invalid-credentials']);
    expect(await chain.platform.store.head()).toEqual(before);
  });

  it('cannot be guessed at: too many tries under one name are 429', async () => {
    const tries = await Promise.all(
      Array.from({ length: 25 }, () => chain.post('/v1/sessions', { staffId: 'C1', password: 'guess' })),
    );
    const statuses = tries.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(20);
    expect(statuses.filter((status) => status === 429)).toHaveLength(5);
  });

  it('keeps nobody waiting who gives the right password, however many sign in from one address', async () => {
    for (let n = 0; n < 13; n += 1) {
      const tokens = await Promise.all(Array.from({ length: 10 }, () => chain.session('C1')));
      expect(tokens).not.toContain('undefined');
    }
  });

  it('is held off by strangers at no other address', async () => {
    const signIn = async (remoteAddress: string, password: string): Promise<number> => {
      const payload = { staffId: 'C1', password };
      return (await chain.app.inject({ method: 'POST', url: '/v1/sessions', remoteAddress, payload })).statusCode;
    };
    await Promise.all(Array.from({ length: 25 }, () => signIn('198.51.100.1', 'guess')));
    expect([await signIn('198.51.100.1', kim.password), await signIn('203.0.113.9', kim.password)]).toEqual([429, 201]);
  });

  it('is no one else’s: a token altered in id or secret is not known', async () => {
    const token = await chain.session('C1');
    const forged = [
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
      token.replace('rgt_staff', 'rgt_till'),
      'rgt_staff.QzE.x',
      '',
    ];
    for (const each of forged) expect((await chain.get('/v1/stores', each)).status).toBe(401);
  });

  it('of head office is the token of the settings', async () => {
    expect((await chain.get('/v1/stores', `${ADMIN}x`)).status).toBe(401);
    expect((await chain.get('/v1/stores', ADMIN)).status).toBe(200);
  });
});
