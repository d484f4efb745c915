import { AccountModule } from '../module';
import { AccountApp, by, ticket, tokenFor } from '../testing/account-app';
import { pay, redeemable, refusedWith } from '../testing/redemptions';

const OLD = { occurredAt: '2026-01-10T12:00:00+11:00', businessDate: '2026-01-10' };
const bothStores = tokenFor({ credential: 'staff:F1', roles: ['franchisee'], scope: ['S1', 'S2'], staffId: 'F1' });

let chain: AccountApp;
beforeEach(async () => {
  chain = await AccountApp.start(AccountModule, redeemable);
  const gift = { wallet: 'points', points: 1_000, reason: 'opening' };
  await chain.post('/v1/accounts/M1/adjustments', gift, { token: by.headOffice });
  await chain.post('/v1/redemptions', pay({ redemptionId: 'X1' }));
});
afterEach(() => chain.close());

const outOfScope = refusedWith(403, 'out-of-scope');
/** A ticket of store S2 that is paid in part with what is held in S1. */
const elsewhere = (changes: object = {}) => ticket({ storeId: 'S2', redemptionIds: ['X1'], ...changes });

describe('what is held in one store', () => {
  it('is spent by no ticket of a till that could not capture it', async () => {
    const token = by.tillOfS2;
    const before = await chain.events();
    expect(await chain.post('/v1/redemptions/X1/capture', {}, { token })).toMatchObject(outOfScope);
    for (const url of ['/v1/purchases', '/v1/quotes'])
      expect(await chain.post(url, elsewhere(), { token })).toMatchObject(outOfScope);
    expect(await chain.events()).toBe(before);
    expect(await chain.post('/v1/purchases', ticket({ redemptionIds: ['X1'] }))).toMatchObject({ status: 201 });
  });

  it.each([
    ['head office', by.headOffice],
    ['who works in both', bothStores],
  ])('is spent in another by %s', async (_, token) => {
    const quoted = await chain.post('/v1/quotes', elsewhere(), { token });
    expect(quoted.status).toBe(200);
    const { body, status } = await chain.post('/v1/purchases', elsewhere(), { token });
    expect([status, body['wallets']]).toEqual([201, quoted.body['wallets']]);
  });

  it('and spent there already, is the first result for whoever tells the ticket again', async () => {
    const { body } = await chain.post('/v1/purchases', elsewhere(), { token: bothStores });
    const again = await chain.post('/v1/purchases', elsewhere(), { token: by.tillOfS2 });
    expect(again).toEqual({ status: 200, body: { ...body, duplicate: true } });
    expect((await chain.post('/v1/quotes', elsewhere(), { token: by.tillOfS2 })).status).toBe(200);
  });

  it('is not spent by whoever books a ticket of another that was set aside', async () => {
    const { status, body } = await chain.post('/v1/purchases', elsewhere(OLD), { token: bothStores });
    expect(status).toBe(202);
    const url = `/v1/reviews/${String(body['reviewId'])}/accept`;
    expect(await chain.post(url, {}, { token: by.otherManager })).toMatchObject(outOfScope);
    expect(await chain.post(url, {}, { token: bothStores })).toMatchObject({ status: 200 });
  });
});
