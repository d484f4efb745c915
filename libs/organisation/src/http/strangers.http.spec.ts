import { issueToken } from '#libs/platform/crypto/tokens';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { SESSION_TOKEN, TILL_TOKEN } from '../authenticator';
import { Chain, kim } from '../testing/chain';

let chain: Chain;
let runner: CachedCommandRunner;
beforeEach(async () => {
  const platform = memoryPlatform();
  runner = new CachedCommandRunner(platform.store, platform.clock);
  chain = await Chain.open({ ...platform, runner });
});
afterEach(() => chain.app.close());

/** How a route answers each of these tokens, all sent at once. */
const answers = async (tokens: readonly string[], most = Infinity) => {
  const statuses: number[] = [];
  for (let from = 0; from < tokens.length; from += most)
    statuses.push(
      ...(await Promise.all(tokens.slice(from, from + most).map((token) => chain.get('/v1/stores', token)))).map(
        ({ status }) => status,
      ),
    );
  return statuses;
};

const madeUp = (kind: string, count: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, index) => issueToken(kind, kind === TILL_TOKEN ? `S1/X${index}` : `x${index}`).token,
  );

it.each([1, 32])('made-up tokens, %i at once: few are looked for, none is remembered', async (most) => {
  const till = await chain.newTill();
  await chain.post('/v1/staff', { ...kim, roles: ['storeManager'] });
  const session = await chain.session('C1');
  const { states } = runner.cacheUse;
  const loads = jest.spyOn(chain.platform.store, 'load');
  const statuses = await answers([...madeUp(SESSION_TOKEN, 1_000), ...madeUp(TILL_TOKEN, 1_000)], most);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(loads.mock.calls.length).toBeLessThan(400);
  expect(runner.cacheUse.states).toBe(states);
  expect(await answers([session, till])).toEqual([200, 200]);
});

it('four hundred tills that nobody remembers yet come in at the same moment', async () => {
  await chain.newTill('T0');
  const tokens: string[] = [];
  for (let number = 1; number <= 400; number += 1)
    tokens.push(String((await chain.post('/v1/stores/S1/tills', { tillId: `T${number}` })).body['token']));
  chain = await chain.restart();
  expect(new Set(await answers(tokens))).toEqual(new Set([200]));
});
