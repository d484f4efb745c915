import { severalAnswers } from '#libs/platform/testing/documented-answers';
import { AccountModule } from '../module';
import { AccountApp, by, ticket } from '../testing/account-app';
import { pay, redeemable } from '../testing/redemptions';

let chain: AccountApp;
beforeAll(async () => void (chain = await AccountApp.start(AccountModule, redeemable)));
afterAll(() => chain.close());

it('are documented where there is more than one that is no problem, and only there', () =>
  expect(severalAnswers(chain.app)).toEqual({
    'POST /v1/purchases': ['200', '201', '202'],
    'POST /v1/returns': ['200', '201', '202'],
    'POST /v1/redemptions': ['200', '201'],
  }));

it('are those that are given', async () => {
  const old = ticket({ ticketNo: '9', occurredAt: '2026-01-10T12:00:00+11:00', businessDate: '2026-01-10' });
  const { memberId, storeId, tillId, businessDate, occurredAt } = ticket();
  const back = { memberId, storeId, tillId, ticketNo: 'R1', businessDate, occurredAt, amountMinor: 5 };
  const unknown = { ...back, ticketNo: 'R2', of: { storeId, tillId, ticketNo: 'X', businessDate } };
  const statuses: number[] = [];
  const post = async (url: string, payload: object) => {
    const { status, body } = await chain.post(url, payload);
    statuses.push(status);
    return body;
  };
  const gift = { wallet: 'points', points: 1_000, reason: 'opening' };
  await chain.post('/v1/accounts/M1/adjustments', gift, { token: by.headOffice });
  const { purchaseId } = await post('/v1/purchases', ticket());
  await post('/v1/purchases', ticket());
  await post('/v1/purchases', old);
  for (let round = 0; round < 2; round += 1) await post('/v1/redemptions', pay({ redemptionId: 'H1' }));
  for (let round = 0; round < 2; round += 1) await post('/v1/returns', { ...back, of: { purchaseId } });
  await post('/v1/returns?park=true', unknown);
  expect(statuses).toEqual([201, 200, 202, 201, 200, 201, 200, 202]);
});
