import fc from 'fast-check';
import { answersAsPromised, fuzzedRequests } from '#libs/platform/testing/open-api-fuzz';
import { ADMIN, Chain, kim, S1 } from '../testing/chain';

let chain: Chain;
beforeAll(async () => {
  chain = await Chain.open();
  await chain.post('/v1/stores', S1);
  await chain.newTill();
  await chain.post('/v1/staff', kim);
});
afterAll(() => chain.app.close());

it('answers every request that its document describes, or refuses it as a problem', async () => {
  let key = 0;
  await fc.assert(
    fc.asyncProperty(fuzzedRequests(chain.app), async (request) => {
      key += 1;
      await answersAsPromised(chain.app, request, {
        authorization: `Bearer ${ADMIN}`,
        'idempotency-key': `fuzz-${key}`,
      });
    }),
    { numRuns: 600 },
  );
});

it('lets nobody in without a token, whatever the request', async () => {
  const open = /^\/(?:v1\/sessions|health|docs)/;
  await fc.assert(
    fc.asyncProperty(
      fuzzedRequests(chain.app).filter(({ url }) => !open.test(url)),
      async ({ method, url, payload }) => {
        const reply = await chain.app.inject({ method, url, ...(payload === undefined ? {} : { payload }) });
        expect([400, 401, 404, 429]).toContain(reply.statusCode);
      },
    ),
    { numRuns: 150 },
  );
});
