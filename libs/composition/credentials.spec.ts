import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MemoryKeyVault } from '#libs/platform/crypto/memory-key-vault';
import { OrganisationModule } from '#libs/organisation/src/module';
import { tokenHash } from '#libs/platform/crypto/tokens';
import { createEdge } from '#libs/platform/http/edge';
import { CachedCommandRunner } from '#libs/platform/runtime/cached-command-runner';
import { SharedCommandRunner } from '#libs/platform/runtime/shared-command-runner';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { watchedCategories } from './contexts';

const ADMIN = 'admin-token-of-this-test';
const password = 'correct horse';

let office: NestFastifyApplication;
let tills: NestFastifyApplication;
/** Two services on one log that neither of them gets to read: nothing but a look at a stream tells what the other wrote. */
beforeEach(async () => {
  const platform = memoryPlatform();
  const service = () => {
    const memory = new CachedCommandRunner(platform.store, platform.clock);
    const runner = new SharedCommandRunner(memory, platform.store, watchedCategories);
    const contexts = [OrganisationModule.forRoot({ adminTokenHash: tokenHash(ADMIN), vault: new MemoryKeyVault() })];
    return createEdge({ platform: { ...platform, runner }, contexts });
  };
  office = await service();
  tills = await service();
});
afterEach(() => Promise.all([office.close(), tills.close()]));

let keys = 0;
const post = async (url: string, payload: object, at = office): Promise<Record<string, unknown>> => {
  const headers = { authorization: `Bearer ${ADMIN}`, 'idempotency-key': `k${(keys += 1)}` };
  const reply = await at.inject({ method: 'POST', url, headers, payload });
  expect(reply.statusCode).toBeLessThan(300);
  return reply.json();
};
const statusOf = async (token: unknown): Promise<number> =>
  (await tills.inject({ url: '/v1/stores', headers: { authorization: `Bearer ${String(token)}` } })).statusCode;

const store = { storeId: 'S1', name: 'Collins Street', timeZone: 'Australia/Melbourne', currency: 'AUD' };
const kim = { staffId: 'C1', name: 'Kim Ng', roles: ['cashier'], storeIds: ['S1'], password };

it('a till’s old token ends in every process with the answer that brings the new one, which holds at once', async () => {
  await post('/v1/stores', store);
  const { token: old } = await post('/v1/stores/S1/tills', { tillId: 'T1' });
  expect(await statusOf(old)).toBe(200);
  const { token } = await post('/v1/stores/S1/tills/T1/token', {});
  expect([await statusOf(old), await statusOf(token)]).toEqual([401, 200]);
});

it('who is dismissed, or has another password, is out in every process with the answer', async () => {
  await post('/v1/stores', store);
  await post('/v1/staff', kim);
  const signIn = async (): Promise<unknown> =>
    (await post('/v1/sessions', { staffId: 'C1', password }, tills))['token'];
  const first = await signIn();
  expect(await statusOf(first)).toBe(200);
  await post('/v1/staff/C1/password', { password });
  const second = await signIn();
  expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
  await post('/v1/staff/C1/dismiss', {});
  expect(await statusOf(second)).toBe(401);
});
