import { AccountModule } from '../module';
import { AccountApp, by, sale } from '../testing/account-app';
import { pay, redeemable, refusedWith, reward } from '../testing/redemptions';

let chain: AccountApp;
beforeEach(async () => {
  chain = await AccountApp.start(AccountModule, redeemable);
  const gift = { wallet: 'points', points: 1_000, reason: 'opening' };
  await chain.post('/v1/accounts/M1/adjustments', gift, { token: by.headOffice, key: 'gift' });
});
afterEach(() => chain.close());

const held = async (body = pay({ redemptionId: 'X1' })): Promise<string> =>
  String((await chain.post('/v1/redemptions', body)).body['redemptionId']);

describe('capturing', () => {
  const capture = (id: string, body: object = {}, token?: string) =>
    chain.post(`/v1/redemptions/${id}/capture`, body, token === undefined ? {} : { token });

  it('spends what is held', async () => {
    await held();
    expect(await capture('X1')).toMatchObject({
      status: 200,
      body: { redemptionId: 'X1', status: 'captured', points: 300, valueMinor: 300, wallets: [{ available: 700 }, {}] },
    });
    expect(await capture('X1')).toMatchObject(refusedWith(409, 'already-captured'));
  });

  it('or less: the rest is free again', async () => {
    await held();
    expect(await capture('X1', { points: 200 })).toMatchObject({
      body: { points: 200, valueMinor: 200, wallets: [{ available: 800, held: 0 }, {}] },
    });
  });

  it('not more', async () => {
    await held();
    expect(await capture('X1', { points: 301 })).toMatchObject(refusedWith(409, 'too-many-points'));
    expect(await capture('X1', { points: 0 })).toMatchObject(refusedWith(400, 'validation'));
    expect(await capture('X1', { all: true })).toMatchObject(refusedWith(400, 'validation'));
  });

  it('after its end only while the points are there', async () => {
    await held();
    chain.moveTo('2026-03-01T01:15:00Z');
    expect(await chain.available()).toBe(1_000);
    await chain.post('/v1/redemptions', reward());
    await chain.post('/v1/redemptions', reward());
    expect(await capture('X1')).toMatchObject(refusedWith(409, 'hold-expired'));
  });

  it('makes the voucher that the reward is', async () => {
    const id = await held(reward({ rewardId: 'five' }));
    const { body } = await capture(id);
    const code = (body['voucher'] as { code: string }).code;
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
    const vouchers = await chain.get('/v1/accounts/M1/vouchers');
    expect(vouchers.body).toEqual({
      items: [
        {
          code,
          benefit: { kind: 'voucher', amountMinor: 500 },
          status: 'issued',
          issuedAt: '2026-03-01T01:00:00.000Z',
          expiresAt: null,
          origin: { kind: 'reward', reference: id },
        },
      ],
      nextCursor: null,
    });
    const set = (token: string) => chain.post(`/v1/accounts/M1/vouchers/${code}/hold`, {}, { token });
    expect(await set(by.till)).toMatchObject({ status: 200, body: { status: 'held' } });
    for (const elsewhere of [by.otherTill, by.tillOfS2])
      expect(await set(elsewhere)).toMatchObject(refusedWith(409, 'voucher-held'));
    expect(await set(by.till)).toMatchObject({ status: 200 });
    const used = await chain.post('/v1/purchases', sale('5', 900, { voucherCodes: [code] }));
    expect(used.status).toBe(201);
    expect((await chain.get('/v1/accounts/M1/vouchers')).body['items']).toMatchObject([
      { status: 'used', purchaseId: used.body['purchaseId'] },
    ]);
    const again = await chain.post('/v1/purchases', sale('6', 900, { voucherCodes: [code] }));
    expect(again).toMatchObject(refusedWith(409, 'voucher-used'));
  });

  it('of what nobody holds is not found', async () => {
    for (const what of ['capture', 'void', 'undo'])
      expect(await chain.post(`/v1/redemptions/none/${what}`)).toMatchObject(refusedWith(404, 'redemption-not-found'));
  });

  it('is for those who reach the store', async () => {
    await held();
    expect(await capture('X1', {}, by.tillOfS2)).toMatchObject(refusedWith(403, 'out-of-scope'));
    expect(await capture('X1', {}, by.auditor)).toMatchObject(refusedWith(403, 'forbidden'));
    expect((await capture('X1', {}, by.otherTill)).status).toBe(200);
  });
});

describe('a ticket with redemptions', () => {
  it('captures them in its own append', async () => {
    await held();
    const booked = await chain.buy('77', 1_000, { redemptionIds: ['X1'] });
    expect(booked.body['wallets']).toMatchObject([{ available: 710, held: 0 }, {}]);
    const capture = await chain.post('/v1/redemptions/X1/capture');
    expect(capture).toMatchObject(refusedWith(409, 'already-captured'));
  });

  it('that comes in late stands on its own day, and what it spends on the day it is recorded', async () => {
    chain.moveTo('2026-03-10T12:00:00+11:00');
    await held();
    const late = { businessDate: '2026-03-05', occurredAt: '2026-03-05T12:00:00+11:00', redemptionIds: ['X1'] };
    await chain.buy('77', 1_000, late);
    const stored = await chain.platform.store.readStream('account-M1', 0, 100);
    const dayOf = (wanted: string): string | undefined => {
      const { meta } = stored.findLast(({ type }) => type === wanted) ?? { meta: '{}' };
      return (JSON.parse(meta) as { businessDate?: string }).businessDate;
    };
    expect(['PurchaseRecorded', 'HoldCaptured', 'PointsEarned'].map(dayOf)).toEqual([
      '2026-03-05',
      '2026-03-10',
      '2026-03-05',
    ]);
  });

  it('is not booked at all when one of them does not hold', async () => {
    await held();
    const before = await chain.events();
    const refused = await chain.post('/v1/purchases', sale('77', 1_000, { redemptionIds: ['X1', 'X2'] }));
    expect(refused).toMatchObject(refusedWith(404, 'redemption-not-found'));
    expect(await chain.events()).toBe(before);
  });
});

describe('giving up and giving back', () => {
  it('a hold is given up once', async () => {
    await held();
    expect(await chain.post('/v1/redemptions/X1/void')).toMatchObject({
      status: 200,
      body: { status: 'voided', wallets: [{ available: 1_000, held: 0 }, {}] },
    });
    expect(await chain.post('/v1/redemptions/X1/void')).toMatchObject(refusedWith(409, 'already-voided'));
    expect(await chain.post('/v1/redemptions/X1/capture')).toMatchObject(refusedWith(409, 'already-voided'));
    expect(await chain.post('/v1/redemptions/X1/undo')).toMatchObject(refusedWith(409, 'already-voided'));
  });

  it('spent points are given back, in part or whole, to their own lots', async () => {
    await held();
    expect(await chain.post('/v1/redemptions/X1/undo')).toMatchObject(refusedWith(409, 'not-captured'));
    await chain.post('/v1/redemptions/X1/capture');
    expect(await chain.post('/v1/redemptions/X1/void')).toMatchObject(refusedWith(409, 'already-captured'));
    expect(await chain.post('/v1/redemptions/X1/undo', { points: 100 })).toMatchObject({
      status: 200,
      body: { status: 'captured', undone: 100, wallets: [{ available: 800 }, {}] },
    });
    expect(await chain.post('/v1/redemptions/X1/undo', { points: 201 })).toMatchObject(
      refusedWith(409, 'too-many-points'),
    );
    expect(await chain.post('/v1/redemptions/X1/undo')).toMatchObject({
      body: { status: 'undone', undone: 300, wallets: [{ available: 1_000 }, {}] },
    });
    expect(await chain.post('/v1/redemptions/X1/undo')).toMatchObject(refusedWith(409, 'already-undone'));
  });

  it('the same request is answered the same', async () => {
    await held();
    const first = await chain.post('/v1/redemptions/X1/capture', {}, { key: 'k1' });
    await chain.post('/v1/redemptions/X1/undo');
    expect(await chain.post('/v1/redemptions/X1/capture', {}, { key: 'k1' })).toEqual(first);
  });
});
