import { AccountModule } from '../module';
import { AccountApp, by, pathsOf, sale } from '../testing/account-app';
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

describe('holding', () => {
  it('points for part of a bill', async () => {
    const { status, body } = await chain.post('/v1/redemptions', pay({ redemptionId: 'X1' }));
    const slices = body['slices'] as { lotId: string }[];
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        redemptionId: 'X1',
        status: 'held',
        wallet: 'points',
        points: 300,
        valueMinor: 300,
        slices: [{ lotId: slices[0]?.lotId, points: 300 }],
        expiresAt: '2026-03-01T01:15:00.000Z',
        wallets: [
          { code: 'points', available: 700, pending: 0, held: 300, debt: 0 },
          { code: 'stamps', available: 0, pending: 0, held: 0, debt: 0 },
        ],
      },
    });
  });

  it('as many as are allowed', async () => {
    const most = await chain.post('/v1/redemptions', pay({ points: 'max' }));
    expect(most).toMatchObject({ status: 201, body: { points: 500, valueMinor: 500 } });
    const tiny = pay({ points: 'max', billMinor: 150, ticketNo: '78' });
    expect(await chain.post('/v1/redemptions', tiny)).toMatchObject(refusedWith(409, 'nothing-to-apply'));
  });

  it('for a reward, as often as there are points', async () => {
    expect(await chain.post('/v1/redemptions', reward())).toMatchObject({ status: 201, body: { points: 500 } });
    expect(await chain.post('/v1/redemptions', reward())).toMatchObject({ status: 201, body: { points: 500 } });
    expect(await chain.post('/v1/redemptions', reward())).toMatchObject(refusedWith(409, 'insufficient-points'));
  });

  it('makes an id that a repeat finds again', async () => {
    const first = await chain.post('/v1/redemptions', reward(), { key: 'k1' });
    expect(await chain.post('/v1/redemptions', reward(), { key: 'k1' })).toEqual(first);
    expect(await chain.available()).toBe(500);
  });

  it('is already so for the same id and content, and refused for other content or another member', async () => {
    const first = await chain.post('/v1/redemptions', pay({ redemptionId: 'X1' }));
    expect(await chain.post('/v1/redemptions', pay({ redemptionId: 'X1' }))).toEqual({ ...first, status: 200 });
    const differs = refusedWith(409, 'redemption-differs');
    expect(await chain.post('/v1/redemptions', pay({ redemptionId: 'X1', points: 200 }))).toMatchObject(differs);
    const others = pay({ redemptionId: 'X1', memberId: 'M2' });
    expect(await chain.post('/v1/redemptions', others)).toMatchObject(differs);
    const gift = { wallet: 'points', points: 1_000, reason: 'opening' };
    await chain.post('/v1/accounts/M2/adjustments', gift, { token: by.headOffice });
    expect(await chain.post('/v1/redemptions', others)).toMatchObject(differs);
  });

  it.each<[string, object, number, string]>([
    ['more than there is', { points: 1_100, billMinor: 5_000 }, 409, 'insufficient-points'],
    ['less than the least', { points: 50 }, 409, 'below-minimum'],
    ['not in steps', { points: 150 }, 409, 'not-a-step'],
    ['too much of the bill', { points: 600 }, 409, 'over-bill-share'],
    ['a wallet that pays nothing', { wallet: 'stamps' }, 409, 'not-payable'],
    ['a wallet that is none', { wallet: 'gold' }, 404, 'unknown-wallet'],
    ['an unknown store', { storeId: 'S9' }, 404, 'store-not-found'],
    ['an unknown till', { tillId: 'T9' }, 404, 'till-not-found'],
    ['an unknown member', { memberId: 'nobody' }, 404, 'member-not-found'],
  ])('refuses %s', async (_, changes, status, code) => {
    const refused = await chain.post('/v1/redemptions', pay(changes), { token: by.headOffice });
    expect(refused).toMatchObject(refusedWith(status, code));
    expect(await chain.available()).toBe(1_000);
  });

  it('refuses a reward that is none, and a second bill payment on one ticket', async () => {
    expect(await chain.post('/v1/redemptions', reward({ rewardId: 'none' }))).toMatchObject(
      refusedWith(404, 'unknown-reward'),
    );
    await held();
    expect(await chain.post('/v1/redemptions', pay())).toMatchObject(refusedWith(409, 'open-redemption'));
  });

  it('refuses someone in debt, and someone suspended', async () => {
    const { body } = await chain.buy('1', 2_000);
    const all = { wallet: 'points', points: -1_020, reason: 'test' };
    await chain.post('/v1/accounts/M1/adjustments', all, { token: by.headOffice });
    await chain.post('/v1/returns', {
      ...sale('R1', 0, { lines: undefined, tenders: undefined, currency: undefined }),
      of: { purchaseId: body['purchaseId'] },
      amountMinor: 2_000,
    });
    expect(await chain.post('/v1/redemptions', pay())).toMatchObject(refusedWith(409, 'in-debt'));
    chain.members.set('M1', 'suspended');
    expect(await chain.post('/v1/redemptions', pay())).toMatchObject(refusedWith(409, 'member-suspended'));
  });

  it.each<[string, object, string]>([
    ['no kind', { kind: undefined }, 'kind'],
    ['another kind', { kind: 'gift' }, 'kind'],
    ['no points', { points: 0 }, 'points'],
    ['half a point', { points: 0.5 }, 'points'],
    ['some points', { points: 'some' }, 'points'],
    ['a negative bill', { billMinor: -1 }, 'billMinor'],
    ['an unknown field', { rewardId: 'wiper' }, 'rewardId'],
  ])('takes no body with %s', async (_, changes, path) => {
    const refused = await chain.post('/v1/redemptions', pay(changes));
    expect(refused).toMatchObject(refusedWith(400, 'validation'));
    expect(pathsOf(refused).join()).toContain(path);
  });
});
