import { Chain, codeOf, kim, S1, type Answered } from '../testing/chain';

let chain: Chain;
beforeEach(async () => {
  chain = await Chain.open();
  await chain.post('/v1/stores', S1);
  await chain.post('/v1/staff', kim, { key: 'engaged' });
});
afterEach(() => chain.app.close());

const fresh = 'battery staple';
const path = '/v1/staff/C1/password';
const change = { password: fresh, currentPassword: kim.password };
const told = (answer: Answered): readonly unknown[] =>
  answer.status < 300 ? [answer.status, answer.body] : [answer.status, codeOf(answer)];
const use = async (token: string): Promise<number> => (await chain.get('/v1/stores', token)).status;
const signIn = async (password: string): Promise<number> =>
  (await chain.post('/v1/sessions', { staffId: 'C1', password })).status;
/** Somebody in store S1, signed in. */
const somebody = async (staffId: string, role: string): Promise<string> => {
  await chain.post('/v1/staff', { ...kim, staffId, roles: [role] });
  return chain.session(staffId);
};

describe('a password', () => {
  it('is changed with the current one; sessions and the old one end at once, and after a restart', async () => {
    const sessions = [await chain.session('C1'), await chain.session('C1')];
    const [token = ''] = sessions;
    expect(told(await chain.post(path, change, { token }))).toEqual([200, { staffId: 'C1' }]);
    for (const each of sessions) expect(await use(each)).toBe(401);
    expect([await signIn(kim.password), await signIn(fresh)]).toEqual([401, 201]);
    chain = await chain.restart();
    for (const each of sessions) expect(await use(each)).toBe(401);
    expect([await signIn(kim.password), await signIn(fresh)]).toEqual([401, 201]);
    const facts = JSON.stringify(await chain.platform.store.readStream('staff-C1', 0, 20));
    expect([kim.password, fresh].filter((each) => facts.includes(each))).toEqual([]);
  });

  it('is set by whoever may engage its owner, who need not know the old one', async () => {
    const manager = await somebody('B1', 'storeManager');
    const session = await chain.session('C1');
    expect(told(await chain.post(path, { password: fresh }, { token: manager }))).toEqual([200, { staffId: 'C1' }]);
    expect([await use(session), await use(manager), await signIn(fresh)]).toEqual([401, 200, 201]);
  });

  it.each<[string, string, object, number, string]>([
    ['a colleague', 'cashier', { password: fresh }, 403, 'role-not-held'],
    ['an auditor', 'auditor', { password: fresh }, 403, 'role-not-held'],
    ['a manager who guesses at the old one', 'storeManager', change, 400, 'validation'],
    ['a manager, too short', 'storeManager', { password: 'short' }, 400, 'validation'],
  ])('is not changed by %s', async (_, role, body, ...refused) => {
    const token = await somebody('X1', role);
    expect(told(await chain.post(path, body, { token }))).toEqual(refused);
    expect(await signIn(kim.password)).toBe(201);
  });

  it('of somebody else is not a till’s to change, nor that of nobody anyone’s', async () => {
    const till = await chain.newTill();
    expect(told(await chain.post(path, { password: fresh }, { token: till }))).toEqual([403, 'forbidden']);
    expect(told(await chain.post('/v1/staff/C9/password', { password: fresh }))).toEqual([404, 'staff-not-found']);
  });

  it('wants the current one from its owner, at which a found session cannot guess for long', async () => {
    const token = await chain.session('C1');
    expect(told(await chain.post(path, { password: fresh }, { token }))).toEqual([400, 'validation']);
    const guesses = [];
    for (let n = 0; n < 22; n += 1)
      guesses.push(told(await chain.post(path, { ...change, currentPassword: `guess ${n}` }, { token }))[1]);
    expect(guesses.filter((code) => code === 'wrong-password')).toHaveLength(20);
    expect(guesses.at(-1)).toBe('too-many-requests');
    expect(await use(token)).toBe(200);
  });

  it('is another request under the same key; the same one is answered as the first time, for ever', async () => {
    const once = (password: string) => chain.post(path, { password }, { key: 'change' });
    const first = told(await once(fresh));
    await chain.post(path, { password: 'a third password' });
    await chain.post('/v1/staff/C1/dismiss', {});
    expect(told(await once(fresh))).toEqual(first);
    expect(told(await once('a third password'))).toEqual([422, 'idempotency-mismatch']);
    expect(await signIn(fresh)).toBe(401);
  });

  it('changed since does not make another request of the engagement', async () => {
    await chain.post('/v1/staff', kim, { key: 'already so' });
    await chain.post(path, { password: fresh });
    const { password: _, ...shown } = kim;
    expect(told(await chain.post('/v1/staff', kim, { key: 'engaged' }))).toEqual([201, shown]);
    expect(told(await chain.post('/v1/staff', kim, { key: 'already so' }))).toEqual([200, shown]);
    for (const key of ['engaged', 'already so']) {
      const other = { ...kim, password: 'never theirs' };
      expect(told(await chain.post('/v1/staff', other, { key }))).toEqual([422, 'idempotency-mismatch']);
    }
  });
});

describe('who is dismissed', () => {
  const dismiss = (token?: string) =>
    chain.post('/v1/staff/C1/dismiss', { reason: 'left the company' }, token === undefined ? {} : { token });

  it('is out at once, and after a restart', async () => {
    const session = await chain.session('C1');
    expect(told(await dismiss())).toEqual([200, { staffId: 'C1', state: 'dismissed' }]);
    expect([await use(session), await signIn(kim.password)]).toEqual([401, 401]);
    expect(told(await dismiss())).toEqual([200, { staffId: 'C1', state: 'dismissed' }]);
    chain = await chain.restart();
    expect([await use(session), await signIn(kim.password)]).toEqual([401, 401]);
    expect((await chain.platform.store.readStream('staff-C1', 0, 20)).at(-1)).toMatchObject({ type: 'StaffDismissed' });
  });

  it('can be engaged again, with another password and other roles; old sessions stay dead', async () => {
    const session = await chain.session('C1');
    await dismiss();
    const again = { ...kim, roles: ['auditor'], password: fresh };
    expect((await chain.post('/v1/staff', again)).status).toBe(201);
    expect([await use(session), await signIn(kim.password), await signIn(fresh)]).toEqual([401, 401, 201]);
    expect(told(await chain.post('/v1/staff', kim, { key: 'engaged' }))[0]).toBe(201);
    expect(await signIn(kim.password)).toBe(401);
  });

  it.each([
    ['storeManager', 200],
    ['franchisee', 200],
    ['cashier', 403],
    ['careAgent', 403],
    ['auditor', 403],
  ])('is dismissed by a %s: %i', async (role, status) => {
    expect((await dismiss(await somebody('X1', role))).status).toBe(status);
    expect(await signIn(kim.password)).toBe(status === 200 ? 401 : 201);
  });

  it('is nobody who may do more than the one who asks, nobody elsewhere, and somebody', async () => {
    await chain.post('/v1/stores', { ...S1, storeId: 'S2' });
    const manager = await somebody('B1', 'storeManager');
    await somebody('F1', 'franchisee');
    await chain.post('/v1/staff', { ...kim, staffId: 'C2', storeIds: ['S2'] });
    const by = async (staffId: string) =>
      told(await chain.post(`/v1/staff/${staffId}/dismiss`, {}, { token: manager }));
    expect(await by('F1')).toEqual([403, 'role-not-held']);
    expect(await by('C2')).toEqual([403, 'store-not-held']);
    expect(await by('C9')).toEqual([404, 'staff-not-found']);
  });
});

describe('who signs out', () => {
  const close = (token?: string) => chain.post('/v1/sessions/close', {}, token === undefined ? {} : { token });

  it('ends this session at once, after a restart too, and no other', async () => {
    const [one, two] = [await chain.session('C1'), await chain.session('C1')];
    expect(told(await close(one))).toEqual([200, { staffId: 'C1', state: 'closed' }]);
    expect([await use(one), await use(two)]).toEqual([401, 200]);
    chain = await chain.restart();
    expect([await use(one), await use(two), (await close(one)).status]).toEqual([401, 200, 401]);
  });

  it('needs no key and no body', async () => {
    const headers = { authorization: `Bearer ${await chain.session('C1')}` };
    expect((await chain.app.inject({ method: 'POST', url: '/v1/sessions/close', headers })).statusCode).toBe(200);
  });

  it('must have a session: neither head office’s own token nor a till’s is one', async () => {
    expect(told(await close())).toEqual([409, 'no-session']);
    expect(told(await close(await chain.newTill()))).toEqual([403, 'forbidden']);
  });
});
