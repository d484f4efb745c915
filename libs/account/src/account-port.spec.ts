import { ACCOUNT_PORT, type AccountPort } from './contract';
import { programme, rule, wallet } from './domain/testing/scenario';
import { AccountModule } from './module';
import { AccountApp, by } from './testing/account-app';

const rules = programme({
  wallets: [wallet()],
  earningRules: [rule()],
  rewards: [
    { id: 'wiper', name: { en: 'Wiper' }, wallet: 'points', cost: 20, gives: { kind: 'voucher', amountMinor: 500 } },
  ],
});

let chain: AccountApp;
beforeEach(async () => void (chain = await AccountApp.start(AccountModule, rules)));
afterEach(() => chain.close());

const accounts = (): AccountPort => chain.app.get<AccountPort>(ACCOUNT_PORT);

describe('an account for other contexts', () => {
  it('is what a till shows: balances, vouchers that can be used, what the cashier can say', async () => {
    await chain.buy('1', 5_000);
    const hold = { memberId: 'M1', storeId: 'S1', redemptionId: 'X1', kind: 'reward', rewardId: 'wiper' };
    await chain.post('/v1/redemptions', hold);
    await chain.post('/v1/redemptions/X1/capture');
    expect(await accounts().view('M1')).toEqual({
      tier: null,
      wallets: [{ code: 'points', available: 30, pending: 0, held: 0, debt: 0 }],
      vouchers: [expect.objectContaining({ status: 'issued', benefit: { kind: 'voucher', amountMinor: 500 } })],
      prompts: [{ kind: 'reward-available', rewardId: 'wiper', wallet: 'points', cost: 20 }],
    });
    await chain.post('/v1/redemptions/X1/undo', {}, { token: by.headOffice });
    expect(await accounts().view('M1')).toMatchObject({ vouchers: [] });
  });

  it('is the same that is read over HTTP', async () => {
    await chain.buy('1', 5_000);
    expect(await accounts().overview('M1')).toEqual((await chain.get('/v1/accounts/M1')).body);
  });
});
