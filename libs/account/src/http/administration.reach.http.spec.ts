import { programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, pathsOf, problem, tokenFor } from '../testing/account-app';

const rules = programme({
  wallets: [
    wallet(),
    wallet({ code: 'dollars', scale: 2 }),
    wallet({ code: 'waiting', pending: { mode: 'onAction' }, expiry: { mode: 'after', period: 'P10D' } }),
  ],
  earningRules: [rule(), rule({ id: 'later', wallet: 'waiting' })],
  conversions: [{ id: 'swap', from: { wallet: 'points', units: 100 }, to: { wallet: 'dollars', units: 100 } }],
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const refusedWith = (status: number, code: string) => ({ status, body: { type: problem(code) } });

const adjust = (changes: object, options: object) =>
  chain.post('/v1/accounts/M1/adjustments', { wallet: 'points', points: 50, reason: 'goodwill', ...changes }, options);

describe('who reaches some stores only', () => {
  const careAgentOf = (...scope: readonly string[]) =>
    tokenFor({ credential: `care:${scope.join('+')}`, roles: ['careAgent'], scope, staffId: 'care' });
  const managerOf = (...scope: readonly string[]) =>
    tokenFor({ credential: `manager:${scope.join('+')}`, roles: ['storeManager'], scope, staffId: 'boss' });

  it('cares for the members of those, whether or not a store is named', async () => {
    expect((await adjust({}, { token: careAgentOf('S1') })).status).toBe(201);
    for (const body of [{}, { storeId: 'S2' }])
      expect(await adjust(body, { token: careAgentOf('S2') })).toMatchObject(refusedWith(403, 'out-of-scope'));
    expect(await adjust({ storeId: 'S2' }, { token: careAgentOf('S1') })).toMatchObject(
      refusedWith(403, 'out-of-scope'),
    );
    const cancel = { reason: 'lost' };
    expect(
      await chain.post('/v1/accounts/M1/vouchers/NONE/cancel', cancel, { token: careAgentOf('S2') }),
    ).toMatchObject(refusedWith(403, 'out-of-scope'));
  });

  it('turns and activates points of the members of those only, unless they serve in a store', async () => {
    await adjust({ points: 500 }, { token: by.headOffice });
    await chain.buy('1', 1_000);
    const convert = (token: string, body: object = {}) =>
      chain.post('/v1/accounts/M1/conversions', { conversionId: 'swap', times: 1, ...body }, { token });
    const activate = (token: string) => chain.post('/v1/accounts/M1/activations', { wallet: 'waiting' }, { token });
    for (const refused of [
      await convert(careAgentOf('S2')),
      await convert(careAgentOf('S2'), { storeId: 'S2' }),
      await activate(careAgentOf('S2')),
    ])
      expect(refused).toMatchObject(refusedWith(403, 'out-of-scope'));
    for (const token of [careAgentOf('S1'), managerOf('S2')]) {
      expect((await convert(token)).status).toBe(201);
      expect((await activate(token)).status).toBe(201);
    }
    const both = tokenFor({ credential: 'both', roles: ['careAgent', 'cashier'], scope: ['S2'], staffId: 'both' });
    expect((await convert(both)).status).toBe(201);
    expect(await adjust({}, { token: both })).toMatchObject(refusedWith(403, 'out-of-scope'));
  });

  it('serves members in the one store, or says in which of several', async () => {
    const activity = (changes: object = {}) => ({
      ...{ memberId: 'M1', type: 'newsletter', occurredAt: '2026-03-01T10:00:00+11:00' },
      ...changes,
    });
    expect((await chain.post('/v1/activities', activity(), { token: managerOf('S2') })).status).toBe(201);
    const unclear = await chain.post('/v1/activities', activity(), { token: managerOf('S1', 'S2') });
    expect([unclear.status, pathsOf(unclear)]).toEqual([400, ['storeId']]);
    const named = activity({ storeId: 'S2' });
    expect((await chain.post('/v1/activities', named, { token: managerOf('S1', 'S2') })).status).toBe(201);
    const hold = (token: string, body: object = {}) =>
      chain.post('/v1/accounts/M1/vouchers/NONE/hold', body, { token });
    expect(await hold(managerOf('S1', 'S2'))).toMatchObject({ status: 400 });
    expect(await hold(managerOf('S2'))).toMatchObject(refusedWith(404, 'voucher-not-found'));
    expect(await hold(managerOf('S2'), { storeId: 'S1' })).toMatchObject(refusedWith(403, 'out-of-scope'));
  });
});
