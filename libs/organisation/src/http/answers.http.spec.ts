import { severalAnswers } from '#libs/platform/testing/documented-answers';
import { Chain, kim, S1 } from '../testing/chain';

let chain: Chain;
beforeAll(async () => void (chain = await Chain.open()));
afterAll(() => chain.app.close());

it('are documented where there is more than one that is no problem, as they are given', async () => {
  const asked: readonly (readonly [url: string, payload: object])[] = [
    ['/v1/stores', S1],
    ['/v1/stores/S1/tills', { tillId: 'T1' }],
    ['/v1/staff', kim],
  ];
  for (const [url, payload] of asked)
    expect([url, (await chain.post(url, payload)).status, (await chain.post(url, payload)).status]).toEqual([
      url,
      201,
      200,
    ]);
  expect(severalAnswers(chain.app)).toEqual({
    'POST /v1/stores': ['200', '201'],
    'POST /v1/stores/{storeId}/tills': ['200', '201'],
    'POST /v1/staff': ['200', '201'],
  });
});
