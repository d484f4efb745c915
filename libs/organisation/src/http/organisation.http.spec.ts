import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { tokenHash } from '#libs/platform/crypto/tokens';
import { createEdge } from '#libs/platform/http/edge';
import { memoryPlatform } from '#libs/platform/testing/memory-platform';
import { OrganisationModule } from '../module';

const ADMIN = 'admin-token-of-this-test';
const S1 = { storeId: 'S1', name: 'Collins Street', region: 'VIC', timeZone: 'Australia/Melbourne', currency: 'AUD' };

let app: NestFastifyApplication;
let keys = 0;

interface Answered {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

const call = async (
  method: 'GET' | 'POST',
  url: string,
  payload?: object,
  token = ADMIN,
  key?: string,
): Promise<Answered> => {
  keys += 1;
  const reply = await app.inject({
    method,
    url,
    headers: { authorization: `Bearer ${token}`, 'idempotency-key': key ?? `k${keys}` },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: reply.statusCode, body: reply.json() };
};

beforeEach(async () => {
  app = await createEdge({
    platform: memoryPlatform(),
    contexts: [OrganisationModule.forRoot({ adminTokenHash: tokenHash(ADMIN) })],
  });
});
afterEach(() => app.close());

it('opens a store, and lists it at once', async () => {
  expect(await call('POST', '/v1/stores', S1)).toEqual({ status: 201, body: S1 });
  expect(await call('GET', '/v1/stores')).toEqual({ status: 200, body: { items: [S1], nextCursor: null } });
});
