import { programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, pathsOf, problem, type Answered } from '../testing/account-app';
import { CARE_AGENT_LIMIT } from './accounts.controller';

const rules = programme({
  wallets: [
    wallet(),
    wallet({ code: 'dollars', scale: 2 }),
    wallet({ code: 'waiting', pending: { mode: 'onAction' }, expiry: { mode: 'after', period: 'P10D' } }),
  ],
  earningRules: [rule(), rule({ id: 'later', wallet: 'waiting' })],
  conversions: [{ id: 'swap', from: { wallet: 'points', units: 100 }, to: { wallet: 'dollars', units: 100 } }],
  tiers: {
    levels: [
      { code: 'member', min: 0 },
      { code: 'gold', min: 50_000 },
    ],
  },
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const refusedWith = (status: number, code: string) =>
  ({ status, body: { type: problem(code) } }) as unknown as Answered;

const adjust = (changes: object = {}, options: object = { token: by.headOffice }) =>
  chain.post(
    '/v1/accounts/M1/adjustments',
    { wallet: 'points', points: 50, reason: 'Goodwill: goods came late, see #17', ...changes },
    options,
  );

describe('points by hand', () => {
  it('are given', async () => {
    const { status, body } = await adjust();
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        adjustmentId: expect.any(String) as string,
        wallet: 'points',
        points: 50,
        lotId: body['adjustmentId'],
        wallets: expect.arrayContaining([{ code: 'points', available: 50, pending: 0, held: 0, debt: 0 }]) as object,
      },
    });
  });

  it('and taken, never below nothing', async () => {
    await adjust();
    expect(await adjust({ points: -20 })).toMatchObject({
      status: 201,
      body: { points: -20, slices: [{ points: 20 }] },
    });
    expect(await adjust({ points: -31 })).toMatchObject(refusedWith(409, 'insufficient-points'));
    expect(await chain.available()).toBe(30);
  });

  it('once for one key', async () => {
    const first = await adjust({}, { token: by.headOffice, key: 'k1' });
    expect(await adjust({}, { token: by.headOffice, key: 'k1' })).toEqual(first);
    expect(await chain.available()).toBe(50);
  });

  it('with a note that only the member’s key opens', async () => {
    await adjust({ note: 'Ada rang, the till was down' });
    await adjust({ points: -5, note: 'Ada rang again' });
    const events = JSON.stringify(await chain.platform.store.readStream('account-M1', 0, 10));
    expect(events).not.toContain('Ada');
    expect(events.match(/sealed for M1/g)).toHaveLength(2);
  });

  it(`up to ${CARE_AGENT_LIMIT} by a care agent, any number by head office, by nobody else`, async () => {
    const agent = { token: by.careAgent };
    expect((await adjust({ points: CARE_AGENT_LIMIT }, agent)).status).toBe(201);
    expect(await adjust({ points: CARE_AGENT_LIMIT + 1 }, agent)).toMatchObject(refusedWith(403, 'adjustment-limit'));
    expect(await adjust({ points: -CARE_AGENT_LIMIT - 1 }, agent)).toMatchObject(refusedWith(403, 'adjustment-limit'));
    expect((await adjust({ points: CARE_AGENT_LIMIT + 1 })).status).toBe(201);
    for (const token of [by.till, by.cashier, by.storeManager, by.auditor, by.marketer, by.member('M1')])
      expect((await adjust({}, { token })).status).toBe(403);
  });

  it.each<[string, object, string]>([
    ['nothing', { points: 0 }, 'points'],
    ['half a point', { points: 0.5 }, 'points'],
    ['no reason', { reason: '' }, 'reason'],
    ['for a reason by which the member is found', { reason: 'rang from +61 400 000 001' }, 'reason'],
    ['an unknown field', { why: 'x' }, 'why'],
  ])('not %s', async (_, changes, path) => {
    const refused = await adjust(changes);
    expect(refused.status).toBe(400);
    expect(pathsOf(refused)).toContain(path);
  });

  it('not in a wallet that is none, not for someone who is no member, not in a store that is none', async () => {
    expect(await adjust({ wallet: 'none' })).toMatchObject(refusedWith(404, 'unknown-wallet'));
    const nobody = { wallet: 'points', points: 1, reason: 'x' };
    expect(await chain.post('/v1/accounts/nobody/adjustments', nobody, { token: by.headOffice })).toMatchObject(
      refusedWith(404, 'member-not-found'),
    );
    expect(await adjust({ storeId: 'S9' })).toMatchObject(refusedWith(404, 'store-not-found'));
  });
});

describe('conversions', () => {
  const convert = (body: object, options: object = {}) => chain.post('/v1/accounts/M1/conversions', body, options);

  it('turn points into another wallet’s', async () => {
    await adjust({ points: 350 });
    expect(await convert({ conversionId: 'swap', times: 3 })).toMatchObject({
      status: 201,
      body: {
        conversionId: 'swap',
        times: 3,
        from: { wallet: 'points', points: 300 },
        to: { wallet: 'dollars', points: 300, lotId: expect.stringMatching(/^conversion\./) as string },
      },
    });
    expect(await chain.available('dollars')).toBe(300);
    const [, lot] = (await chain.get('/v1/accounts/M1/lots')).body['items'] as { issuingStore: string }[];
    expect(lot?.issuingStore).toBe('S1');
  });

  it('need the points, and a conversion that is offered', async () => {
    expect(await convert({ conversionId: 'swap', times: 1 })).toMatchObject(refusedWith(409, 'insufficient-points'));
    expect(await convert({ conversionId: 'none', times: 1 })).toMatchObject(refusedWith(404, 'unknown-conversion'));
    expect((await convert({ conversionId: 'swap', times: 0 })).status).toBe(400);
    expect((await convert({ conversionId: 'swap', times: 1.5 })).status).toBe(400);
  });

  it('are for tills, care and the member', async () => {
    await adjust({ points: 500 });
    for (const token of [by.till, by.careAgent, by.member('M1')])
      expect((await convert({ conversionId: 'swap', times: 1 }, { token })).status).toBe(201);
    for (const token of [by.auditor, by.marketer, by.member('M2')])
      expect((await convert({ conversionId: 'swap', times: 1 }, { token })).status).toBe(403);
  });
});

describe('activations', () => {
  it('start what waits', async () => {
    const { body } = await chain.buy('1', 1_000);
    expect(body['wallets']).toContainEqual({ code: 'waiting', available: 0, pending: 10, held: 0, debt: 0 });
    expect(await chain.post('/v1/accounts/M1/activations', { wallet: 'waiting' })).toMatchObject({
      status: 201,
      body: { wallet: 'waiting', activated: [{ expiresAt: '2026-03-11T01:00:00.000Z' }] },
    });
    expect(await chain.available('waiting')).toBe(10);
    expect(await chain.post('/v1/accounts/M1/activations', { wallet: 'none' })).toMatchObject(
      refusedWith(404, 'unknown-wallet'),
    );
  });
});

describe('a tier by hand', () => {
  const grant = (changes: object = {}, token = by.headOffice) =>
    chain.post(
      '/v1/accounts/M1/tier',
      { code: 'gold', until: '2026-12-31T13:00:00Z', reason: 'partner', ...changes },
      { token },
    );

  it('is a floor until its date', async () => {
    expect(await grant()).toMatchObject({ status: 201, body: { granted: 'gold', tier: { code: 'gold' } } });
    const tier = async () => ((await chain.get('/v1/accounts/M1')).body['tier'] as { code: string }).code;
    expect(await tier()).toBe('gold');
    chain.moveTo('2026-12-31T13:00:00Z');
    expect(await tier()).toBe('member');
  });

  it('is answered the same again, even after its date', async () => {
    const once = () =>
      chain.post(
        '/v1/accounts/M1/tier',
        { code: 'gold', until: '2026-03-02T00:00:00Z', reason: 'partner' },
        { token: by.headOffice, key: 'g1' },
      );
    const first = await once();
    expect(first.status).toBe(201);
    chain.moveTo('2026-03-03T00:00:00Z');
    expect(await once()).toEqual(first);
  });

  it('must be one, must last, and is for head office to give', async () => {
    expect(await grant({ code: 'none' })).toMatchObject(refusedWith(404, 'unknown-tier'));
    const past = await grant({ until: '2026-03-01T01:00:00Z' });
    expect(past.status).toBe(400);
    expect(pathsOf(past)).toEqual(['until']);
    expect((await grant({}, by.careAgent)).status).toBe(403);
    expect(pathsOf(await grant({ reason: 'for ada@example.com' }))).toEqual(['reason']);
  });
});

describe('vouchers', () => {
  it('that are none are not found', async () => {
    expect(await chain.post('/v1/accounts/M1/vouchers/NONE/hold')).toMatchObject(refusedWith(404, 'voucher-not-found'));
    const cancel = await chain.post(
      '/v1/accounts/M1/vouchers/NONE/cancel',
      { reason: 'lost' },
      { token: by.headOffice },
    );
    expect(cancel).toMatchObject(refusedWith(404, 'voucher-not-found'));
  });
});
