import { programme, rule, wallet } from '../domain/testing/scenario';
import { AccountModule } from '../module';
import { AccountApp, by, problem, ticket } from '../testing/account-app';

const rules = programme({
  wallets: [wallet()],
  earningRules: [
    rule(),
    rule({
      id: 'x3',
      phase: 'multiply',
      when: { lines: { categories: ['oil'] } },
      award: { kind: 'multiplier', num: 3, den: 1 },
    }),
  ],
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const uuid5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('too old', () => {
  const old = ticket({ occurredAt: '2026-01-10T12:00:00+11:00', businessDate: '2026-01-10' });

  it('is set aside for a person', async () => {
    const { status, body } = await chain.post('/v1/purchases', old);
    expect({ status, body }).toEqual({ status: 202, body: { reviewId: expect.stringMatching(uuid5) } });
    expect(await chain.available()).toBe(0);
    expect(await chain.post('/v1/purchases', old)).toEqual({ status: 202, body });
  });

  it('and accepted, is booked as of when it occurred', async () => {
    const { body } = await chain.post('/v1/purchases', old);
    const url = `/v1/reviews/${String(body['reviewId'])}/accept`;
    const accepted = await chain.post(url, {}, { token: by.storeManager });
    expect(accepted).toMatchObject({
      status: 200,
      body: { duplicate: false, earned: [{ points: 210, activeFrom: '2026-01-10T01:00:00.000Z' }] },
    });
    expect(await chain.post(url, {}, { token: by.storeManager })).toEqual({
      status: 200,
      body: { ...accepted.body, duplicate: true },
    });
    expect(await chain.post('/v1/purchases', old)).toEqual({
      status: 200,
      body: { ...accepted.body, duplicate: true },
    });
  });

  it('and rejected, stays out', async () => {
    const { body } = await chain.post('/v1/purchases', old);
    const reviewId = String(body['reviewId']);
    const rejected = await chain.post(`/v1/reviews/${reviewId}/reject`, {}, { token: by.storeManager });
    expect(rejected).toEqual({ status: 200, body: { reviewId, status: 'rejected' } });
    expect(await chain.available()).toBe(0);
  });

  it('of somebody erased since, can be rejected, but booked no more', async () => {
    const { body } = await chain.post('/v1/purchases', old);
    const reviewId = String(body['reviewId']);
    chain.members.set('M1', 'erased');
    const said = (verdict: string) => chain.post(`/v1/reviews/${reviewId}/${verdict}`, {}, { token: by.storeManager });
    expect(await said('accept')).toMatchObject({ status: 404, body: { type: problem('member-not-found') } });
    for (let time = 0; time < 2; time += 1)
      expect(await said('reject')).toEqual({ status: 200, body: { reviewId, status: 'rejected' } });
    const events = await chain.platform.store.readStream('account-M1', 0, 10);
    expect(events.map(({ type }) => type)).toEqual(['TicketSetAside', 'TicketReviewed']);
  });

  it('is reviewed by those who run the store', async () => {
    const { body } = await chain.post('/v1/purchases', old);
    const url = `/v1/reviews/${String(body['reviewId'])}/accept`;
    expect((await chain.post(url, {}, { token: by.otherManager })).status).toBe(403);
    expect((await chain.post(url, {}, { token: by.till })).status).toBe(403);
    expect(await chain.post('/v1/reviews/none/accept', {}, { token: by.headOffice })).toMatchObject({
      status: 404,
      body: { type: problem('review-not-found') },
    });
  });
});

describe('a quote', () => {
  it('tells what the purchase will, and keeps nothing', async () => {
    const quoted = await chain.call('POST', '/v1/quotes', ticket(), { key: '' });
    expect(await chain.events()).toBe(0);
    const { body } = await chain.post('/v1/purchases', ticket());
    const { purchaseId: _id, duplicate: _duplicate, ...result } = body;
    expect(quoted).toEqual({ status: 200, body: result });
  });

  it('of a ticket that is booked tells its first result', async () => {
    const { body } = await chain.post('/v1/purchases', ticket());
    await chain.buy('2', 1_000);
    const { purchaseId: _id, duplicate: _duplicate, ...result } = body;
    expect((await chain.post('/v1/quotes', ticket())).body).toEqual(result);
  });

  it('is refused as the purchase would be', async () => {
    const unknown = await chain.post('/v1/quotes', ticket({ redemptionIds: ['none'] }));
    expect(unknown).toMatchObject({ status: 404, body: { type: problem('redemption-not-found') } });
  });

  it('of an old ticket says that a person will have to look at it', async () => {
    const old = ticket({ occurredAt: '2026-01-10T12:00:00+11:00' });
    expect(await chain.post('/v1/quotes', old)).toMatchObject({
      status: 200,
      body: { earned: [], notEarned: [{ because: 'needs-review' }] },
    });
  });
});
